//go:build dynamodb

package conformance_test

import (
	"slices"
	"strings"
)

const (
	nhnHost   = "nhn.example.com"
	toastHost = "toast.example.com"
)

// letter makes a request up: a kind, then what clients do to requests of every kind, then the credentials over all of it.
func (w *author) letter() *letter {
	l := w.random([]weighted{
		{24, to(nhnHost, "/open/")},
		{4, to(nhnHost, "/named/7/")},
		{10, to(nhnHost, "/signed/")},
		{4, to(nhnHost, "/covered/")},
		{5, to(nhnHost, "/token/")},
		{5, to(nhnHost, "/keyed/")},
		{3, to(nhnHost, "/either/")},
		{3, to(nhnHost, "/inner/")},
		{2, to(nhnHost, "/outer/")},
		{3, to(nhnHost, "/before/")},
		{3, to(nhnHost, "/mock/")},
		{1, to(nhnHost, "/mocked-204")},
		{1, to(nhnHost, "/capped/")},
		{1, (*author).large},
		{4, (*author).person},
		{3, (*author).form},
		{3, (*author).asked},
		{5, (*author).page},
		{10, to(toastHost, "/apigw/signed/")},
		{4, to(toastHost, "/apigw/open/")},
		{4, to(toastHost, "/apigw/api/v2.0/")},
		{3, to(toastHost, "/apigw/token/")},
		{1, to(toastHost, "/apigw/mock")},
		{4, (*author).lost},
	})(w)
	w.headers(l)
	w.odd(l)
	w.sign(l)
	w.Shuffle(len(l.lines), func(i, j int) { l.lines[i], l.lines[j] = l.lines[j], l.lines[i] })
	return l
}

// to is a request below a path of a host.
func to(host, path string) func(*author) *letter {
	return func(w *author) *letter {
		l := w.plain(host, path)
		if strings.HasSuffix(path, "/") {
			l.path += w.tail()
		}
		return l
	}
}

func (w *author) plain(host, path string) *letter {
	l := &letter{method: w.one("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "REPORT"), path: path, query: w.query()}
	l.add("Host", host)
	w.body(l)
	return l
}

// tail is a path below a route: mostly one that everybody understands in the same way.
func (w *author) tail() string {
	all := w.one("a", "b-c_d~e", "7") + w.some(3, "/x", "/y.z", "/0", "+", ":1", "@", "(1)", "'", ",", "=", "$&!", "*")
	switch {
	case w.in(5):
		all += w.some(3, "%20", "%41", "%7E", "%ED%99%8D", "%2B", "%3B", "%5B", "%22", "/z%C3%A9")
	case w.in(40):
		all += w.one("é", "홍", "\"", "^", "`", "<", "[")
	case w.in(20):
		all += w.some(3, "%2F", "%2f", "//", "/.", "/..", "/../a", "%2E%2E", ";v=1", "\\", "%5C", "/a/", "%25", "%2541", "%252F", "%252541")
	case w.in(60):
		all += w.one("%3Fx", "%23", "%00", "%7f", "%0A", "%FF", "%C3", "%zz", "%", "%4", "{x}", "|", "#a")
	case w.in(100):
		all += strings.Repeat("/long", 1800)
	}
	return all
}

// query has the question mark, or is empty.
func (w *author) query() string {
	if w.in(3) {
		return w.one("", "", "", "?")
	}
	var pieces []string
	for range 1 + w.IntN(5) {
		name := w.one("a", "a", "a", "b", "b", "c", "b c", "k%5B0%5D", "%C3%A9", "", "A")
		if w.in(40) {
			name = w.one("k[]", "é", "\"")
		}
		name = strings.ReplaceAll(name, " ", w.one("+", "%20"))
		switch {
		case w.in(6):
			pieces = append(pieces, name)
		case w.in(30):
			pieces = append(pieces, "")
		default:
			pieces = append(pieces, name+"="+w.parameter())
		}
	}
	return "?" + strings.Join(pieces, "&")
}

func (w *author) parameter() string {
	switch {
	case w.in(120):
		return w.one("%zz", "%", "%FF", "a;b", "{x}", "|", "%C3", "a#b")
	case w.in(30):
		return w.some(2, "é", "😀", "\"", "\\", "<", "[", "]", "^")
	case w.in(3):
		return w.some(4, "+", "%2B", "%20", "=", "%26", "?", "/", "%E2%82%AC", "%00", "~", "%7E", "%3b", "%22",
			":", "@", "!", "'", "(", ")", "*", ",", "$")
	}
	return w.some(2, "1", "x-y", "true", "z.z", "_")
}

// body is none, or bytes of some type, which may be another than it says.
func (w *author) body(l *letter) {
	if slices.Contains([]string{"GET", "HEAD", "OPTIONS", "DELETE"}, l.method) && !w.in(20) || w.in(4) {
		if w.in(10) && l.method != "GET" && l.method != "HEAD" {
			l.add("Content-Length", "0")
		}
		return
	}
	contents := map[string]string{
		"application/json":                  w.one(`{"name":"kim","age":7}`, `{"a": [1, "é\u0000", null]}`, `[]`, "{\n}", `{"name"`),
		"text/plain; charset=utf-8":         w.some(20, "text ", "é", "홍", "😀", "\n", "\t", "\"", "\\", "\x01", "<&>"),
		"application/x-www-form-urlencoded": w.one("a=1&b=2", "a=1&a=2&b=%20+", "a", "b=%zz", ""),
		"application/octet-stream":          w.noise(w.IntN(600)),
		"image/png":                         "\x89PNG\r\n\x1a\n" + w.noise(40),
		"":                                  w.noise(w.IntN(20)),
	}
	kinds := slices.Sorted(keys(contents))
	kind := w.one(kinds...)
	l.body = contents[kind]
	if w.in(40) {
		l.body = strings.Repeat("0123456789abcdef", 2000+w.IntN(4000)) // on both sides of the limit
	}
	switch {
	case w.in(25):
		kind = w.one("text/html", "application/xml", "APPLICATION/JSON", "nonsense", "application/problem+json")
	case w.in(60):
		l.body = "\xff\xfe" + l.body // of any type
	}
	if kind != "" {
		l.add(w.one("Content-Type", "content-type", "CONTENT-TYPE"), " "+kind)
	}
	if l.body != "" && w.in(15) {
		l.add("Content-Encoding", "gzip")
	}
	l.chunked = w.in(6)
}

func (w *author) large() *letter {
	l := to(nhnHost, "/large/a")(w)
	l.method = "POST"
	l.remove("Content-Length")
	l.body = strings.Repeat(w.noise(1000), w.of(600, 600, 600, 600, 600, 1100, 1100, 1100, 1100, 1100, 1100, 4800))
	return l
}

func (w *author) of(of ...int) int { return of[w.IntN(len(of))] }

func (w *author) person() *letter {
	l := to(nhnHost, "/person/"+w.one("7", "kim", ""))(w)
	l.method = w.one("POST", "PUT")
	l.remove("Content-Length")
	l.set("Content-Type", w.one("application/json", "application/json; charset=utf-8", "text/json"))
	l.body = w.one(`{"name":"kim"}`, `{"name":"kim","age":7}`, `{"name":"kim","age":-1}`, `{"name":"too-long-a-name"}`, `{}`,
		`{"name":7}`, `[]`,
		`{"name":"홍길동","more":{"a":[true,null,1e3]}}`, `{"name":"kim"}x`, `{"name":"kim","name":"lee"}`, "\xff")
	return l
}

func (w *author) form() *letter {
	l := to(nhnHost, "/form")(w)
	l.method = "POST"
	l.remove("Content-Length")
	l.set("Content-Type", w.one("application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=UTF-8", "multipart/form-data"))
	l.body = w.one("a=1&b=2", "a=1", "b=&a=", "a&b", "%61=1&b=2", "a=%zz&b=1", "A=1&b=2")
	return l
}

func (w *author) asked() *letter {
	l := to(nhnHost, "/asked")(w)
	l.method = w.one("GET", "POST")
	l.query = w.one("?a=1&b+c=2", "?a=1&b%20c=2", "?b%20c=&a", "?a=1", "?A=1&b+c=1", "", "?a=1&b%2Bc=2")
	return l
}

// page is what browsers send.
func (w *author) page() *letter {
	l := to(nhnHost, "/page/"+w.one("a", "b"))(w)
	l.method = w.one("OPTIONS", "OPTIONS", "GET", "POST", "PUT")
	l.add("Origin", w.one("https://shop.example.com", "https://shop.example.com", "https://evil.example.com", "null", ""))
	if w.in(2) {
		l.add("Access-Control-Request-Method", w.one("GET", "POST", "DELETE"))
		l.add("access-control-request-headers", w.one("x-many", "X-Many,x-other", "x-many", ""))
	}
	if w.in(10) {
		l.add("Origin", "https://second.example.com")
	}
	return l
}

// lost is what nobody serves.
func (w *author) lost() *letter {
	host := w.one(nhnHost, toastHost, "other.example.com", "NHN.example.com", nhnHost+":443", "nhn.example.com.")
	l := to(host, w.one("/", "/nowhere/", "/apigw", "/open", "/ping"))(w)
	l.add("Accept", w.one("text/plain", "application/json", "*/*"))
	return l
}
