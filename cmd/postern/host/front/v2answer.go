package front

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// v2Answer is what the function says in payload format 2.0.
type v2Answer struct {
	Status  any            `json:"statusCode"`
	Header  map[string]any `json:"headers"`
	Cookies []string       `json:"cookies"`
	Base64  bool           `json:"isBase64Encoded"`
	Body    string         `json:"body"`
}

// v2Read reads an answer of the function. JSON that names no status is itself the body.
func v2Read(data []byte, media string) (*Response, error) {
	if !json.Valid(data) {
		return nil, errors.New("the function's answer is no JSON")
	}
	if !names(data, "statusCode") {
		return &Response{Status: http.StatusOK, Reason: "OK", Header: []Field{{"Content-Type", "application/json"}}, Body: inferred(data)}, nil
	}
	var said v2Answer
	if err := json.Unmarshal(data, &said); err != nil {
		return nil, fmt.Errorf("the function's answer: %w", err)
	}
	body := []byte(said.Body)
	if said.Base64 {
		var err error
		if body, err = base64.StdEncoding.DecodeString(said.Body); err != nil {
			return nil, fmt.Errorf("the body of the function's answer: %w", err)
		}
	}
	return said.assembled(body, media)
}

// names says whether an answer is an object with this member.
func names(data []byte, member string) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal(data, &object) == nil && object[member] != nil
}

// inferred is the body that JSON without a status stands for: a text is the text, everything else itself.
func inferred(data []byte) []byte {
	var text string
	if json.Unmarshal(data, &text) == nil {
		return []byte(text)
	}
	return bytes.TrimSpace(data)
}

// assembled is the answer with its body; media is the type of one that has none.
func (a *v2Answer) assembled(body []byte, media string) (*Response, error) {
	status, err := statusOf(a.Status)
	if err != nil {
		return nil, err
	}
	r := &Response{Status: status, Reason: http.StatusText(status), Body: body}
	typed := false
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		value, err := scalar(a.Header[name])
		if err != nil || !token(name) || !text(value) {
			return nil, fmt.Errorf("the function's answer has a header %q: %v, which HTTP cannot carry", name, a.Header[name])
		}
		typed = typed || strings.EqualFold(name, "Content-Type")
		if !hop(name) {
			r.Header = append(r.Header, Field{name, value})
		}
	}
	for _, cookie := range a.Cookies {
		if !text(cookie) {
			return nil, fmt.Errorf("the function's answer has a cookie %q, which HTTP cannot carry", cookie)
		}
		r.Header = append(r.Header, Field{"Set-Cookie", cookie})
	}
	if !typed {
		r.Header = append(r.Header, Field{"Content-Type", media})
	}
	return r, nil
}
