//go:build dynamodb

package conformance_test

import (
	"iter"
	"maps"
	"strings"
)

func keys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// headers adds what clients, proxies and attackers send.
func (w *author) headers(l *letter) {
	l.add("User-Agent", w.one("curl/8.5.0", "Mozilla/5.0 (X11; Linux)", "ELB-HealthChecker/2.0"))
	for range w.IntN(4) {
		name := w.one("X-Many", "x-many", "X-MANY", "Accept-Language", "X-Under_score", "X.Dot~Tilde!", "X-Removed", "x-custom", "Accept")
		l.add(name, w.one("", " ", "\t")+w.some(3, "a", "b c", ", ", ";q=0.5", "\"x\"", "\\", "é", "홍", "😀", "/", "1\t2", "=", "%20"))
	}
	for range 2 {
		if !w.in(3) {
			name, value := w.sometimes()
			l.add(name, value)
		}
	}
}

// sometimes is a header that has a meaning to somebody on the way.
func (w *author) sometimes() (name, value string) {
	all := [][]string{
		{"X-Forwarded-For", "192.0.2.9", "10.1.2.3", "10.1.2.3, 192.0.2.8", "2001:db8::1", "unknown", "", "10.0.0.1:80", "127.0.0.1"},
		{"X-Forwarded-For", "10.1.2.3", "192.0.2.1"},
		{"X-Forwarded-Proto", "https", "http", "ws"},
		{"X-Forwarded-Port", "1"},
		{"X-Forwarded-Host", "evil.example.com"},
		{"Forwarded", "for=10.0.0.1"},
		{"X-Real-Ip", "10.0.0.1"},
		{"X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678", "Self=1-0-a;Root=1-1-a", "Foo=bar"},
		{"X-Amzn-Tls-Version", "SSLv3"},
		{"X-Amzn-Mtls-Clientcert-Subject", "CN=evil"},
		{"x_amzn_tls-version", "SSLv2"},
		{"X-Amzn-Remapped-Date", "Mon, 21 Sep 2026 10:00:00 GMT"},
		{"X-Amzn-Remapped-Authorization", "Bearer x"},
		{"X-Amzn-Remapped-Other", "x"},
		{"Date", "Mon, 21 Sep 2026 11:00:00 GMT"},
		{"Pragma", "no-cache", "x"},
		{"Cache-Control", "max-age=0", "no-cache"},
		{"Cookie", "a=1; b=2", "a=1;b=2;", "a=\"x y\"", "홍=1"},
		{"Cookie", "c=3", ""},
		{"cookie", "d=4"},
		{"Connection", "keep-alive", "close", "X-Many", "close, X-Custom", "Keep-Alive, Cookie"},
		{"Keep-Alive", "timeout=5"},
		{"TE", "trailers"},
		{"Upgrade", "h2c"},
		{"Proxy-Authorization", "Basic eA=="},
		{"Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="},
		{"Max-Forwards", "3"},
		{"Via", "1.1 proxy"},
		{"Server", "me"},
		{"WWW-Authenticate", "Basic"},
		{"Range", "bytes=0-1"},
		{"If-None-Match", "\"x\", W/\"y\""},
		{"Accept-Encoding", "gzip, br"},
		{"Idempotency-Key", "k-1"},
		{"X-Empty", ""},
		{"X-Long", strings.Repeat("long ", 600)},
		{"Origin", "https://shop.example.com", "null"},
		{"Sec-WebSocket-Key", "x"},
	}
	of := all[w.IntN(len(all))]
	return of[0], " " + w.one(of[1:]...)
}

// odd makes of one request in 25 what few requests are, and not every door can carry.
func (w *author) odd(l *letter) {
	if !w.in(25) {
		return
	}
	oddities := []func(){
		func() { l.add("X-HTTP-Method-Override", w.one("DELETE", "GET", "head")) },
		func() { l.add(w.one("X-Latin", "x-latin"), w.one("caf\xe9", "\x80")) },
		func() { l.add("X-Huge", strings.Repeat("huge ", 2400)) },
		func() { l.add("X-Seventeen", strings.Repeat("0123456789abcdef", 1100)) },
		func() {
			for range 5 {
				l.add("X-Huge", strings.Repeat("0123456789", 1500))
			}
		},
		func() { l.add("X-Forwarded-For", strings.Repeat("10.0.0.1, ", 30)+"10.0.0.2") },
		func() { l.add("Connection", "Upgrade"); l.add("Upgrade", w.one("websocket", "h2c")) },
		func() { l.method = w.one("TRACE", "M-SEARCH", "get", "PURGE") },
		func() { l.authority = "http://" + w.one(nhnHost, toastHost) },
		func() { l.query = w.one("?a=1;b=2", "?a={1}", "?a=%C3", "?%zz=1") },
		func() { l.path += w.one("%zz", "{x}", "%FF", "%00") },
	}
	oddities[w.IntN(len(oddities))]()
}

// reply makes an answer of the backend up.
func (w *author) reply() *reply {
	r := &reply{status: w.status()}
	if !w.in(6) {
		r.lines = append(r.lines, [2]string{"Content-Type", w.one("application/json", "text/plain", "image/png", "text/html; charset=euc-kr")})
	}
	for range w.IntN(5) {
		of := w.answered()
		r.lines = append(r.lines, [2]string{of[0], w.one(of[1:]...)})
	}
	switch {
	case w.in(8):
	case w.in(3):
		r.body = w.noise(w.IntN(2000))
	case w.in(300):
		r.body = strings.Repeat(w.noise(1000), 900) // more than a load balancer takes
	case w.in(2000):
		r.body = strings.Repeat(w.noise(1000), 4700) // more than Lambda takes
	case w.in(40):
		r.body = strings.Repeat("{\"more\": \"홍길동\"}\n", 1+w.IntN(3000))
	default:
		r.body = w.some(9, "hello ", "é", "\"", "\\", "\n", "\x00", "😀", "<a>&", "\u2028")
	}
	return r
}

func (w *author) status() int {
	if w.in(3) {
		return w.of(201, 202, 204, 206, 299, 301, 304, 400, 401, 404, 409, 418, 481, 500, 503, 599)
	}
	return 200
}

func (w *author) answered() []string {
	if w.in(40) {
		return [][]string{
			{"X-Latin", "caf\xe9", "\xff\xfe"},
			{"X-Control", "a\x01b"},
			{"X-Huge", strings.Repeat("huge ", 2400), strings.Repeat("huge ", 8000)},
		}[w.IntN(3)]
	}
	all := [][]string{
		{"Set-Cookie", "a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"},
		{"set-cookie", "c=3; HttpOnly", "d=\"4,5\""},
		{"X-Many", "1", "a, b", "", "\"x\"", "홍"},
		{"x-many", "2", "é"},
		{"Vary", "Accept", "Origin"},
		{"Cache-Control", "no-store", "max-age=1"},
		{"Date", "Mon, 21 Sep 2026 10:00:00 GMT"},
		{"Server", "backend/1"},
		{"WWW-Authenticate", "Basic realm=\"x\", Bearer", "Digest"},
		{"Authorization", "x"},
		{"User-Agent", "backend"},
		{"Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="},
		{"Via", "1.1 inner"},
		{"Host", "inner"},
		{"Expect", "x"},
		{"Max-Forwards", "1"},
		{"Age", "7"},
		{"ETag", "W/\"x\""},
		{"Location", "/elsewhere?a=1#b", "https://other.example.com/é"},
		{"Link", "</a>; rel=next", "</b>; rel=prev"},
		{"Connection", "X-Many", "keep-alive"},
		{"Keep-Alive", "timeout=5"},
		{"Upgrade", "h2c"},
		{"Proxy-Authenticate", "Basic"},
		{"X-Amzn-Remapped-Server", "x"},
		{"X-Amzn-Remapped-Other", "x"},
		{"Access-Control-Allow-Origin", "*"},
		{"Content-Encoding", "identity"},
		{"X-Removed", "x"},
		{"X.Dot~Tilde!", "x"},
		{"Strict-Transport-Security", "max-age=1"},
	}
	return all[w.IntN(len(all))]
}
