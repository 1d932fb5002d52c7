// Package validate checks that a request carries what its route asks for: query parameters, headers, form fields, a content
// type and a JSON body that fits its model; that what it carries under declared names is of their type and range; and that a
// body is what its content type says.
//
// It promises that the answer names the first thing that is wrong, in words of ours that hold no more of the request than
// its names, that the work is linear in the size of what is checked by name, and that the work for a body is polynomial in
// its size and that of the model, however the model refers to itself. It imports fault and gateway.
package validate

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Request is what a request must carry. What is empty is not checked. Form and Model exclude each other.
type Request struct {
	Query   []string // names as they are once decoded; case matters; an empty value will do
	Headers []string // case does not matter
	Form    []string // fields of an application/x-www-form-urlencoded body; other bodies are not looked into
	// ContentTypes are accepted where a form or a model is described; parameters and case do not matter. Empty, or with */*
	// in it: every type is.
	ContentTypes []string
	Model        *Model // of an application/json body; other bodies are not looked into
}

// Step checks the query first, then headers, content type, and the body.
func (v *Request) Step() gateway.Step {
	return gateway.Step{Name: "validate", Body: v.needsBody, Run: v.check}
}

func (v *Request) describesBody() bool { return len(v.Form) > 0 || v.Model != nil }

func (v *Request) needsBody(r *gateway.Request) bool { return v.describesBody() && r.Length != 0 }

func (v *Request) check(_ context.Context, x *gateway.Exchange) error {
	r := x.Request
	if name, ok := missing(r.RawQuery, v.Query); ok {
		return fault.New(fault.RequestQuery, fault.Args{"name": name}, nil)
	}
	for _, name := range v.Headers {
		if !hasHeader(r, name) {
			return fault.New(fault.RequestHeader, fault.Args{"name": name}, nil)
		}
	}
	if !v.describesBody() {
		return nil
	}
	sent := strings.Join(r.Header.Values("Content-Type"), ",")
	media := mediaType(sent)
	if !v.accepts(media) || len(r.Header.Values("Content-Type")) > 1 {
		bare, _, _ := strings.Cut(sent, ";")
		return fault.New(fault.RequestType, fault.Args{"type": printable(bare)}, nil)
	}
	switch {
	case len(v.Form) > 0 && media == "application/x-www-form-urlencoded":
		if name, ok := missing(string(r.Body), v.Form); ok {
			return fault.New(fault.RequestForm, fault.Args{"name": name}, nil)
		}
	case v.Model != nil && media == "application/json":
		return v.Model.Check(r.Body)
	}
	return nil
}

// accepts refuses several types in one even where every type is accepted: a backend may go by another one than we do.
func (v *Request) accepts(media string) bool {
	if strings.Contains(media, ",") {
		return false
	}
	return len(v.ContentTypes) == 0 || slices.ContainsFunc(v.ContentTypes, func(accepted string) bool {
		return accepted == "*/*" || mediaType(accepted) == media
	})
}

// missing is the first of the required names that the query or form does not have.
func missing(encoded string, required []string) (name string, ok bool) {
	if len(required) == 0 {
		return "", false
	}
	found := make(map[string]bool, len(required))
	for _, name := range required {
		found[name] = false
	}
	for pair := range strings.SplitSeq(encoded, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		if _, wanted := found[name]; wanted && pair != "" {
			found[name] = true
		}
	}
	i := slices.IndexFunc(required, func(name string) bool { return !found[name] })
	if i < 0 {
		return "", false
	}
	return required[i], true
}

// hasHeader knows that net/http keeps Host outside the headers.
func hasHeader(r *gateway.Request, name string) bool {
	if strings.EqualFold(name, "Host") {
		return r.Host != ""
	}
	return len(r.Header.Values(name)) > 0
}

func mediaType(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// printable is what an answer may quote of a content type: printable ASCII, at most 100 characters.
func printable(contentType string) string {
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, strings.TrimSpace(contentType))
	return text[:min(len(text), 100)]
}
