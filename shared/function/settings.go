package function

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"postern/shared/config"
	"postern/shared/dialect/builtin"
	"postern/shared/event"
	"postern/shared/metrics"
)

// Env looks up an environment variable.
type Env func(name string) (value string, ok bool)

// Memory is the name of a table that is none: what it would hold is kept in this environment alone.
const Memory = "memory"

// Settings are what the environment variables say. docs/functions.md lists them.
type Settings struct {
	Definition      string // path of the compiled definition
	Registry, State string // names of the tables, or Memory
	KeyFile         string // instead of KMS; "": KMS
	RegistryCache   time.Duration
	NegativeCache   time.Duration
	DefaultDialect  string // who speaks while there is no usable definition; "": the definition's own, as far as it can be read
	Service         string // names this function in log and metrics
	Metrics         bool   // the log carries them
	Events          event.Options
	Annotated       bool // an authorizer of ours is in front of REST and HTTP APIs: nothing passes there without its verdict
	Authorizer      event.AuthorizerOptions
}

// ReadSettings reads the settings. Its error names everything that is wrong; what is right is in the settings all the same.
func ReadSettings(env Env) (Settings, error) {
	r := &reader{env: env}
	s := Settings{
		Definition:     r.text("POSTERN_DEFINITION"),
		Registry:       r.required("POSTERN_REGISTRY_TABLE"),
		State:          r.required("POSTERN_STATE_TABLE"),
		KeyFile:        r.text("POSTERN_KEY_FILE"),
		RegistryCache:  r.duration("POSTERN_REGISTRY_CACHE", 10*time.Second),
		NegativeCache:  r.duration("POSTERN_NEGATIVE_CACHE", 5*time.Second),
		DefaultDialect: r.dialect("POSTERN_DEFAULT_DIALECT"),
		Service:        r.service("POSTERN_SERVICE"),
		Metrics:        r.word("POSTERN_METRICS", "emf", "none") == "emf",
		Events: event.Options{
			Client:    r.word("POSTERN_ALB_CLIENT", event.Append, event.Preserve, event.Remove),
			TrustTLS:  r.word("POSTERN_TRUST_TLS_HEADERS", "false", "true") == "true",
			TrustMTLS: r.word("POSTERN_TRUST_MTLS_HEADERS", "false", "true") == "true",
			Stream:    r.word("POSTERN_STREAM", "false", "true") == "true",
		},
		Annotated: r.word("POSTERN_AUTHORIZER", "none", "annotate") == "annotate",
		Authorizer: event.AuthorizerOptions{
			Enforce: r.word("POSTERN_AUTHORIZER_MODE", "enforce", "annotate") == "enforce",
			Policy:  r.word("POSTERN_AUTHORIZER_ANSWER", "simple", "policy") == "policy",
			Host:    r.text("POSTERN_AUTHORIZER_HOST"),
			Header:  r.text("POSTERN_AUTHORIZER_HEADER"),
		},
	}
	if s.Definition == "" {
		s.Definition = filepath.Join(r.text("LAMBDA_TASK_ROOT"), "postern.json")
	}
	return s, errors.Join(r.errs...)
}

// reader reads variables and keeps what is wrong with them. An empty one is not set.
type reader struct {
	env  Env
	errs []error
}

func (r *reader) refuse(name, value, advice string) {
	r.errs = append(r.errs, fmt.Errorf("%s: %q: %s", name, value, advice))
}

func (r *reader) text(name string) string {
	value, _ := r.env(name)
	return value
}

func (r *reader) required(name string) string {
	value := r.text(name)
	if value == "" {
		r.errs = append(r.errs, fmt.Errorf("%s is not set: name a table, or write %s", name, Memory))
	}
	return value
}

func (r *reader) duration(name string, or time.Duration) time.Duration {
	value := r.text(name)
	if value == "" {
		return or
	}
	var d config.Duration
	if err := d.UnmarshalText([]byte(value)); err != nil {
		r.errs = append(r.errs, fmt.Errorf("%s: %w", name, err))
		return or
	}
	return time.Duration(d)
}

// word takes one of the words; the first is what holds without any.
func (r *reader) word(name string, words ...string) string {
	value := r.text(name)
	if value == "" {
		return words[0]
	}
	if !slices.Contains(words, value) {
		last := len(words) - 1
		r.refuse(name, value, "write "+strings.Join(words[:last], ", ")+" or "+words[last])
		return words[0]
	}
	return value
}

// service is the function's own name where nothing else is said.
func (r *reader) service(name string) string {
	value := cmp.Or(r.text(name), r.text("AWS_LAMBDA_FUNCTION_NAME"), "postern")
	if !metrics.Nameable(value) {
		r.refuse(name, value, "CloudWatch takes printable ASCII, 1,024 characters at most")
	}
	return value
}

// dialect is "" where none is named.
func (r *reader) dialect(name string) string {
	value := r.text(name)
	if known := builtin.Names(); value != "" && !slices.Contains(known, value) {
		r.refuse(name, value, "there is no such dialect; there are: "+strings.Join(known, ", "))
		return ""
	}
	return value
}
