package event_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"postern/shared/event"
	"postern/shared/gateway"
)

// passage is one request through a door of API Gateway or Lambda, and through serve.
type passage struct {
	raw       []byte
	gate      *gate
	got, want *gateway.Request // from the door, and from serve
}

// TestGatewaysSameAsServe: a request through each door is the one that serve sees, but for the losses that Facts declares;
// and every loss that it declares is one.
func TestGatewaysSameAsServe(t *testing.T) {
	for _, door := range []string{"rest", "http", "url"} {
		t.Run(door, func(t *testing.T) {
			w := writer{rand.New(rand.NewPCG(20261121, 2))}
			plain := plainDoor(t)
			needed, answered := map[string]bool{}, 0
			for n := range 600 {
				raw, _ := w.request()
				g := w.gate(door)
				data, ok := g.event(raw)
				if bytes.Contains(raw, []byte(" http://")) || !ok {
					answered++
					continue
				}
				e, err := event.Read(bytes.Clone(data), received, event.Options{TrustTLS: true, TrustMTLS: true})
				if err != nil {
					t.Fatalf("trial %d: Read = %v\n%q\n%s", n, err, raw, data)
				}
				p := &passage{raw: raw, gate: g, got: e.Request, want: plain(raw)}
				p.place(t)
				for _, l := range gatewayLosses() {
					before := [2]gateway.Request{clone(p.got), clone(p.want)}
					l.allow(p)
					if after := [2]gateway.Request{*p.got, *p.want}; !reflect.DeepEqual(before, after) {
						needed[l.name] = true
					}
				}
				p.want.Body, p.got.Body = slices.Clip(append([]byte{}, p.want.Body...)), slices.Clip(append([]byte{}, p.got.Body...))
				if !reflect.DeepEqual(p.got, p.want) {
					t.Fatalf("trial %d:\ngot  %+v\nwant %+v\n%q\n%s", n, p.got, p.want, raw, data)
				}
			}
			if answered > 150 {
				t.Errorf("%d of 600 requests are left out", answered)
			}
			checkLosses(t, door, needed)
		})
	}
}

func checkLosses(t *testing.T, door string, needed map[string]bool) {
	t.Helper()
	for _, f := range event.Facts() {
		_, beyond := notTriedAt(door)[f.Name]
		if lost := !f.Answer && (f.Doors["serve"].Lost || f.Doors[door].Lost); lost != (needed[f.Name] || beyond) {
			t.Errorf("%s: declared lost: %v, found lost: %v, left out: %v", f.Name, lost, needed[f.Name], beyond)
		}
	}
}

// notTriedAt are declared losses that no request can show here.
func notTriedAt(door string) map[string]string {
	all := map[string]string{
		"escape":       "serve refuses it",
		"query-escape": "not documented",
		"absolute":     "not documented",
		"refused":      "the door answers it",
		"utf8":         "not documented",
		"head-size":    "the door answers it",
		"body-size":    "the door answers it",
		"names":        "the same at all doors",
		"leaving":      "not in the request",
	}
	if door == "rest" {
		all["path"] = "the API has a domain of its own here"
		all["ping"] = "the door answers it"
		all["path-special"] = "not documented"
	} else {
		all["connection"] = "not documented"
	}
	if door == "url" {
		all["path-doubt"] = "not documented"
	}
	return all
}

// place is what differs because the doors stand at different places.
func (p *passage) place(t *testing.T) {
	t.Helper()
	if p.got.ID != p.gate.id {
		t.Errorf("ID = %q, want %q", p.got.ID, p.gate.id)
	}
	p.want.Load, p.want.ID, p.want.Door = nil, p.gate.id, gateway.Door{Name: p.gate.door}
	p.want.Scheme, p.want.Client = "https", netip.MustParseAddr(p.gate.peer)
}

type loss struct {
	name  string
	allow func(*passage)
}

// gatewayLosses take each declared loss out of the comparison, and nothing else. Their order counts.
func gatewayLosses() []loss {
	at := func(doors string, allow func(*passage)) func(*passage) {
		return func(p *passage) {
			if strings.Contains(doors, p.gate.door) {
				allow(p)
			}
		}
	}
	all := losses()
	return []loss{
		{"pragma", func(p *passage) { all["pragma"](&trial{want: p.want}) }},
		{"length", func(p *passage) { all["length"](&trial{want: p.want}) }},
		{"forwarded-proto", func(p *passage) { all["forwarded-proto"](&trial{want: p.want}) }},
		{"trace", func(p *passage) { p.want.Header["X-Amzn-Trace-Id"] = []string{"Root=" + p.gate.trace} }},
		{"tls", (*passage).tls},
		{"method", at("rest", (*passage).method)},
		{"connection", at("rest", func(p *passage) { delete(p.want.Header, "Connection") })},
		{"removed", at("rest", (*passage).removed)},
		{"remapped", at("rest", (*passage).remapped)},
		{"content-type", at("http", (*passage).contentType)},
		{"content-length", at("http", (*passage).contentLength)},
		{"cookie", at("http", (*passage).cookie)},
		{"header-repeat", (*passage).headerRepeat},
		{"query-special", at("rest", func(p *passage) { p.want.RawQuery = strings.ReplaceAll(p.want.RawQuery, ";", "&") })},
		{"query-empty", at("rest", func(p *passage) { all["query-empty"](&trial{want: p.want}) })},
		{"query-encoding", at("rest", (*passage).queryEncoding)},
		{"query-order", at("rest", func(p *passage) { all["query-order"](&trial{got: p.got, want: p.want}) })},
		{"path-doubt", at("http", (*passage).pathDoubt)},
		{"path", at("http", (*passage).path)},
	}
}

func (p *passage) tls() {
	for _, name := range []string{"X-Amzn-Tls-Version", "X-Amzn-Mtls-Clientcert-Subject", "X_amzn_tls-Version"} {
		delete(p.want.Header, name)
	}
	if p.gate.door == "url" {
		p.want.Header["X-Amzn-Tls-Version"] = []string{"TLSv1.3"}
		p.want.Header["X-Amzn-Tls-Cipher-Suite"] = []string{"TLS_AES_128_GCM_SHA256"}
	}
}

func (p *passage) method() {
	if p.want.Header["X-Http-Method-Override"] != nil && p.got.Malformed != nil {
		p.want.Method, p.want.Malformed = "DELETE", p.got.Malformed
	}
}

func (p *passage) removed() {
	delete(p.want.Header, "Content-Length")
	if !p.gate.renames {
		delete(p.want.Header, "Content-Md5")
	}
}

func (p *passage) remapped() {
	h := p.want.Header
	if values := h["X-Amzn-Remapped-Date"]; values != nil && h["Date"] == nil {
		h["Date"] = values
	}
	delete(h, "X-Amzn-Remapped-Date")
}

func (p *passage) contentType() {
	if h := p.want.Header; h.Get("Content-Length") == "0" && h["Content-Type"] == nil {
		h["Content-Type"] = []string{"application/octet-stream"}
	}
}

func (p *passage) contentLength() {
	if h := p.want.Header; h["Content-Length"] == nil {
		h["Content-Length"] = []string{strconv.Itoa(len(p.want.Body))}
	}
}

func (p *passage) cookie() {
	if lines := p.want.Header["Cookie"]; lines != nil {
		blanks := regexp.MustCompile(`[ \t]*;[ \t;]*`)
		p.want.Header["Cookie"] = []string{strings.Trim(blanks.ReplaceAllString(strings.Join(lines, ";"), "; "), "; ")}
	}
}

// headerRepeat: joined; at a REST API in any order where the client spelled the name in more than one way.
func (p *passage) headerRepeat() {
	for name, values := range p.want.Header {
		if p.gate.door != "rest" {
			p.want.Header[name] = []string{strings.Join(values, ",")}
			continue
		}
		spellings := map[string]bool{}
		for _, line := range strings.Split(string(p.raw), "\r\n") {
			if sent, _, _ := strings.Cut(line, ":"); strings.EqualFold(sent, name) {
				spellings[sent] = true
			}
		}
		if len(spellings) > 1 && slices.Equal(slices.Sorted(slices.Values(values)), slices.Sorted(slices.Values(p.got.Header[name]))) {
			p.want.Header[name] = p.got.Header[name]
		}
	}
}

func (p *passage) queryEncoding() {
	recoded := func(s string) string { return strings.ReplaceAll(url.QueryEscape(decoded(s)), "+", "%20") }
	p.want.RawQuery = eachPiece(p.want.RawQuery, func(piece string) string {
		name, value, _ := strings.Cut(piece, "=")
		return recoded(name) + "=" + recoded(value)
	})
}

// pathDoubt: a path that cannot be told is refused; an encoded slash is one, and a question mark cuts.
func (p *passage) pathDoubt() {
	shown, _ := seen(p.want.Path)
	if regexp.MustCompile("[?#%\x00-\x1f\x7f\ufffd]").MatchString(shown) && p.got.Malformed != nil {
		p.want.Path, p.want.Malformed = p.got.Path, p.got.Malformed
	}
	p.want.Path, _, _ = strings.Cut(strings.NewReplacer("%252F", "/", "%2F", "/").Replace(p.want.Path), "%3F")
	if p.want.Malformed != nil {
		p.want.Path = p.got.Path
	}
}

// path: decoded, and encoded as RFC 3986 has a path.
func (p *passage) path() {
	if p.want.Malformed != nil {
		return
	}
	plain, _ := url.PathUnescape(p.want.Path)
	p.want.Path = regexp.MustCompile(`[^A-Za-z0-9\-._~!$&'()*+,;=:@/]`).ReplaceAllStringFunc(plain, func(s string) (escaped string) {
		for _, b := range []byte(s) {
			escaped += fmt.Sprintf("%%%02X", b)
		}
		return escaped
	})
}
