package front

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kinds of authorizers: what a REST API or an HTTP API sends them, and what it takes.
const (
	KindToken   = "TOKEN"   // REST: one header; answers with a policy
	KindRequest = "REQUEST" // REST: all but the body; answers with a policy
	KindV1      = "1.0"     // HTTP, payload format 1.0; answers with a policy
	KindV2      = "2.0"     // HTTP, payload format 2.0; answers with a policy
	KindSimple  = "simple"  // HTTP, payload format 2.0; answers with isAuthorized
)

// maxTTL is the longest that API Gateway keeps what an authorizer has said.
const maxTTL = time.Hour

// Authorizer is a Lambda authorizer in front of an API. Invoke and Kind are required. It is safe for concurrent use.
//
// Sources: the developer guide of API Gateway (apigateway-use-lambda-authorizer, http-api-lambda-authorizer).
type Authorizer struct {
	Invoke   Invoke
	Kind     string
	Identity []string         // header.NAME, querystring.NAME or context.NAME; nil: header.Authorization of KindToken, none of others
	TTL      time.Duration    // how long what it said holds for the same identity; 0: not at all
	Now      func() time.Time // nil: time.Now

	mu   sync.Mutex
	kept map[string]ruling
}

// ruling is what an authorizer has said.
type ruling struct {
	simple  *bool
	policy  *policy
	context map[string]any
	until   time.Time
}

// Check says what no API takes.
func (a *Authorizer) Check(kinds ...string) error {
	if !slices.Contains(kinds, a.Kind) {
		return fmt.Errorf("%q is no kind of authorizer here: write %s", a.Kind, strings.Join(kinds, ", "))
	}
	if a.TTL < 0 || a.TTL > maxTTL {
		return fmt.Errorf("a TTL of %v: an hour is the longest, 0 keeps nothing", a.TTL)
	}
	if a.TTL > 0 && len(a.sources()) == 0 {
		return errors.New("what an authorizer says can be kept for an identity alone: name its sources, like header.Authorization")
	}
	for _, source := range a.sources() {
		kind, name, _ := strings.Cut(source, ".")
		if name == "" || !slices.Contains([]string{"header", "querystring", "context"}, kind) {
			return fmt.Errorf("%q is no identity source: write header.NAME, querystring.NAME or context.NAME", source)
		}
	}
	return nil
}

func (a *Authorizer) sources() []string {
	if a.Identity == nil && a.Kind == KindToken {
		return []string{"header.Authorization"}
	}
	return a.Identity
}

// identity is the values of the sources; complete: none is missing or empty.
func (a *Authorizer) identity(x *exchange) (values []string, complete bool) {
	complete = true
	for _, source := range a.sources() {
		kind, name, _ := strings.Cut(source, ".")
		var value string
		switch kind {
		case "header":
			value = strings.Join(x.header.get(name), ",")
		case "querystring":
			value, _ = x.parameter("method.request.querystring." + name)
		case "context":
			value = x.variables(restFault{}, 0)["context."+name]
			if name == "routeKey" {
				value = routeKey
			}
		}
		values, complete = append(values, value), complete && value != ""
	}
	return values, complete
}

// ask is what was said for this identity within the TTL, or what is said now.
func (a *Authorizer) ask(identity []string, limit time.Duration, event any) (ruling, error) {
	now := time.Now
	if a.Now != nil {
		now = a.Now
	}
	key := fmt.Sprintf("%q", identity)
	a.mu.Lock()
	said, ok := a.kept[key]
	a.mu.Unlock()
	if ok && now().Before(said.until) {
		return said, nil
	}
	data, err := within(limit, a.Invoke, plain(event))
	if err != nil {
		return ruling{}, err
	}
	if said, err = a.read(data); err != nil || a.TTL == 0 {
		return said, err
	}
	said.until = now().Add(a.TTL)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept == nil {
		a.kept = map[string]ruling{}
	}
	a.kept[key] = said
	return said, nil
}

// read reads what an authorizer says.
func (a *Authorizer) read(data []byte) (ruling, error) {
	var said struct {
		Authorized *bool          `json:"isAuthorized"`
		Principal  string         `json:"principalId"`
		Policy     *policy        `json:"policyDocument"`
		Context    map[string]any `json:"context"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&said); err != nil {
		return ruling{}, fmt.Errorf("its answer: %w", err)
	}
	switch {
	case a.Kind == KindSimple && said.Authorized == nil:
		return ruling{}, errors.New("its answer has no isAuthorized")
	case a.Kind == KindSimple:
		return ruling{simple: said.Authorized, context: said.Context}, nil
	case said.Policy == nil:
		return ruling{}, errors.New("its answer has no policyDocument")
	case said.Principal == "":
		return ruling{}, errors.New("its answer has no principalId")
	}
	context := map[string]any{"principalId": said.Principal}
	for key, value := range said.Context {
		context[key] = value
	}
	return ruling{policy: said.Policy, context: context}, nil
}

// flat is a context as a REST API passes it on: texts alone.
func (r ruling) flat() (map[string]any, error) {
	texts := map[string]any{}
	for key, value := range r.context {
		text, err := scalar(value)
		if value == nil {
			text, err = "null", nil
		}
		if err != nil {
			return nil, fmt.Errorf("its context: %s is %w", key, err)
		}
		texts[key] = text
	}
	return texts, nil
}

// allows says what was ruled of an ARN; explicit: it was named.
func (r ruling) allows(arn string) (allowed, explicit bool) {
	if r.simple != nil {
		return *r.simple, true
	}
	return r.policy.allows(arn)
}

// texts is a text or a list of them.
type texts []string

// UnmarshalJSON implements json.Unmarshaler.
func (t *texts) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*t = texts{""}
		return json.Unmarshal(data, &(*t)[0])
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// arn is what a policy is asked about.
func arn(stage, method, path string) string {
	return "arn:aws:execute-api:" + region + ":" + account + ":" + apiID + "/" + stage + "/" + method + "/" + strings.TrimPrefix(path, "/")
}

// maxARN is the longest that an authorizer is asked about.
const maxARN = 1_600

func checkARN(arn string) error {
	if len(arn) > maxARN {
		return &Refusal{Status: 414, Why: "the ARN of its method has more than 1,600 bytes", Undocumented: true}
	}
	return nil
}
