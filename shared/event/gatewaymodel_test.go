package event_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// gate is what the guides of API Gateway and Lambda, and captured events, say that a REST API, an HTTP API or a function URL
// makes of a request. It shares nothing with the code under test: it works on the bytes that the client wrote.
type gate struct {
	door            string
	peer, trace, id string
	renames         bool       // a REST API's: it sends Content-MD5 on under another name
	binary          bool       // a REST API's: what could be text comes in base64, too
	rnd             *rand.Rand // for what is left open: the order of maps, the style of escapes
}

// event is the event of a request as its client wrote it; false where the door answers it itself.
func (g *gate) event(raw []byte) (data []byte, ok bool) {
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	words := strings.Split(lines[0], " ")
	header := &list{}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		if g.door != "rest" {
			name = strings.ToLower(name)
		}
		header.add(name, strings.Trim(value, " \t"))
	}
	if chunked := header.take("Transfer-Encoding"); chunked != nil {
		body = unchunk(body)
	}
	path, query, _ := strings.Cut(words[1], "?")
	if g.door == "rest" {
		return g.rest(words[0], path, query, header, body), true
	}
	return g.v2(words[0], path, query, header, body)
}

// take removes a header in whatever case, and is its values.
func (l *list) take(name string) (values []string) {
	for _, n := range slices.Clone(l.names) {
		if strings.EqualFold(n, name) {
			values = append(values, l.values[n]...)
			l.remove(n)
		}
	}
	return values
}

// rest is the event of a Lambda proxy integration.
func (g *gate) rest(method, path, query string, h *list, body []byte) []byte {
	md5 := h.take("Content-MD5")
	if g.renames && md5 != nil {
		h.add("X-Amzn-Remapped-Content-MD5", md5[0])
	}
	for _, removed := range []string{"Connection", "Content-Length"} {
		h.take(removed)
	}
	forwarded := h.take("X-Forwarded-For")
	if n := len(forwarded); n > 0 {
		forwarded[n-1] += ", " + g.peer
	} else {
		forwarded = []string{g.peer}
	}
	for _, own := range []string{"X-Forwarded-Proto", "X-Forwarded-Port", "X-Amzn-Trace-Id"} {
		h.take(own)
	}
	h.set("Host", h.take("Host")...)
	h.set("X-Forwarded-For", forwarded...)
	h.set("X-Forwarded-Proto", "https")
	h.set("X-Forwarded-Port", "443")
	h.set("X-Amzn-Trace-Id", "Root="+g.trace)
	if override := h.take("X-HTTP-Method-Override"); override != nil {
		method = override[0]
		h.add("X-HTTP-Method-Override", override[0])
	}
	parameters := &list{}
	for piece := range strings.FieldsFuncSeq(query, func(c rune) bool { return c == '&' || c == ';' }) {
		name, value, _ := strings.Cut(piece, "=")
		parameters.add(decoded(name), decoded(value))
	}
	text, encoded := string(body), g.binary || !utf8.Valid(body)
	if encoded {
		text = base64.StdEncoding.EncodeToString(body)
	}
	b := &balancer{multi: true, rnd: g.rnd}
	return fmt.Appendf(nil, `{"resource":"/{proxy+}","path":%s,"httpMethod":%s,"headers":{"x":"the last ones"},"multiValueHeaders":%s,`+
		`"queryStringParameters":{"x":"the last ones"},"multiValueQueryStringParameters":%s,"pathParameters":null,`+
		`"requestContext":{"resourceId":"r","path":"/live","stage":"live","requestId":"chosen","extendedRequestId":%q,`+
		`"authorizer":null,"domainName":"other.example.com",`+
		`"identity":{"apiKey":null,"sourceIp":%q}},"body":%s,"isBase64Encoded":%v}`,
		b.quote(path), b.quote(method), b.json(h), b.json(parameters), g.id, g.peer, b.quote(text), encoded)
}

// decoded is a parameter as a form has it.
func decoded(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return strings.ToValidUTF8(plain, "\ufffd")
}

// v2 is an event of payload format 2.0.
func (g *gate) v2(method, path, query string, h *list, body []byte) ([]byte, bool) {
	domain := "x.execute-api.us-west-2.amazonaws.com"
	if g.door == "url" {
		domain = "x.lambda-url.us-west-2.on.aws"
		h.set("x-amzn-tls-version", "TLSv1.3")
		h.set("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256")
	} else {
		var ok bool
		if path, ok = seen(path); !ok {
			return nil, false
		}
		if slices.Equal(h.values["content-length"], []string{"0"}) && h.values["content-type"] == nil {
			h.set("content-type", "application/octet-stream")
		}
		if h.values["content-length"] == nil {
			h.set("content-length", strconv.Itoa(len(body)))
		}
	}
	var cookies []string
	for _, line := range h.values["cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.Trim(cookie, " \t"); cookie != "" {
				cookies = append(cookies, cookie)
			}
		}
	}
	if g.door == "http" {
		h.remove("cookie")
	}
	h.add("x-forwarded-for", g.peer)
	h.set("x-forwarded-proto", "https")
	h.set("x-forwarded-port", "443")
	h.set("x-amzn-trace-id", "Root="+g.trace)
	joined := &list{}
	for _, name := range h.names {
		joined.add(name, strings.Join(h.values[name], ","))
	}
	text, encoded := string(body), !isText(h.values["content-type"])
	if encoded {
		text = base64.StdEncoding.EncodeToString(body)
	}
	b := &balancer{rnd: g.rnd}
	quoted := []string{}
	for _, c := range cookies {
		quoted = append(quoted, b.quote(c))
	}
	return fmt.Appendf(nil, `{"version":"2.0","routeKey":"$default","rawPath":%s,"rawQueryString":%s,"cookies":[%s],"headers":%s,`+
		`"requestContext":{"domainName":%q,"http":{"method":%s,"path":"/x","sourceIp":%q},"requestId":%q,"stage":"$default"},`+
		`"body":%s,"isBase64Encoded":%v}`,
		b.quote(path), b.quote(query), strings.Join(quoted, ", "), b.json(joined), domain, b.quote(method), g.peer, g.id,
		b.quote(text), encoded), true
}

// seen is a path as an HTTP API shows it: decoded, cut at a question mark, and decoded again; false where that cannot be done.
func seen(path string) (string, bool) {
	once, err := url.PathUnescape(path)
	if err != nil {
		return "", false
	}
	once, _, _ = strings.Cut(once, "?")
	twice, err := url.PathUnescape(once)
	return strings.ToValidUTF8(twice, "\ufffd"), err == nil
}
