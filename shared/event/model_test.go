package event_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// balancer is what the guide of Application Load Balancers, and captured events, say that one makes of a request. It shares
// nothing with the code under test: it works on the bytes that the client wrote.
type balancer struct {
	multi        bool   // lambda.multi_value_headers.enabled
	mode         string // routing.http.xff_header_processing.mode
	clientPort   bool   // routing.http.xff_client_port.enabled
	preserveHost bool   // routing.http.preserve_host_header.enabled
	tls          bool   // routing.http.x_amzn_tls_version_and_cipher_suite.enabled, and mTLS in mode verify
	scheme       string
	port         int // of the listener
	peer, trace  string
	rnd          *rand.Rand // for what is left open: the order of maps, the style of escapes
}

// list is an ordered map of lists.
type list struct {
	names  []string
	values map[string][]string
}

func (l *list) add(name, value string) {
	if l.values == nil {
		l.values = map[string][]string{}
	}
	if _, ok := l.values[name]; !ok {
		l.names = append(l.names, name)
	}
	l.values[name] = append(l.values[name], value)
}

func (l *list) set(name string, values ...string) {
	l.remove(name)
	for _, v := range values {
		l.add(name, v)
	}
}

func (l *list) remove(name string) {
	delete(l.values, name)
	l.names = slices.DeleteFunc(l.names, func(n string) bool { return n == name })
}

// event is the event of a request as its client wrote it.
func (b *balancer) event(raw []byte) []byte {
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	words := strings.Split(lines[0], " ")
	header := &list{}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		header.add(strings.ToLower(name), strings.Trim(value, " \t"))
	}
	if header.values["transfer-encoding"] != nil {
		body = unchunk(body)
	}
	target, authority := words[1], ""
	if rest, ok := strings.CutPrefix(target, "http://"); ok {
		slash := strings.IndexByte(rest, '/')
		authority, target = rest[:slash], rest[slash:]
	}
	path, query, _ := strings.Cut(target, "?")
	b.amend(header, authority)
	encoded := header.values["content-encoding"] != nil || !isText(header.values["content-type"])
	text := string(body)
	if encoded {
		text = base64.StdEncoding.EncodeToString(body)
	}
	form := [2]string{"queryStringParameters", "headers"}
	if b.multi {
		form = [2]string{"multiValueQueryStringParameters", "multiValueHeaders"}
	}
	return fmt.Appendf(nil, `{"requestContext":{"elb":{"targetGroupArn":"arn"}},"httpMethod":%s,"path":%s,`+
		`"%s":%s,"%s":%s,"body":%s,"isBase64Encoded":%v}`,
		b.quote(words[0]), b.quote(path), form[0], b.json(parameters(query)), form[1], b.json(header), b.quote(text), encoded)
}

// amend is what happens to the header.
func (b *balancer) amend(h *list, authority string) {
	host := h.values["host"]
	if authority != "" && !b.preserveHost {
		host = []string{authority}
	}
	if !b.preserveHost {
		name, port, _ := strings.Cut(host[0], ":")
		switch {
		case b.port == 80 || b.port == 443:
			host = []string{name}
		case port == "":
			host = []string{name + ":" + strconv.Itoa(b.port)}
		}
	}
	h.set("host", host...)
	h.remove("transfer-encoding")
	h.set("x-forwarded-proto", b.scheme)
	h.set("x-forwarded-port", strconv.Itoa(b.port))
	switch b.mode {
	case "append":
		peer := b.peer
		if b.clientPort && strings.Contains(peer, ":") {
			peer = "[" + peer + "]"
		}
		if b.clientPort {
			peer += ":50001"
		}
		if lines := h.values["x-forwarded-for"]; lines == nil {
			h.set("x-forwarded-for", peer)
		} else {
			lines[len(lines)-1] += ", " + peer
		}
	case "remove":
		h.remove("x-forwarded-for")
	}
	b.traceHeader(h)
	if b.tls {
		h.set("x-amzn-tls-version", "TLSv1.3")
		h.set("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256")
		h.set("x-amzn-mtls-clientcert-subject", "CN=real")
	}
}

func (b *balancer) traceHeader(h *list) {
	sent := h.values["x-amzn-trace-id"]
	switch {
	case sent == nil:
		h.set("x-amzn-trace-id", "Root="+b.trace)
	case strings.Contains(sent[0], "Self="):
		fields := strings.Split(sent[0], ";")
		i := slices.IndexFunc(fields, func(f string) bool { return strings.HasPrefix(f, "Self=") })
		fields[i] = "Self=" + b.trace
		h.set("x-amzn-trace-id", strings.Join(fields, ";"))
	case strings.Contains(sent[0], "Root="):
		h.set("x-amzn-trace-id", "Self="+b.trace+";"+sent[0])
	default: // not documented
		h.set("x-amzn-trace-id", "Root="+b.trace+";"+sent[0])
	}
}

func parameters(query string) *list {
	l := &list{}
	for piece := range strings.SplitSeq(query, "&") {
		if piece != "" {
			name, value, _ := strings.Cut(piece, "=")
			l.add(name, value)
		}
	}
	return l
}

func isText(types []string) bool {
	if types == nil {
		return false
	}
	t, _, _ := strings.Cut(types[len(types)-1], ";")
	return strings.HasPrefix(t, "text/") || t == "application/json" || t == "application/javascript" || t == "application/xml"
}

func unchunk(b []byte) (body []byte) {
	for {
		size, rest, _ := bytes.Cut(b, []byte("\r\n"))
		n, err := strconv.ParseInt(string(size), 16, 32)
		if err != nil || n == 0 {
			return body
		}
		body, b = append(body, rest[:n]...), rest[n+2:]
	}
}

// json is a map in some order: its own order is not kept.
func (b *balancer) json(l *list) string {
	b.rnd.Shuffle(len(l.names), func(i, j int) { l.names[i], l.names[j] = l.names[j], l.names[i] })
	var members []string
	for _, name := range l.names {
		values := l.values[name]
		if !b.multi {
			members = append(members, b.quote(name)+":"+b.quote(values[len(values)-1]))
			continue
		}
		var quoted []string
		for _, v := range values {
			quoted = append(quoted, b.quote(v))
		}
		members = append(members, b.quote(name)+": ["+strings.Join(quoted, ", ")+"]")
	}
	return "{" + strings.Join(members, ",\n") + "}"
}

// quote is a JSON string, some characters escaped without need.
func (b *balancer) quote(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch style := b.rnd.IntN(20); {
		case r == '"' || r == '\\' || r == '/' && style < 5:
			out.WriteString(`\` + string(r))
		case r == '\n':
			out.WriteString(`\n`)
		case r > 0xffff && style < 10:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04X`, high, low)
		case r < ' ' || r < 0xffff && style == 0:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
