package event_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// writer makes requests up.
type writer struct{ *rand.Rand }

func (w writer) one(of ...string) string { return of[w.IntN(len(of))] }

func (w writer) some(most int, of ...string) string {
	var b strings.Builder
	for range w.IntN(most + 1) {
		b.WriteString(w.one(of...))
	}
	return b.String()
}

func (w writer) query() string {
	var pieces []string
	for range w.IntN(6) {
		piece := w.one("a", "b", "c", "k%5B0%5D", "é", "+", "%20", "a.b")
		if w.IntN(4) > 0 {
			piece += "=" + w.some(4, "x", "%2B", "+", "=", "%26", "?", "/", "é", "😀", ";", "\"", "%E9", "\\")
		}
		pieces = append(pieces, piece)
	}
	return strings.Join(pieces, "&")
}

func (w writer) header() (lines []string) {
	add := func(name, value string) {
		if w.IntN(3) == 0 {
			name = strings.ToUpper(name)
		}
		lines = append(lines, name+":"+w.one("", " ", "\t")+value)
	}
	for range w.IntN(12) {
		value := w.some(3, "a", "b c", ",", ";q=0.5", "\"x\"", "\\", "é", "홍", "😀", "/", "1\t2") + "z"
		add(w.one("Accept", "cookie", "X-Custom", "x-Under_score", "Authorization", "X-Date", "Cache-Control", "X.Y~Z"), value)
	}
	for _, sometimes := range [][2]string{
		{"X-Forwarded-For", w.one("192.0.2.9", "unknown", "192.0.2.9, 192.0.2.8", "spoofed,")},
		{"X-Forwarded-For", "192.0.2.7"},
		{"X-Forwarded-Proto", w.one("https", "ws")},
		{"X-Forwarded-Port", "1"},
		{"X-Forwarded-Host", "evil"},
		{"X-Amzn-Trace-Id", w.one("Root=1-0-a", "Self=1-0-a;Root=1-1-a", "Root=1-1-a;Self=1-0-a", "Foo=bar", "Self=1-0-a")},
		{"X-Amzn-Tls-Version", "SSLv3"},
		{"X-Amzn-Mtls-Clientcert-Subject", "CN=evil"},
		{"x_amzn_tls-version", "SSLv2"},
		{"Pragma", w.one("no-cache", "x")},
		{"User-Agent", w.one("curl/8", "ELB-HealthChecker/2.0")},
		{"Connection", "close"},
		{"X-Empty", ""},
		{"Content-Encoding", "gzip"},
		{"Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="},
		{"X-Amzn-Remapped-Date", "Mon, 21 Sep 2026 10:00:00 GMT"},
		{"Date", "Mon, 21 Sep 2026 11:00:00 GMT"},
	} {
		if w.IntN(4) == 0 {
			add(sometimes[0], sometimes[1])
		}
	}
	if w.IntN(20) == 0 {
		add("X-HTTP-Method-Override", "DELETE")
	}
	w.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return lines
}

// request is a request as its client writes it, and the name in its Host header.
func (w writer) request() (raw []byte, host string) {
	host = w.one("h", "api.example.com", "h:80", "h:8443")
	target := "/" + w.some(5, "a", "/", "%2F", "..", ";v=1", "é", "%ED%99%8D", "+", "%20", ":", "*", "\"")
	if w.IntN(8) == 0 {
		target += w.one("%3Fx", "%23", "%2525", "%252F", "%25z", "%00", "%7f", "%FF")
	}
	if q := w.query(); q != "" || w.IntN(5) == 0 {
		target += "?" + q
	}
	if w.IntN(8) == 0 {
		target = "http://other.example.com:81" + target
	}
	lines := append(w.header(), "Host: "+host)
	if w.IntN(3) > 0 {
		lines = append(lines, "Content-Type: "+
			w.one("application/json", "text/plain; charset=utf-8", "image/png", "application/x-www-form-urlencoded"))
	}
	body := w.some(6, "{\"a\":1}", "é", "\\", "\n", "\x00", "😀")
	if w.IntN(3) == 0 {
		lines = append(lines, "Transfer-Encoding: chunked")
		if body != "" {
			body = fmt.Sprintf("%x\r\n%s\r\n", len(body), body)
		}
		body += "0\r\n\r\n"
	} else if body != "" || w.IntN(4) == 0 {
		lines = append(lines, "Content-Length: "+strconv.Itoa(len(body)))
	}
	method := w.one("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "M-SEARCH")
	return []byte(method + " " + target + " HTTP/1.1\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n" + body), host
}

func (w writer) gate(door string) *gate {
	return &gate{
		door: door, peer: w.one("198.51.100.7", "2001:db8::7"), trace: "1-6a5145a7-5c3686ff7df3149177a89157", id: "d16a6b55-dea9-4b23",
		renames: w.IntN(2) == 0, binary: w.IntN(2) == 0, rnd: w.Rand,
	}
}

func (w writer) balancer() *balancer {
	b := &balancer{
		multi: w.IntN(3) > 0, mode: w.one("append", "append", "preserve", "remove"), clientPort: w.IntN(2) == 0,
		preserveHost: w.IntN(2) == 0, tls: w.IntN(2) == 0, scheme: w.one("http", "https"), port: 8080,
		peer: w.one("198.51.100.7", "2001:db8::7"), trace: "1-6a5145a7-5c3686ff7df3149177a89157", rnd: w.Rand,
	}
	if w.IntN(2) == 0 {
		b.port = map[string]int{"http": 80, "https": 443}[b.scheme]
	}
	return b
}
