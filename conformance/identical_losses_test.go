//go:build dynamodb

package conformance_test

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"postern/shared/gateway"
)

const lambda = "alb rest http url"

// loss is what a door makes of requests that it cannot carry as they are. Each is one row of docs/doors.md.
type loss struct {
	fact  string // event.Fact.Name
	doors string
	apply func(*letter, *gateway.Request)
}

// requestLosses are written from docs/doors.md, and not from the code that it is generated from. Their order counts.
func requestLosses() []loss {
	return slices.Concat(headerLosses(), []loss{
		{"absolute", "alb", func(l *letter, r *gateway.Request) {
			if l.authority != "" {
				r.Host = l.values("Host")[0]
			}
		}},
		{"method", "rest", override},
		{"length", lambda, func(l *letter, r *gateway.Request) {
			if l.chunked {
				r.Length = int64(len(l.body))
			}
		}},
		{"query-empty", "alb rest", func(_ *letter, r *gateway.Request) { r.RawQuery = eachParameter(r.RawQuery, assigned) }},
		{"query-encoding", "rest", func(_ *letter, r *gateway.Request) { r.RawQuery = eachParameter(r.RawQuery, recoded) }},
		{"query-order", "alb rest", func(_ *letter, r *gateway.Request) { r.RawQuery = grouped(r.RawQuery) }},
		{"path-doubt", "http", doubt},
		{"path", "http", func(_ *letter, r *gateway.Request) { r.Path = encoded(decoded(r.Path)) }},
	})
}

func headerLosses() []loss {
	without := func(names ...string) func(*letter, *gateway.Request) {
		return func(_ *letter, r *gateway.Request) {
			for _, name := range names {
				delete(r.Header, name)
			}
		}
	}
	return []loss{
		{"pragma", "serve", pragma},
		{"forwarded-proto", lambda, without("X-Forwarded-Proto", "X-Forwarded-Port")},
		{"trace", lambda, func(_ *letter, r *gateway.Request) {
			if sent := r.Header["X-Amzn-Trace-Id"]; len(sent) > 0 {
				r.Header["X-Amzn-Trace-Id"] = []string{"Self=*;" + sent[len(sent)-1]}
			}
		}},
		{"tls", lambda, without("X-Amzn-Tls-Version", "X-Amzn-Mtls-Clientcert-Subject", "X_amzn_tls-Version")},
		{"connection", "rest http url", without("Connection", "Expect", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Upgrade")},
		{"removed", "rest", without("Content-Length")},
		{"remapped", "rest", renamed},
		{"content-length", "http", func(l *letter, r *gateway.Request) {
			if r.Header["Content-Length"] == nil {
				r.Header["Content-Length"] = []string{strconv.Itoa(len(l.body))}
			}
		}},
		{"cookie", "http", func(_ *letter, r *gateway.Request) {
			if lines := r.Header["Cookie"]; lines != nil {
				all := strings.Split(strings.Join(lines, ";"), ";")
				for i := range all {
					all[i] = strings.TrimSpace(all[i])
				}
				r.Header["Cookie"] = []string{strings.Join(all, "; ")}
			}
		}},
		{"header-repeat", "http url", func(_ *letter, r *gateway.Request) {
			for name, values := range r.Header {
				r.Header[name] = []string{strings.Join(values, ",")}
			}
		}},
	}
}

// pragma is net/http's.
func pragma(_ *letter, r *gateway.Request) {
	if values := r.Header["Pragma"]; len(values) > 0 && values[0] == "no-cache" && r.Header["Cache-Control"] == nil {
		r.Header["Cache-Control"] = []string{"no-cache"}
	}
}

func override(_ *letter, r *gateway.Request) {
	if to := r.Header["X-Http-Method-Override"]; len(to) > 0 {
		r.Method, r.Malformed = to[0], errors.New("the door has put another method in")
	}
}

func renamed(_ *letter, r *gateway.Request) {
	const prefix = "X-Amzn-Remapped-"
	for _, name := range []string{"Date", "Authorization", "Other"} {
		values, there := r.Header[prefix+name]
		delete(r.Header, prefix+name)
		if there && r.Header[name] == nil && name != "Other" {
			r.Header[name] = values
		}
	}
}

// eachParameter changes parameters one by one. One that is empty is none.
func eachParameter(query string, change func(string) string) string {
	var all []string
	for piece := range strings.SplitSeq(query, "&") {
		if piece != "" {
			all = append(all, change(piece))
		}
	}
	return strings.Join(all, "&")
}

func assigned(piece string) string {
	if strings.Contains(piece, "=") {
		return piece
	}
	return piece + "="
}

func recoded(piece string) string {
	name, value, _ := strings.Cut(piece, "=")
	again := func(s string) string {
		text, _ := url.QueryUnescape(s)
		return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
	}
	return again(name) + "=" + again(value)
}

// grouped has the parameters of one name together, where the first of them is: the order in which the map was made.
func grouped(query string) string {
	var names []string
	values := map[string][]string{}
	for piece := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(piece, "=")
		if values[name] == nil {
			names = append(names, name)
		}
		values[name] = append(values[name], piece)
	}
	var all []string
	for _, name := range names {
		all = append(all, values[name]...)
	}
	return strings.Join(all, "&")
}

// doubt is what becomes of a path whose second decoding gives something else than the first. What cannot be told is refused.
func doubt(_ *letter, r *gateway.Request) {
	once, _, _ := strings.Cut(decoded(r.Path), "?")
	twice := decoded(once)
	if strings.ContainsFunc(twice, func(c rune) bool { return c < ' ' || c == 0x7f || strings.ContainsRune("?#%\ufffd", c) }) {
		r.Malformed = errors.New("the path was decoded to what tells nobody what was sent")
	}
	if r.Malformed != nil || !simple(r.Path) {
		r.Path = encoded(twice)
	}
}

// simple says whether a path decodes to characters that stand for themselves.
func simple(path string) bool {
	upper := strings.ToUpper(path)
	return !slices.ContainsFunc([]string{"%2F", "%3F", "%23", "%25"}, func(s string) bool { return strings.Contains(upper, s) })
}

func decoded(path string) string {
	text, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return text
}

// encoded is a path as RFC 3986 (3.3) has it.
func encoded(path string) string {
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-._~!$&'()*+,;=:@/", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c)|0x100, 16)[1:]))
		}
	}
	return b.String()
}

// place is what differs, and is lost nowhere, because the doors stand at different places.
func place(door string, r *gateway.Request) {
	if door == "serve" {
		return
	}
	r.Door = gateway.Door{Name: door}
	if door == "split" {
		return
	}
	if door != "alb" {
		r.Scheme = "https"
	}
	if r.Header["X-Amzn-Trace-Id"] == nil {
		r.Header["X-Amzn-Trace-Id"] = []string{"Root=*"}
	}
	if door == "url" {
		r.Header["X-Amzn-Tls-Version"] = []string{"TLSv1.3"}
		r.Header["X-Amzn-Tls-Cipher-Suite"] = []string{"TLS_AES_128_GCM_SHA256"}
	}
}
