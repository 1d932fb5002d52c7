package event_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/event"
	"postern/shared/gateway"
)

// FuzzALB: what is read as an event says the same to encoding/json and aws-lambda-go's types.
func FuzzALB(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(albEvent(`"a":["\ud83d\ude00\u0000\/"]`, `,"body":"YQ==","isBase64Encoded":true,"x":[1e5,-0.1,{}]`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := event.ALB(bytes.Clone(data), received, event.Options{Client: event.Preserve, TrustTLS: true, TrustMTLS: true})
		if err != nil {
			if e != nil {
				t.Errorf("ALB = %v and %v", e, err)
			}
			return
		}
		typed, multi := typedEvent(t, data)
		r := e.Request
		sameBody := bytes.Equal(r.Body, bodyOfEvent(t, typed)) && r.Length == int64(len(r.Body))
		if r.Method != typed.HTTPMethod || r.Path != typed.Path || !sameBody {
			t.Errorf("got %q %q %q, want %+v", r.Method, r.Path, r.Body, typed)
		}
		if want := asHeader(typed, multi); !reflect.DeepEqual(r.Header, want) {
			t.Errorf("header %q, want %q", r.Header, want)
		}
		got := strings.Split(r.RawQuery, "&")
		if slices.Sort(got); !slices.Equal(got, asQuery(typed)) {
			t.Errorf("query %q, want %q", got, asQuery(typed))
		}
	})
}

// typedEvent is the event as encoding/json reads the members that count, names taken exactly.
func typedEvent(t *testing.T, data []byte) (typed events.ALBTargetGroupRequest, multi bool) {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatalf("encoding/json: %v", err)
	}
	there := func(name string) bool { return all[name] != nil && string(all[name]) != "null" }
	multi = there("multiValueHeaders")
	used := map[string]json.RawMessage{}
	for _, name := range []string{
		"httpMethod", "path", "body", "isBase64Encoded", "multiValueHeaders", "multiValueQueryStringParameters",
	} {
		used[name] = all[name]
	}
	if !multi {
		used["headers"] = all["headers"]
	}
	if !there("multiValueQueryStringParameters") {
		used["queryStringParameters"] = all["queryStringParameters"]
	}
	for name, value := range used {
		if value == nil {
			delete(used, name)
		}
	}
	again, err := json.Marshal(used)
	if err == nil {
		err = json.Unmarshal(again, &typed)
	}
	if err != nil {
		t.Fatalf("encoding/json: %v", err)
	}
	return typed, multi
}

func bodyOfEvent(t *testing.T, typed events.ALBTargetGroupRequest) []byte {
	t.Helper()
	if !typed.IsBase64Encoded {
		return []byte(typed.Body)
	}
	body, err := base64.StdEncoding.DecodeString(typed.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func asHeader(typed events.ALBTargetGroupRequest, multi bool) http.Header {
	h := http.Header{}
	for name, value := range typed.Headers {
		h[http.CanonicalHeaderKey(name)] = []string{value}
	}
	if multi {
		h = http.Header{}
		for name, values := range typed.MultiValueHeaders {
			if len(values) > 0 {
				h[http.CanonicalHeaderKey(name)] = values
			}
		}
	}
	for name := range h {
		dashed := strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		tls := strings.HasPrefix(dashed, "x-amzn-tls-") || strings.HasPrefix(dashed, "x-amzn-mtls-")
		if tls && strings.Contains(name, "_") {
			delete(h, name)
		}
	}
	for _, name := range []string{"Host", "Transfer-Encoding", "X-Forwarded-Proto", "X-Forwarded-Port"} {
		delete(h, name)
	}
	return h
}

func asQuery(typed events.ALBTargetGroupRequest) []string {
	var all []string
	for name, values := range typed.MultiValueQueryStringParameters {
		for _, v := range values {
			all = append(all, name+"="+v)
		}
	}
	if typed.MultiValueQueryStringParameters == nil {
		for name, v := range typed.QueryStringParameters {
			all = append(all, name+"="+v)
		}
	}
	if len(all) == 0 {
		return []string{""}
	}
	slices.Sort(all)
	return all
}

// FuzzEncode: what is answered is JSON within the door's size, and says what the steps made; it is refused only for its size.
func FuzzEncode(f *testing.F) {
	f.Add(200, "Content-Type", "text/plain", []byte("a\"\\\x00é"), true)
	f.Add(481, "Set-Cookie", "a=b\r\nc: d", []byte{0xff, 0xfe}, false)
	f.Add(204, "X-\xff", "\xff\x7f", []byte("x"), true)
	f.Add(304, "content-length", "1", []byte{}, false)
	f.Fuzz(func(t *testing.T, status int, name, value string, body []byte, multi bool) {
		data, err := answerTo(t, "GET", multi, &gateway.Response{Status: status, Header: http.Header{name: {value}}, Body: body})
		if err != nil {
			if !errors.Is(err, gateway.ErrTooLarge) || len(body)+len(value)+len(name) < event.MaxALBHeader/3 {
				t.Errorf("Encode = %v", err)
			}
			return
		}
		if len(data) > event.MaxALBAnswer || !json.Valid(data) || !utf8.Valid(data) {
			t.Fatalf("%d bytes, or no JSON: %.300q", len(data), data)
		}
		want := body
		if status < 200 || status == 204 || status == 304 {
			want = nil
		}
		if got := bodyOf(t, data); !bytes.Equal(got, want) {
			t.Errorf("body %q, want %q", got, want)
		}
		var got events.ALBTargetGroupResponse
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if encoded := base64.StdEncoding.EncodedLen(len(want)); len(data) > 400+6*len(name)+3*len(value)+encoded {
			t.Errorf("%d bytes for a body of %d, %d as base64", len(data), len(body), encoded)
		}
		values := slices.Collect(func(yield func(string) bool) {
			for _, v := range got.Headers {
				yield(v)
			}
			for _, v := range got.MultiValueHeaders {
				for _, v := range v {
					yield(v)
				}
			}
		})
		control := func(r rune) bool { return r < ' ' && r != '\t' }
		if got.StatusCode != status || len(values) > 1 || strings.ContainsFunc(strings.Join(values, ""), control) {
			t.Errorf("status %d, headers %q", got.StatusCode, values)
		}
	})
}
