package event_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/event"
	"postern/shared/gateway"
)

func seed(f *testing.F, door string) {
	f.Helper()
	files, err := filepath.Glob("testdata/" + door + "/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, name := range files {
		f.Add([]byte(file(f, name)))
	}
	f.Add([]byte(minimal(door, "POST")))
}

func checkBody(t *testing.T, r *gateway.Request, body string, encoded bool) {
	t.Helper()
	want := []byte(body)
	if encoded {
		var err error
		if want, err = base64.StdEncoding.DecodeString(body); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(r.Body, want) || r.Length != int64(len(want)) {
		t.Errorf("body %q, length %d, want %q", r.Body, r.Length, want)
	}
}

// kept is what must be there of a header: what no door puts in or takes out.
func kept(header map[string][]string) http.Header {
	h := http.Header{}
	for name, values := range header {
		name = http.CanonicalHeaderKey(name)
		dashed := strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		if strings.HasPrefix(dashed, "x-amzn-") || strings.HasPrefix(dashed, "x-forwarded-") || len(values) == 0 ||
			slices.Contains([]string{"host", "transfer-encoding", "cookie"}, dashed) {
			continue
		}
		h[name] = append(h[name], values...)
	}
	for _, values := range h {
		slices.Sort(values)
	}
	return h
}

func single(header map[string]string) map[string][]string {
	h := map[string][]string{}
	for name, value := range header {
		h[name] = []string{value}
	}
	return h
}

// FuzzREST: what is read as an event says the same to encoding/json and aws-lambda-go's types.
func FuzzREST(f *testing.F) {
	seed(f, "rest")
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := event.REST(bytes.Clone(data), received, event.Options{})
		if err != nil {
			if e != nil {
				t.Errorf("REST = %v and %v", e, err)
			}
			return
		}
		var all map[string]json.RawMessage
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatalf("encoding/json: %v", err)
		}
		names := []string{"httpMethod", "path", "body", "isBase64Encoded"}
		for _, maps := range [][2]string{{"multiValueHeaders", "headers"}, {"multiValueQueryStringParameters", "queryStringParameters"}} {
			if value := all[maps[0]]; value != nil && string(value) != "null" {
				names = append(names, maps[0])
			} else {
				names = append(names, maps[1])
			}
		}
		var typed events.APIGatewayProxyRequest
		if !only(t, data, &typed, names...) {
			return
		}
		r := e.Request
		doubt := strings.Contains(r.Path, "?") || r.Header["X-Http-Method-Override"] != nil
		if r.Method != typed.HTTPMethod || r.Path != typed.Path || doubt != (r.Malformed != nil) {
			t.Errorf("got %q %q %v, want %+v", r.Method, r.Path, r.Malformed, typed)
		}
		checkBody(t, r, typed.Body, typed.IsBase64Encoded)
		sent := typed.MultiValueHeaders
		if sent == nil {
			sent = single(typed.Headers)
		}
		if got, want := kept(r.Header), kept(sent); remappedOf(sent) == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("header %q, want %q", got, want)
		}
		checkQuery(t, r.RawQuery, typed)
	})
}

// remappedOf is nil when no header has a name that API Gateway gives.
func remappedOf(h map[string][]string) map[string][]string {
	for name := range h {
		if strings.HasPrefix(http.CanonicalHeaderKey(name), "X-Amzn-Remapped-") {
			return h
		}
	}
	return nil
}

// checkQuery: decoded, the query is the map of the event.
func checkQuery(t *testing.T, query string, typed events.APIGatewayProxyRequest) {
	t.Helper()
	want := url.Values(typed.MultiValueQueryStringParameters)
	if want == nil {
		want = single(typed.QueryStringParameters)
	}
	for name, values := range want {
		if len(values) == 0 {
			delete(want, name)
		}
	}
	got, err := url.ParseQuery(query)
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%=&"
	if err != nil || !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 || strings.Trim(query, plain) != "" {
		t.Errorf("query %q (%v), want %q", query, err, want)
	}
}

// FuzzHTTP: the same for HTTP APIs.
func FuzzHTTP(f *testing.F) {
	seed(f, "http")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzV2(t, data, event.HTTP) })
}

// FuzzURL: the same for function URLs.
func FuzzURL(f *testing.F) {
	seed(f, "url")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzV2(t, data, event.URL) })
}

func fuzzV2(t *testing.T, data []byte, read reader) {
	e, err := read(bytes.Clone(data), received, event.Options{})
	if err != nil {
		if e != nil {
			t.Errorf("got %v and %v", e, err)
		}
		return
	}
	var typed events.APIGatewayV2HTTPRequest
	if !only(t, data, &typed, "rawPath", "rawQueryString", "cookies", "headers", "body", "isBase64Encoded") {
		return
	}
	var inner map[string]json.RawMessage
	var method string
	if err := errors.Join(json.Unmarshal(contextOf(t, data, "http")["http"], &inner), json.Unmarshal(inner["method"], &method)); err != nil {
		t.Fatal(err)
	}
	r := e.Request
	path, err := url.PathUnescape(r.Path)
	if r.Door.Name == "url" {
		path, err = r.Path, nil
	}
	doubt := strings.Contains(typed.RawPath, "?")
	if r.Door.Name == "http" {
		control := func(c rune) bool { return c < ' ' }
		doubt = doubt || strings.ContainsAny(typed.RawPath, "#%\ufffd\x7f") || strings.ContainsFunc(typed.RawPath, control)
	}
	if r.Method != method || path != typed.RawPath || err != nil || r.RawQuery != typed.RawQueryString || doubt != (r.Malformed != nil) {
		t.Errorf("got %q %q?%q %v, want %q %+v", r.Method, r.Path, r.RawQuery, r.Malformed, method, typed)
	}
	checkBody(t, r, typed.Body, typed.IsBase64Encoded)
	if got, want := kept(r.Header), kept(single(typed.Headers)); !reflect.DeepEqual(got, want) {
		t.Errorf("header %q, want %q", got, want)
	}
	cookie := strings.Join(typed.Cookies, "; ")
	for name, value := range typed.Headers {
		if http.CanonicalHeaderKey(name) == "Cookie" {
			cookie = value
		}
	}
	if r.Header.Get("Cookie") != cookie {
		t.Errorf("cookies %q, want %q", r.Header["Cookie"], cookie)
	}
}

// FuzzRead: every event is of one door at most, and what that door's reader says is what Read says.
func FuzzRead(f *testing.F) {
	for _, door := range []string{"rest", "http", "url"} {
		seed(f, door)
	}
	f.Add([]byte(albEvent(``, ``)))
	f.Fuzz(func(t *testing.T, data []byte) {
		of, ofErr := event.Read(bytes.Clone(data), received, event.Options{})
		for door, read := range readers() {
			e, err := read(bytes.Clone(data), received, event.Options{})
			if (err == nil) != (ofErr == nil && of.Request.Door.Name == door) {
				t.Errorf("%s: %v, Read: %v", door, err, ofErr)
			} else if err == nil && !reflect.DeepEqual(e.Request, of.Request) {
				t.Errorf("%s: %+v, Read: %+v", door, e.Request, of.Request)
			}
		}
	})
}
