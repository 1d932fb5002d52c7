package guard_test

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

// refused is the kind and the arguments of what the step refuses with.
func refused(t *testing.T, step gateway.Step, r *gateway.Request) (fault.Kind, fault.Args) {
	t.Helper()
	err := step.Run(t.Context(), &gateway.Exchange{Request: r})
	var f *fault.Fault
	if err != nil && !errors.As(err, &f) {
		t.Fatalf("%s: %v, want a fault", step.Name, err)
	}
	if f == nil {
		return "", nil
	}
	return f.Kind, f.Args
}

func TestTarget(t *testing.T) {
	long := strings.Repeat("é", 100)
	for _, tt := range []struct {
		path, query string
		want        fault.Kind
		quoted      string
	}{
		{"/v1/users/42", "a=%20+&b&=&c=%e6%b5%8b;", "", ""},
		{"", "", "", ""},
		{"/", "x=%zz", fault.RequestURI, "x=%zz"},
		{"/", "AppCode=hunter2&x=%zz&y=1", fault.RequestURI, "x=%zz"},
		{"/", "x=1%", fault.RequestURI, "x=1%"},
		{"/", "%4=" + long, fault.RequestURI, ("%4=" + long)[:127]},
		{"/v1/users/%zz", "", fault.RequestPath, "/v1/users/%zz"},
		{"/v1/users/%", "x=%", fault.RequestURI, "x=%"},
		{"/v1/%00", "", fault.RequestPath, "/v1/%00"},
		{"/v1/%7f", "", fault.RequestPath, "/v1/%7f"},
		{"/v1/%0d%0a", "", fault.RequestPath, "/v1/%0d%0a"},
		{"/v1/..%2f..%2fadmin", "", fault.RequestPath, "/v1/..%2f..%2fadmin"},
		{"/..", "", fault.RequestPath, "/.."},
		{"/a/../../b/c", "", fault.RequestPath, "/a/../../b/c"},
		{"//../..", "", fault.RequestPath, "//../.."},
		{"/a/./../b", "", "", ""},
		{"/a/../b", "", "", ""},
		{"/..a/b..", "", "", ""},
		{"/%2e%2e", "", fault.RequestPath, "/%2e%2e"},
		{"/%252e%252e", "", "", ""},
	} {
		step := guard.Target()
		kind, args := refused(t, step, &gateway.Request{Path: tt.path, RawQuery: tt.query})
		if kind != tt.want || args["uri"]+args["path"] != tt.quoted || step.Name != "target" {
			t.Errorf("%s of %q?%q = %q %q, want %q %q", step.Name, tt.path, tt.query, kind, args, tt.want, tt.quoted)
		}
	}
}

func TestMethods(t *testing.T) {
	step := guard.Methods([]string{"GET", "POST"})
	for method, want := range map[string]fault.Kind{
		"GET": "", "POST": "", "PROPFIND": fault.RequestMethod, "get": fault.RequestMethod, "": fault.RequestMethod,
	} {
		kind, args := refused(t, step, &gateway.Request{Method: method})
		if kind != want || args["method"] != map[bool]string{true: method}[want != ""] || step.Name != "method" {
			t.Errorf("%s of %q = %q %v, want %q", step.Name, method, kind, args, want)
		}
	}
	if _, args := refused(t, step, &gateway.Request{Method: strings.Repeat("M", 9000)}); len(args["method"]) != 128 {
		t.Errorf("%d bytes of the method are quoted, want 128", len(args["method"]))
	}
}

// The head of this request, as it is written, has 67 bytes without the empty line.
func TestHead(t *testing.T) {
	const written = "GET /a?b=1 HTTP/1.1\r\nHost: h:80\r\nX-A: 1\r\nX-A: 22\r\nX-Bcd: 333\r\n"
	r := &gateway.Request{Method: "GET", Path: "/a", RawQuery: "b=1", Host: "h:80", Header: http.Header{"X-A": {"1", "22"}, "X-Bcd": {"333"}}}
	for limit, want := range map[int64]fault.Kind{int64(len(written)): "", int64(len(written)) - 1: fault.RequestHead} {
		step := guard.Head(limit)
		if kind, _ := refused(t, step, r); kind != want || step.Name != "head" {
			t.Errorf("%s of %d bytes with a limit of %d = %q, want %q", step.Name, len(written), limit, kind, want)
		}
	}
	if _, args := refused(t, guard.Head(9), r); !reflect.DeepEqual(args, fault.Args{"limit": "9"}) {
		t.Errorf("arguments %v, want the limit", args)
	}
	r.RawQuery = ""
	if kind, _ := refused(t, guard.Head(int64(len(written)-len("?b=1"))), r); kind != "" {
		t.Errorf("without a query: %q, want a pass", kind)
	}
}

func TestAnnounced(t *testing.T) {
	step := guard.Announced(5)
	for length, want := range map[int64]fault.Kind{-1: "", 0: "", 5: "", 6: fault.RequestSize} {
		kind, args := refused(t, step, &gateway.Request{Length: length})
		if kind != want || want != "" && args["limit"] != "5" || step.Name != "size" || step.Body != nil {
			t.Errorf("%s of %d bytes = %q %v, want %q", step.Name, length, kind, args, want)
		}
	}
}

func TestLoop(t *testing.T) {
	steps := guard.Loop{Header: "X-Hops"}.Steps()
	for _, tt := range []struct {
		sent []string
		want fault.Kind
		goes string
	}{
		{nil, "", "1"},
		{[]string{"0"}, "", "1"},
		{[]string{"4"}, "", "5"},
		{[]string{"5"}, fault.RequestLoop, "6"},
		{[]string{"1", "5"}, fault.RequestLoop, "6"},
		{[]string{"4294967295"}, fault.RequestLoop, "4294967296"},
		{[]string{"-1"}, "", "1"},
		{[]string{"x", "2"}, "", "3"},
		{[]string{"99999999999999999999"}, "", "1"},
	} {
		x := &gateway.Exchange{Request: &gateway.Request{Header: http.Header{"X-Hops": tt.sent}}, Outbound: &gateway.Outbound{Header: http.Header{"X-Hops": tt.sent}}}
		if got := run(t, steps[0], x); got != string(tt.want) || steps[0].Name != "loop" {
			t.Errorf("%s of %q = %q, want %q", steps[0].Name, tt.sent, got, tt.want)
		}
		if got := run(t, steps[1], x); got != "" || !reflect.DeepEqual(x.Outbound.Header["X-Hops"], []string{tt.goes}) || steps[1].Name != "request" || !steps[1].Again {
			t.Errorf("%s of %q = %q, sends %q, want %q", steps[1].Name, tt.sent, got, x.Outbound.Header, tt.goes)
		}
	}
	if got := run(t, steps[1], &gateway.Exchange{}); got != "" {
		t.Errorf("without a backend's request: %q", got)
	}
}

// FuzzTarget: what passes can be decoded, and leads nowhere above the root.
func FuzzTarget(f *testing.F) {
	f.Add("/a/../b", "a=%20")
	f.Add("/%2e%2e/..", "%")
	f.Fuzz(func(t *testing.T, path, query string) {
		x := &gateway.Exchange{Request: &gateway.Request{Path: path, RawQuery: query}}
		kind := run(t, guard.Target(), x)
		if strings.HasPrefix(path, "/..") && kind == "" && (path == "/.." || strings.HasPrefix(path, "/../")) {
			t.Errorf("%q passes", path)
		}
	})
}
