package main

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func ask(t *testing.T, r *recorder, event string) answer {
	t.Helper()
	out, err := r.Invoke(t.Context(), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnswers(t *testing.T) {
	const key = `"x-probe-key":"k"`
	const stranger = "X-Probe-Key is not that of the stack"
	tests := []struct {
		name, event      string
		status           int
		description      string
		body, wantHeader string
	}{
		{"the event", `{"headers":{` + key + `}}`, 200, "200 OK", `{"headers":{"x-probe-key":"k"}}`, ""},
		{
			"multi-value", `{"multiValueHeaders":{"X-Probe-Key":["k","l"]}}`,
			200, "200 OK", `{"multiValueHeaders":{"X-Probe-Key":["k","l"]}}`, "",
		},
		{"no key", `{"headers":{}}`, 403, "", stranger, ""},
		{"another key", `{"headers":{"x-probe-key":"l"}}`, 403, "", stranger, ""},
		{"status", `{"headers":{` + key + `,"x-probe":"{\"status\":481,\"size\":3}"}}`, 481, "481", "xxx", ""},
		{
			"header", `{"headers":{` + key + `,"X-Probe":"{\"size\":1,\"header\":{\"A\":[\"1\",\"2\"]}}"}}`,
			200, "200 OK", "x", "1,2",
		},
		{"base64", `{"headers":{` + key + `,"x-probe":"{\"size\":2,\"base64\":true}"}}`, 200, "200 OK", "eHg=", ""},
		{"no wish", `{"headers":{"x-probe":"{"}}`, 400, "", "unexpected end of JSON input", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(t, &recorder{key: "k", now: time.Now}, tt.event)
			if a.Status != tt.status || a.Description != tt.description || a.Body != tt.body || a.Header["A"] != tt.wantHeader {
				t.Errorf("answer %+v, want %d %q %s, A: %s", a, tt.status, tt.description, tt.body, tt.wantHeader)
			}
			if a.Base64 != (tt.name == "base64") || strings.Join(a.MultiHeader["A"], ",") != tt.wantHeader {
				t.Errorf("answer %+v, want A: %s", a, tt.wantHeader)
			}
		})
	}
	if a := ask(t, &recorder{now: time.Now}, `{"headers":{"x-probe-key":""}}`); a.Status != 403 {
		t.Errorf("without a key of its own it answers %d, want 403", a.Status)
	}
	if _, err := (&recorder{}).Invoke(t.Context(), []byte("{")); err == nil {
		t.Error("half an event is answered")
	}
}

func TestAuthorizers(t *testing.T) {
	tests := []struct{ name, event, want string }{
		{"rest", `{"methodArn":"arn:m","headers":{"x-probe-key":"k"}}`, `"Effect":"Allow","Resource":"arn:m"`},
		{"rest, denied", `{"methodArn":"arn:m","headers":{"x-probe-key":"k","x-probe":"{\"deny\":true}"}}`, `"Effect":"Deny"`},
		{"rest, no key", `{"methodArn":"arn:m","headers":{}}`, `"Effect":"Deny"`},
		{"http", `{"routeArn":"arn:r","headers":{"x-probe-key":"k"}}`, `"isAuthorized":true`},
		{"http, denied", `{"routeArn":"arn:r","headers":{"x-probe-key":"k","x-probe":"{\"deny\":true}"}}`, `"isAuthorized":false`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := (&recorder{key: "k"}).Invoke(t.Context(), []byte(tt.event))
			if err != nil || !strings.Contains(string(out), tt.want) || !strings.Contains(string(out), `"probe.status":"481"`) {
				t.Errorf("Invoke() = %s, %v, want %s and the facts in it", out, err, tt.want)
			}
		})
	}
}

func TestSleepAndClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{key: "k", now: time.Now}
		begin := time.Now()
		if a := ask(t, r, `{"headers":{"x-probe-key":"k","x-probe":"{\"sleep\":\"70s\"}"}}`); a.Header["X-Probe-Since"] != "" {
			t.Errorf("the first answer is %s after another", a.Header["X-Probe-Since"])
		}
		if took := time.Since(begin); took != 70*time.Second {
			t.Errorf("answered after %v, want 70s", took)
		}
		time.Sleep(20 * time.Second)
		a := ask(t, r, `{"headers":{"x-probe-key":"k"}}`)
		if want := "wall=20s monotonic=20s"; a.Header["X-Probe-Since"] != want || a.MultiHeader["X-Probe-Since"][0] != want {
			t.Errorf("X-Probe-Since: %s, want %s", a.Header["X-Probe-Since"], want)
		}
	})
}
