package lambda

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"postern/shared/forward"
	"postern/shared/gateway"
)

// answer is what a function of a proxy integration returns, for REST and for HTTP APIs: their members are told apart by their
// names (API Gateway developer guide, "Output format of a Lambda function for proxy integration").
type answer struct {
	Status  json.Number        `json:"statusCode"`
	Headers map[string]value   `json:"headers"`
	Multi   map[string][]value `json:"multiValueHeaders"`
	Cookies []string           `json:"cookies"`
	Body    string             `json:"body"`
	Base64  bool               `json:"isBase64Encoded"`
}

// value is a header's, which many a function leaves a number or a boolean.
type value string

var errScalar = errors.New("no string, number or boolean")

// UnmarshalJSON takes a string, a number or a boolean.
func (v *value) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		return json.Unmarshal(data, (*string)(v))
	case '{', '[', 'n':
		return errScalar
	}
	*v = value(data)
	return nil
}

// readAnswer is the answer of what a function returned. Its error is BackendFunction.
func readAnswer(data []byte) (*gateway.Response, error) {
	var a answer
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, invalid(problemOf(err), err)
	}
	if a.Status == "" {
		return nil, invalid("statusCode is missing", nil)
	}
	status, err := a.Status.Int64()
	if err != nil || status < 200 || status > 999 {
		return nil, invalid("statusCode is no status", err)
	}
	header, err := a.header()
	if err != nil {
		return nil, invalid("headers are none of HTTP", err)
	}
	body := []byte(a.Body)
	if a.Base64 {
		if body, err = base64.StdEncoding.DecodeString(a.Body); err != nil {
			return nil, invalid("body is no base64", err)
		}
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		body = nil
	}
	return &gateway.Response{Status: int(status), Header: header, Body: body}, nil
}

// problemOf says what is wrong with an answer, without a word of it.
func problemOf(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return "it is no JSON"
	case errors.Is(err, errScalar):
		return "headers are no texts"
	case !errors.As(err, &kind):
		return "statusCode is no status" // a text that is no number
	case kind.Field == "":
		return "it is no object with statusCode"
	}
	member, _, _ := strings.Cut(kind.Field, ".")
	return member + " has the wrong type"
}

// header is of all members that say something of it. A value that headers and multiValueHeaders have in common stands there once.
func (a *answer) header() (http.Header, error) {
	h := http.Header{}
	for _, name := range slices.Sorted(maps.Keys(a.Multi)) {
		for _, v := range a.Multi[name] {
			h.Add(name, string(v))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Headers)) {
		if v := string(a.Headers[name]); !slices.Contains(h.Values(name), v) {
			h.Add(name, v)
		}
	}
	for _, cookie := range a.Cookies {
		h.Add("Set-Cookie", cookie)
	}
	h.Del("Content-Length") // it follows from the body
	if err := forward.CleanAnswer(h); err != nil {
		return nil, fmt.Errorf("lambda: %w", err)
	}
	return h, nil
}
