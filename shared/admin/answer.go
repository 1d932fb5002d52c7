package admin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is what a call gets.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
	again  []byte   // the body for whoever asks once more; nil: the same
	raised *Problem // what it says; nil: nothing was wrong
}

// jsonType is the media type of answers, problemJSON of those that are none.
const (
	jsonType    = "application/json"
	problemJSON = "application/problem+json"
)

// say is an answer with a body.
func say(status int, body any) (*answer, error) {
	text, err := encoded(body)
	if err != nil {
		return nil, err
	}
	return &answer{Status: status, Header: http.Header{"Content-Type": {jsonType}}, Body: text}, nil
}

// tagged is an answer with a body and the ETag of what it shows.
func tagged(status int, shown any) (*answer, error) {
	a, err := say(status, shown)
	if err != nil {
		return nil, err
	}
	tag, err := etag(shown)
	a.Header.Set("ETag", tag)
	return a, err
}

// done is an answer without a body.
func done() (*answer, error) {
	return &answer{Status: http.StatusNoContent, Header: http.Header{}}, nil
}

func encoded(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return out.Bytes(), err
}

// refuse is the answer to a call that cannot be done.
func (c *call) refuse(err error) *answer {
	p := *c.problemOf(err)
	p.RequestID = c.operator.RequestID
	a := &answer{Status: p.Status, Header: http.Header{"Content-Type": {problemJSON}}, raised: &p}
	if p.allow != "" {
		a.Header.Set("Allow", p.allow)
	}
	if p.Status == http.StatusServiceUnavailable {
		a.Header.Set("Retry-After", "1")
	}
	a.Body, _ = encoded(p) // a problem always has a form in JSON
	return a
}

// write sends the answer. That to HEAD has no body: the server leaves it out.
func (a *answer) write(w http.ResponseWriter) {
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if len(a.Body) > 0 {
		h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // an operator who left misses nothing
}
