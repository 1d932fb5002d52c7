package conformance

import (
	"errors"
	"strings"
	"time"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/lambda"
	"postern/shared/forward"
)

// lambdaName is the backend that stands for AWS Lambda: what it answers is what Lambda says of an invocation.
const lambdaName = "lambda"

// surroundings are what a function on AWS is given beside its definition.
type surroundings struct {
	env     []string      // in place of what the door sets
	timeout time.Duration // of an invocation; 0: the host's own
}

// surround takes the set-up section function: variables, a line each, and how long an invocation may take.
func (c *Case) surround(args []string, text string) (err error) {
	if len(args) > 1 || c.around.env != nil || c.around.timeout != 0 {
		return errors.New("write function [TIMEOUT] once, and below it NAME=VALUE lines")
	}
	if len(args) == 1 {
		if c.around.timeout, err = time.ParseDuration(args[0]); err != nil {
			return err
		}
	}
	for line := range strings.Lines(text) {
		c.around.env = append(c.around.env, strings.TrimSpace(line))
	}
	return nil
}

// surround fills in what the case says of functions, and where Lambda is.
func (b *bench) surround(s *setting, c *Case) error {
	s.timeout = c.around.timeout
	for _, line := range c.around.env {
		line, err := b.expand(line)
		if err != nil {
			return err
		}
		s.env = append(s.env, line)
	}
	if service, ok := b.backends[lambdaName]; ok {
		s.env = append(s.env, "AWS_REGION=eu-west-1", "AWS_ENDPOINT_URL_LAMBDA=http://"+service.address)
	}
	return nil
}

// functions calls those of the case's Lambda; nil where it has none.
func (s *setting) functions(now func() time.Time) func(string) (forward.Caller, error) {
	env := map[string]string{"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
	for _, line := range s.env {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	if env["AWS_ENDPOINT_URL_LAMBDA"] == "" {
		return nil
	}
	config := awsenv.Config(func(name string) (string, bool) { value, ok := env[name]; return value, ok }, "AWS_ENDPOINT_URL_LAMBDA")
	return lambda.New(config, now).Function
}
