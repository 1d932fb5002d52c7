//go:build dynamodb

package conformance_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"postern/shared/event"
	"postern/shared/gateway"
)

// answerLoss is what a door makes of answers.
type answerLoss struct {
	fact  string
	doors string
	apply func(door string, status int, h http.Header)
}

// answerLosses are requestLosses of answers.
func answerLosses() []answerLoss {
	return []answerLoss{
		{"answer-unchanged", "serve", func(_ string, status int, h http.Header) {
			if status == http.StatusNotModified {
				h.Del("Content-Type")
			}
		}},
		{"answer-length", lambda, func(_ string, _ int, h http.Header) { h.Del("Content-Length") }},
		{"answer-utf8", lambda, func(_ string, _ int, h http.Header) {
			for _, values := range h {
				for i, v := range values {
					values[i] = strings.Map(func(r rune) rune { return r }, v)
				}
			}
		}},
		{"answer-remapped", "url", func(_ string, _ int, h http.Header) {
			for name := range h {
				if strings.HasPrefix(name, "X-Amzn-Remapped-") {
					delete(h, name)
				}
			}
		}},
		{"answer-renamed", "rest url", func(_ string, _ int, h http.Header) {
			for _, name := range []string{"Authorization", "Content-Md5", "Date", "Server", "User-Agent", "Www-Authenticate"} {
				if values := h[name]; values != nil {
					h["X-Amzn-Remapped-"+name] = append(values, h["X-Amzn-Remapped-"+name]...)
					delete(h, name)
				}
			}
		}},
		{"answer-dropped", "rest url", func(_ string, _ int, h http.Header) {
			for _, name := range []string{"Expect", "Host", "Max-Forwards", "Via"} {
				h.Del(name)
			}
		}},
		{"answer-repeat", "http url", func(_ string, _ int, h http.Header) {
			for name, values := range h {
				if name != "Set-Cookie" {
					h[name] = []string{strings.TrimSpace(strings.Join(values, ", "))}
				}
			}
		}},
		{"answer-type", "rest http url", func(door string, _ int, h http.Header) {
			media := "application/json"
			if door == "http" {
				media = "text/plain; charset=utf-8"
			}
			if h["Content-Type"] == nil {
				h["Content-Type"] = []string{media}
			}
		}},
	}
}

// carries says whether a door takes an answer. Answers near a limit are not made up.
func carries(door, method string, a *gateway.Response) bool {
	most, head := event.MaxLambdaAnswer, event.MaxGatewayHeader
	switch door {
	case "serve", "split":
		return true
	case "alb":
		most, head = event.MaxALBAnswer, event.MaxALBHeader
	}
	for name, values := range a.Header {
		for _, v := range values {
			head -= len(name + ": " + v + "\r\n")
		}
	}
	body := base64.StdEncoding.EncodedLen(len(a.Body))
	if text, err := json.Marshal(string(a.Body)); err == nil && utf8.Valid(a.Body) {
		body = min(body, len(text))
	}
	return head >= 0 && (method == http.MethodHead || body < most)
}
