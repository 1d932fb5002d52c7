package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"postern/shared/event"
	"postern/shared/gateway"
)

// FuzzGatewayEncode: what is answered is JSON within the door's size, and says what the steps made; streamed, the body follows.
func FuzzGatewayEncode(f *testing.F) {
	f.Add("rest", 200, "Content-Type", "text/plain", []byte("a\"\\\x00é"), false)
	f.Add("http", 481, "Set-Cookie", "a=b\r\nc: d", []byte{0xff, 0xfe}, false)
	f.Add("url", 200, "X-Amzn-Remapped-Date", "x", []byte("x"), true)
	f.Add("rest", 304, "X-\xff", "\xff\x7f", []byte{0, 0, 0, 0, 0, 0, 0, 0}, true)
	f.Fuzz(func(t *testing.T, door string, status int, name, value string, body []byte, stream bool) {
		if door != "rest" && door != "http" && door != "url" {
			return
		}
		e, data, err := answerAt(t, door, "GET", stream, &gateway.Response{Status: status, Header: http.Header{name: {value, value}}, Body: body})
		if err != nil {
			if !errors.Is(err, gateway.ErrTooLarge) || len(body)+len(value)+len(name) < event.MaxGatewayHeader/7 {
				t.Errorf("Encode = %v", err)
			}
			return
		}
		if status < 200 || status == 204 || status == 304 {
			body = nil
		}
		if e.Stream {
			prelude, rest, ok := bytes.Cut(data, []byte(nul))
			if !ok || !bytes.Equal(rest, body) {
				t.Fatalf("body %q, want %q", rest, body)
			}
			data = prelude
		} else if got := bodyOf(t, data); !bytes.Equal(got, body) || len(data) > event.MaxLambdaAnswer {
			t.Fatalf("body %q, want %q", got, body)
		}
		var got struct {
			StatusCode        int
			Headers           map[string]string
			MultiValueHeaders map[string][]string
			Cookies           []string
		}
		if err := json.Unmarshal(data, &got); err != nil || got.StatusCode != status || !utf8.Valid(data) {
			t.Fatalf("%q: %v", data, err)
		}
		values := slices.Clone(got.Cookies)
		for _, v := range got.Headers {
			values = append(values, v)
		}
		for _, v := range got.MultiValueHeaders {
			values = append(values, v...)
		}
		control := func(r rune) bool { return r < ' ' && r != '\t' }
		if len(values) > 2 || strings.ContainsFunc(strings.Join(values, ""), control) {
			t.Errorf("headers %q", values)
		}
	})
}
