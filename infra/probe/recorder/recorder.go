package main

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// recorder answers events. It is safe for concurrent use.
type recorder struct {
	key string // that a request must know; "": nobody is answered
	now func() time.Time

	mu   sync.Mutex
	last time.Time // of the previous answer, with both clocks; zero: there was none
}

// event is what is read of the events of all doors and authorizers.
type event struct {
	Type, MethodArn, RouteArn string
	Headers                   map[string]string
	MultiHeaders              map[string][]string `json:"multiValueHeaders"`
}

// wish is what a request asks for, as JSON in its header X-Probe.
type wish struct {
	Status int                 // of the answer; 0: 200
	Sleep  string              // before it, as Go writes durations
	Header map[string][]string // of it
	Size   int                 // bytes of its body; 0: the event
	Base64 bool                // the body is sent so
	Deny   bool                // of an authorizer
}

// answer has the headers in the forms of all doors: each takes its own.
type answer struct {
	Status      int                 `json:"statusCode"`
	Description string              `json:"statusDescription"`
	Header      map[string]string   `json:"headers"`
	MultiHeader map[string][]string `json:"multiValueHeaders"`
	Base64      bool                `json:"isBase64Encoded"`
	Body        string              `json:"body"`
}

// Invoke answers an event with the event.
func (r *recorder) Invoke(ctx context.Context, data []byte) ([]byte, error) {
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("an event that is no JSON: %w", err)
	}
	var w wish
	if text := e.header("x-probe"); text != "" {
		if err := json.Unmarshal([]byte(text), &w); err != nil {
			return marshal(say(http.StatusBadRequest, err.Error()))
		}
	}
	known := r.key != "" && subtle.ConstantTimeCompare([]byte(e.header("x-probe-key")), []byte(r.key)) == 1
	switch {
	case e.MethodArn != "":
		return marshal(policy(e.MethodArn, known && !w.Deny))
	case e.RouteArn != "":
		return marshal(map[string]any{"isAuthorized": known && !w.Deny, "context": facts()})
	case !known:
		return marshal(say(http.StatusForbidden, "X-Probe-Key is not that of the stack"))
	}
	return marshal(r.grant(ctx, w, string(data)))
}

// header is the first value of a header, whatever its spelling.
func (e *event) header(name string) string {
	for n, values := range e.MultiHeaders {
		if strings.EqualFold(n, name) && len(values) > 0 {
			return values[0]
		}
	}
	for n, value := range e.Headers {
		if strings.EqualFold(n, name) {
			return value
		}
	}
	return ""
}

func (r *recorder) grant(ctx context.Context, w wish, event string) answer {
	if pause, err := time.ParseDuration(w.Sleep); err == nil {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
	if w.Size > 0 {
		event = strings.Repeat("x", w.Size)
	}
	a := say(http.StatusOK, event)
	if w.Status != 0 {
		a.Status = w.Status
	}
	a.Description = strings.TrimSpace(fmt.Sprint(a.Status, " ", http.StatusText(a.Status)))
	if w.Base64 {
		a.Base64, a.Body = true, base64.StdEncoding.EncodeToString([]byte(a.Body))
	}
	for name, values := range w.Header {
		a.MultiHeader[name], a.Header[name] = values, strings.Join(values, ",")
	}
	if since := r.since(); since != "" {
		a.MultiHeader["X-Probe-Since"], a.Header["X-Probe-Since"] = []string{since}, since
	}
	return a
}

// since is how long ago the previous answer was by the wall's clock and by the monotonic one, which may stand still while
// the environment is frozen.
func (r *recorder) since() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, last := r.now(), r.last
	r.last = now
	if last.IsZero() {
		return ""
	}
	return fmt.Sprintf("wall=%v monotonic=%v", now.Round(0).Sub(last.Round(0)), now.Sub(last))
}

func say(status int, body string) answer {
	const name, value = "Content-Type", "application/json"
	return answer{
		Status: status, Body: body,
		Header: map[string]string{name: value}, MultiHeader: map[string][]string{name: {value}},
	}
}

// facts are what an authorizer hands over; the names are written in all the ways that a mapping may find.
func facts() map[string]any {
	return map[string]any{"probe": "value", "probe_status": "481", "probe.status": "481", "quoted": `it says "no"`}
}

// policy is what a REST API asks its authorizer for.
func policy(arn string, allow bool) map[string]any {
	effect := map[bool]string{true: "Allow", false: "Deny"}[allow]
	return map[string]any{
		"principalId": "probe", "context": facts(),
		"policyDocument": map[string]any{
			"Version":   "2012-10-17",
			"Statement": []any{map[string]any{"Action": "execute-api:Invoke", "Effect": effect, "Resource": arn}},
		},
	}
}

func marshal(v any) ([]byte, error) { return json.Marshal(v) }
