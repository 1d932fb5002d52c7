package serve

import (
	"net/http"
	"net/netip"
	"strings"
	"time"

	"postern/shared/gateway"
)

func request(q *http.Request, now time.Time, id string, load func(int64) ([]byte, error)) *gateway.Request {
	r := &gateway.Request{
		ID: id, Method: q.Method, Scheme: "http", Host: q.Host, Header: q.Header,
		Length: q.ContentLength, Load: load,
		Client: peer(q.RemoteAddr), Received: now, Door: gateway.Door{Name: "serve", Cuts: true},
	}
	if q.TLS != nil {
		r.Scheme = "https"
	}
	r.Path, r.RawQuery = target(q)
	return r
}

// target is the path and query of the request line. Its absolute form loses scheme and host, which are in Host already.
func target(q *http.Request) (path, query string) {
	raw := q.RequestURI
	if q.URL.Scheme != "" {
		raw = strings.TrimPrefix(raw[len(q.URL.Scheme):], "://")
		if i := strings.IndexAny(raw, "/?"); i >= 0 {
			raw = raw[i:]
		} else {
			raw = ""
		}
		if !strings.HasPrefix(raw, "/") {
			raw = "/" + raw
		}
	}
	path, query, _ = strings.Cut(raw, "?")
	return path, query
}

func peer(address string) netip.Addr {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap()
}
