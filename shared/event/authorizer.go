package event

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"postern/shared/gateway"
)

var (
	errNoAuthorizer = errors.New("event: of none of the authorizers of REST and HTTP APIs")
	errARN          = errors.New("event: methodArn or routeArn does not name a method")
	errUnseen       = errors.New("event: an authorizer has no body to read")
)

// AuthorizerOptions say how an API Gateway uses its authorizer.
type AuthorizerOptions struct {
	Options
	Enforce bool   // nobody of ours will read the body: of its length, what is announced is judged
	Policy  bool   // for payload format 2.0 the HTTP API takes policies, not simple answers
	Host    string // of what a TOKEN authorizer is asked about, whose event has none
	Header  string // what a TOKEN authorizer is given; "": Authorization
}

// AuthorizerEvent is one invocation of an authorizer, read. Its request has no body: Load fails.
type AuthorizerEvent struct {
	Request *gateway.Request
	Stamp   Stamp // empty for TOKEN authorizers, whose requests cannot be told apart
	Encode  func(Decision) []byte
}

// ReadAuthorizer reads an event of an authorizer: of a REST API, TOKEN or REQUEST; of an HTTP API, payload format 1.0 or
// 2.0. It takes data over and writes into it. The error says why data is none.
func ReadAuthorizer(data []byte, received time.Time, o AuthorizerOptions) (*AuthorizerEvent, error) {
	m := members{data: data}
	if err := m.scan(o.Options); err != nil {
		return nil, err
	}
	arn, err := m.arn()
	if err != nil {
		return nil, err
	}
	var e *Event
	simple := false
	switch request := m.says(m.kind, "REQUEST"); {
	case m.says(m.kind, "TOKEN"):
		e, err = m.readToken(received, arn, o)
	case request && m.ofREST():
		e, err = m.readREST(received, o.Options)
	case request && m.ofHTTP():
		simple = !o.Policy
		e, err = m.readHTTP(received, o.Options)
	case request && m.says(m.version, "1.0"):
		e, err = m.readHTTP1(received, o.Options)
	default:
		err = errNoAuthorizer
	}
	if err != nil {
		return nil, err
	}
	announce(e.Request, o.Enforce)
	encode := func(d Decision) []byte { return d.policy(arn) }
	if simple {
		encode = Decision.simple
	}
	return &AuthorizerEvent{Request: e.Request, Stamp: e.Stamp, Encode: encode}, nil
}

// arn is the name of what is called: arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH.
func (m *members) arn() (string, error) {
	method, methodErr := m.text("methodArn", m.methodARN)
	route, routeErr := m.text("routeArn", m.routeARN)
	if err := errors.Join(methodErr, routeErr); err != nil {
		return "", err
	}
	arn := string(method)
	if arn == "" {
		arn = string(route)
	}
	if parts := strings.SplitN(arn, "/", 4); len(parts) < 3 || parts[2] == "" {
		return "", errARN
	}
	return arn, nil
}

// readToken makes a request of all that a TOKEN authorizer is told: one header, and in the name of the method the path.
func (m *members) readToken(received time.Time, arn string, o AuthorizerOptions) (*Event, error) {
	token, err := m.text("authorizationToken", m.token)
	if err != nil {
		return nil, err
	}
	parts := append(strings.SplitN(arn, "/", 4), "")
	name := o.Header
	if name == "" {
		name = "Authorization"
	}
	r := &gateway.Request{
		Method: parts[2], Scheme: "https", Host: o.Host, Path: "/" + parts[3], Received: received,
		Header: http.Header{http.CanonicalHeaderKey(name): {string(token)}}, Door: gateway.Door{Name: "rest"},
	}
	if strings.Contains(r.Path, "?") {
		r.Malformed = errQuestion
	}
	return &Event{Request: r}, nil
}

// readHTTP1 reads payload format 1.0, which is that of a REST API but for the path: it comes decoded.
func (m *members) readHTTP1(received time.Time, o Options) (*Event, error) {
	e, err := m.readREST(received, o)
	if err != nil {
		return nil, err
	}
	r := e.Request
	r.Door.Name = "http"
	r.Path, r.Malformed = encodePath(r.Path)
	return e, nil
}

// announce says of the body what the header does. Where the proxy follows, every body is its own matter, and so is one that
// may be there without being announced, as HTTP/2 has it.
func announce(r *gateway.Request, enforce bool) {
	r.Body, r.Length = nil, announced(r.Header["Content-Length"])
	if enforce && r.Length < 0 && bodiless(r.Method) {
		r.Length = 0
	}
	if r.Length < 0 || r.Length > 0 && !enforce {
		r.Load = func(int64) ([]byte, error) { return nil, errUnseen }
	}
}

// announced is -1 for what is no length.
func announced(values []string) int64 {
	if len(values) != 1 {
		return -1
	}
	n, err := strconv.ParseUint(values[0], 10, 63)
	if err != nil {
		return -1
	}
	return int64(n)
}

func bodiless(method string) bool {
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodDelete}, method)
}
