package front

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// albAnswer is what the function says. Status, header and encoding are required; null is as good as absent.
type albAnswer struct {
	Status      *int                `json:"statusCode"`
	Description string              `json:"statusDescription"`
	MultiHeader map[string][]string `json:"multiValueHeaders"`
	Header      map[string]string   `json:"headers"`
	Base64      *bool               `json:"isBase64Encoded"`
	Body        string              `json:"body"`
}

// answer reads an answer of the function. The error says why the client gets 502 instead.
func (d *ALB) answer(data []byte) (*Response, error) {
	if len(data) > megabyte {
		return nil, fmt.Errorf("the function's answer has %d bytes, which is over 1 MB", len(data))
	}
	var said albAnswer
	if err := json.Unmarshal(data, &said); err != nil {
		return nil, fmt.Errorf("the function's answer: %w", err)
	}
	switch {
	case said.Status == nil || *said.Status < 200 || *said.Status > 599:
		return nil, errors.New("the function's answer has no statusCode from 200 to 599")
	case said.Base64 == nil:
		return nil, errors.New("the function's answer has no isBase64Encoded")
	case d.MultiValue && said.MultiHeader == nil:
		return nil, errors.New("the function's answer has no multiValueHeaders, which this target group reads")
	case !d.MultiValue && said.Header == nil:
		return nil, errors.New("the function's answer has no headers, which this target group reads")
	}
	a := &Response{Status: *said.Status, Reason: http.StatusText(*said.Status), Body: []byte(said.Body)}
	if _, phrase, ok := strings.Cut(said.Description, " "); ok && text(phrase) {
		a.Reason = phrase
	}
	if *said.Base64 {
		var err error
		if a.Body, err = base64.StdEncoding.DecodeString(said.Body); err != nil {
			return nil, fmt.Errorf("the body of the function's answer: %w", err)
		}
	}
	var err error
	a.Header, err = d.answerHeader(&said)
	return a, err
}

func (d *ALB) answerHeader(said *albAnswer) (header []Field, err error) {
	all := said.MultiHeader
	if !d.MultiValue {
		all = map[string][]string{}
		for name, value := range said.Header {
			all[name] = []string{value}
		}
	}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, value := range all[name] {
			if !token(name) || !text(value) {
				return nil, fmt.Errorf("the function's answer has a header %q: %q, which HTTP cannot carry", name, value)
			}
			size += len(name) + len(value)
			if !hop(name) {
				header = append(header, Field{name, value})
			}
		}
	}
	if size > maxHeader {
		return nil, fmt.Errorf("the header of the function's answer has %d bytes, which is over 32 K", size)
	}
	return header, nil
}

// hop says whether a header is of one connection alone, or the load balancer's to compute.
func hop(name string) bool {
	return slices.Contains([]string{
		"connection", "content-length", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
		"trailer", "transfer-encoding", "upgrade",
	}, strings.ToLower(name))
}

// text says whether a value has no control bytes.
func text(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
