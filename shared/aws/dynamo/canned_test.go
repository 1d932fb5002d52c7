package dynamo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
)

// canned is a service of a few answers, given in turn; the last is given again. It keeps what it was asked.
type canned struct {
	answers []reply

	mu    sync.Mutex
	asked []question
}

type (
	reply    func(*http.Request) (*http.Response, error)
	question struct {
		op string
		in map[string]any
	}
)

// answers is a table named "state" whose service gives these answers. Nothing waits between two copies of a call.
func answers(t *testing.T, all ...reply) (*dynamo.Table, *canned) {
	t.Helper()
	c := &canned{answers: all}
	env := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_SESSION_TOKEN": "token",
	}
	config := awsenv.Config(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "")
	config.HTTPClient = &http.Client{Transport: c}
	pause := func() time.Duration { return 0 }
	return &dynamo.Table{Client: dynamo.NewClient(config), Name: "state", Attempt: time.Minute, Pause: pause}, c
}

func (c *canned) RoundTrip(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	_, op, _ := strings.Cut(q.Header.Get("X-Amz-Target"), ".")
	asked := question{op: op}
	if err := json.Unmarshal(body, &asked.in); err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.asked = append(c.asked, asked)
	answer := c.answers[min(len(c.asked), len(c.answers))-1]
	c.mu.Unlock()
	return answer(q)
}

// sent are the questions so far.
func (c *canned) sent() []question {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

func status(code int, body string) reply {
	return func(q *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: code, Request: q, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

// ok is an answer with members, as JSON.
func ok(members string) reply { return status(http.StatusOK, "{"+members+"}") }

// refused is a condition that did not hold of an item, as JSON; "": there is none.
func refused(item string) reply {
	if item != "" {
		item = `,"Item":` + item
	}
	return status(http.StatusBadRequest, `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"`+item+`}`)
}

// code is an error of the service.
func code(httpStatus int, name, message string) reply {
	return status(httpStatus, fmt.Sprintf(`{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":%q}`, name, message))
}

func broken(err error) reply {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// silent answers when the asker's time is over.
func silent(q *http.Request) (*http.Response, error) {
	<-q.Context().Done()
	return nil, context.Cause(q.Context())
}
