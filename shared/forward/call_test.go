package forward_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

func TestRequestBytes(t *testing.T) {
	tests := []struct {
		name string
		out  gateway.Outbound
		want []string // lines; %s is the backend's address
	}{
		{
			"query as received",
			gateway.Outbound{Method: "GET", Path: "/a%2Fb/%E4%BD%A0;v=1", RawQuery: "b=2&a=%20x&a=+&c[]=1"},
			[]string{"GET /a%2Fb/%E4%BD%A0;v=1?b=2&a=%20x&a=+&c[]=1 HTTP/1.1", "Host: ADDR", "", ""},
		},
		{
			"one leading slash",
			gateway.Outbound{Method: "GET", Path: "//evil.example.com/x"},
			[]string{"GET /evil.example.com/x HTTP/1.1", "Host: ADDR", "", ""},
		},
		{"empty path", gateway.Outbound{Method: "GET"}, []string{"GET / HTTP/1.1", "Host: ADDR", "", ""}},
		{"header values as received", gateway.Outbound{Method: "GET", Path: "/", Header: http.Header{
			"Accept-Encoding": {"gzip;q=0.5"}, "User-Agent": {"curl/8"}, "X-A": {"1, 2", "\xc3\xa9 \t."},
		}}, []string{"GET / HTTP/1.1", "Host: ADDR", "User-Agent: curl/8", "Accept-Encoding: gzip;q=0.5", "X-A: 1, 2", "X-A: \xc3\xa9 \t.", "", ""}},
		{
			"body",
			gateway.Outbound{Method: "POST", Path: "/", Body: []byte("\x00\r\n{}"), Header: http.Header{"Content-Type": {"a/b"}}},
			[]string{"POST / HTTP/1.1", "Host: ADDR", "Content-Length: 5", "Content-Type: a/b", "", "\x00", "{}"},
		},
		{
			"body of a GET",
			gateway.Outbound{Method: "GET", Path: "/", Body: []byte("x")},
			[]string{"GET / HTTP/1.1", "Host: ADDR", "Content-Length: 1", "", "x"},
		},
		{
			"no body of a POST",
			gateway.Outbound{Method: "POST", Path: "/"},
			[]string{"POST / HTTP/1.1", "Host: ADDR", "Content-Length: 0", "", ""},
		},
		{
			"body of a DELETE, another host",
			gateway.Outbound{Method: "DELETE", Path: "/", Host: "api.example.com:8443", Body: []byte("x")},
			[]string{"DELETE / HTTP/1.1", "Host: api.example.com:8443", "Content-Length: 1", "", "x"},
		},
		{"unknown method", gateway.Outbound{Method: "PURGE", Path: "/"}, []string{"PURGE / HTTP/1.1", "Host: ADDR", "", ""}},
		{
			"a HEAD ends its connection",
			gateway.Outbound{Method: "HEAD", Path: "/"},
			[]string{"HEAD / HTTP/1.1", "Host: ADDR", "Connection: close", "", ""},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			backend := &recorder{answer: ok}
			address := listen(t, backend.handle)
			out := tt.out
			out.Scheme, out.Authority = "http", address
			if _, err := client().Do(t.Context(), &out, limits(time.Minute)); err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(strings.Join(tt.want, "\r\n"), "ADDR", address)
			if got := backend.requests(); len(got) != 1 || got[0] != want {
				t.Errorf("the backend got %q, want %q", got, want)
			}
		})
	}
}

func TestRequestRefused(t *testing.T) {
	tests := []struct {
		name string
		edit func(*gateway.Outbound)
		want fault.Kind
	}{
		{"CONNECT", func(o *gateway.Outbound) { o.Method = "CONNECT" }, fault.RequestMalformed},
		{"method", func(o *gateway.Outbound) { o.Method = "GE T" }, fault.RequestMalformed},
		{"no method", func(o *gateway.Outbound) { o.Method = "" }, fault.RequestMalformed},
		{"header value", func(o *gateway.Outbound) { o.Header.Set("X-A", "1\r\nX-B: 2") }, fault.RequestMalformed},
		{"header name", func(o *gateway.Outbound) { o.Header["X A"] = []string{"1"} }, fault.RequestMalformed},
		{"host", func(o *gateway.Outbound) { o.Host = "a/b" }, fault.RequestMalformed},
		{"host with a line", func(o *gateway.Outbound) { o.Host = "a\r\nX: 1" }, fault.RequestMalformed},
		{"path", func(o *gateway.Outbound) { o.Path = "/{id}" }, fault.BackendURI},
		{"query", func(o *gateway.Outbound) { o.RawQuery = "a=%zz" }, fault.BackendURI},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			backend := &recorder{answer: ok}
			out := get(listen(t, backend.handle))
			tt.edit(out)
			_, err := client().Do(t.Context(), out, limits(time.Minute))
			if got := kindOf(err); got != tt.want || backend.connections() != 0 {
				t.Errorf("Do = %v over %d connections, want %s over none", err, backend.connections(), tt.want)
			}
		})
	}
}

func TestAnswer(t *testing.T) {
	tests := []struct {
		name, method, answer string
		want                 gateway.Response
	}{
		{
			"several values", "GET", "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok",
			gateway.Response{Status: 200, Header: http.Header{"Set-Cookie": {"a=1", "b=2"}, "Content-Length": {"2"}}, Body: []byte("ok")},
		},
		{
			"hop-by-hop", "GET", "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop , x_other\r\nX-Hop: 1\r\nx-oTHER: 1\r\nX-End: 1\r\nKeep-Alive: 5\r\n" +
				"Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok",
			gateway.Response{Status: 200, Header: http.Header{"X-End": {"1"}, "Content-Length": {"2"}}, Body: []byte("ok")},
		},
		{
			"trailers", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
			gateway.Response{Status: 200, Header: http.Header{}, Body: []byte("ok")},
		},
		{"until closed", "GET", "HTTP/1.0 200 OK\r\n\r\nok", gateway.Response{Status: 200, Header: http.Header{}, Body: []byte("ok")}},
		{
			"interim answers", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok,
			gateway.Response{Status: 200, Header: http.Header{"Content-Length": {"2"}}, Body: []byte("ok")},
		},
		{
			"encoded", "GET", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
			gateway.Response{Status: 200, Header: http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {"2"}}, Body: []byte("\x1f\x8b")},
		},
		{
			"redirect", "GET", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
			gateway.Response{Status: 302, Header: http.Header{"Location": {"/x"}, "Content-Length": {"0"}}},
		},
		{
			"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
			gateway.Response{Status: 200, Header: http.Header{"Content-Length": {"99999999999"}}},
		},
		{"204", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", gateway.Response{Status: 204, Header: http.Header{}}},
		{
			"304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\nEtag: x\r\n\r\n",
			gateway.Response{Status: 304, Header: http.Header{"Etag": {"x"}, "Content-Length": {"7"}}},
		},
		{
			"unregistered status", "GET", "HTTP/1.1 481\r\nContent-Length: 0\r\n\r\n",
			gateway.Response{Status: 481, Header: http.Header{"Content-Length": {"0"}}},
		},
		{
			"both lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
			gateway.Response{Status: 200, Header: http.Header{}, Body: []byte("ok")},
		},
		{
			"server error", "GET", "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno",
			gateway.Response{Status: 503, Header: http.Header{"Content-Length": {"2"}}, Body: []byte("no")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := get(listen(t, says(tt.answer)))
			out.Method = tt.method
			got, err := client().Do(t.Context(), out, limits(time.Minute))
			if err != nil || !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("Do = %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	tests := []struct {
		name, answer string
		want         fault.Kind
	}{
		{"announced, at the limit", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234", ""},
		{"announced, over it", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", fault.BackendSize}, // no body: at once
		{"chunked, at the limit", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n", ""},
		{"chunked, over it", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n", fault.BackendSize},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := limits(time.Minute)
			l.Size = 4
			_, err := client().Do(t.Context(), get(listen(t, says(tt.answer))), l)
			if got := kindOf(err); got != tt.want {
				t.Errorf("Do = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestEndlessBody(t *testing.T) {
	address := listen(t, func(c net.Conn) {
		if _, err := readRequest(bufio.NewReader(c)); err != nil {
			return
		}
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
		for chunk := make([]byte, 64<<10); err == nil; {
			_, err = c.Write(chunk)
		}
	})
	_, err := client().Do(t.Context(), get(address), limits(time.Minute))
	if got := kindOf(err); got != fault.BackendSize {
		t.Errorf("Do = %v, want %s", err, fault.BackendSize)
	}
}

func TestGet(t *testing.T) {
	tests := []struct {
		name, url, answer string
		status            int
		body              string
		kind              fault.Kind
	}{
		{"found", "http://ADDR/keys?v=1", ok, 200, "ok", ""},
		{"redirect", "http://ADDR/keys", "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", 301, "", ""},
		{"too large", "http://ADDR/keys", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789", 0, "", fault.BackendSize},
		{"no URL", "ftp://ADDR/", ok, 0, "", fault.Internal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := strings.ReplaceAll(tt.url, "ADDR", listen(t, says(tt.answer)))
			status, body, err := client().Get(t.Context(), url, 8)
			if status != tt.status || string(body) != tt.body || kindOf(err) != tt.kind {
				t.Errorf("Get = %d, %q, %v, want %d, %q, %q", status, body, err, tt.status, tt.body, tt.kind)
			}
		})
	}
}
