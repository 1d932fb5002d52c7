package front

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
)

// seeds are requests with all that doors treat differently.
func seeds() []string {
	return []string{
		"GET /a%20b/../c?x=1&y&x=2&=z&p=a+b&q=a%2Bb HTTP/1.1\r\nHost: h:1\r\nX-A: b\r\nx-a: c, d\r\nX-A: 1\r\nCookie: a=1; b=2\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n",
		"POST / HTTP/1.0\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nDate: Tue, 02 Jan 2024 03:04:05 GMT\r\n\r\n\x01\"\\\xc3\xa9",
		"PUT /%2f%3f%25 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\xff\xfe\r\n0\r\n\r\n",
		"GET /%E4%B8%96 HTTP/1.1\r\nHost: h\r\nX-Amzn-Trace-Id: Root=1-2-3;Self=4\r\nX-Amzn-Tls-Version: x\r\nX-HTTP-Method-Override: PUT\r\n\r\n",
	}
}

// parsed is a request as its door reads it; nil: it does not.
func parsed(raw []byte, d Door) *Request {
	r := bufio.NewReader(bytes.NewReader(raw))
	q, err := readHead(r, d.Limits())
	if err == nil {
		err = q.readBody(r, d.Limits())
	}
	if err != nil {
		return nil
	}
	q.Peer = netip.MustParseAddr("192.0.2.1")
	return q
}

// refusedWell checks that what is refused is refused with a text.
func refusedWell(t *testing.T, d Door, err error) {
	t.Helper()
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("%v is no refusal", err)
	}
	if a := d.Refuse(refusal); a.Status != refusal.Status || len(a.Body) == 0 {
		t.Errorf("refused with %+v", a)
	}
}

// sent is what any door's function must understand of a request: its method, host, client, body and header.
func sent(q *Request) understood {
	u := understood{Method: q.Method, Host: q.Values("Host")[0], Client: "192.0.2.1", Body: string(q.Body), Header: http.Header{}}
	for _, f := range q.Header {
		name := http.CanonicalHeaderKey(f.Name)
		lower := strings.ReplaceAll(strings.ToLower(name), "_", "-")
		switch {
		case name == "Host", name == "Content-Length", name == "X-Forwarded-Proto", name == "X-Forwarded-Port":
		case strings.HasPrefix(lower, "x-amzn-"):
		case ofConnection(strings.ToLower(f.Name)):
		default:
			u.Header[name] = append(u.Header[name], f.Value)
		}
	}
	return u
}

// read is what a function understood, without what its door adds.
func read(e *event.Event) understood {
	u := summary(e)
	for name := range u.Header {
		lower := strings.ReplaceAll(strings.ToLower(name), "_", "-")
		if name == "Content-Length" || strings.HasPrefix(lower, "x-amzn-") {
			delete(u.Header, name)
		}
	}
	return u
}

// folded are the values of each header as one text: some doors join them.
func folded(h http.Header, separator string) map[string]string {
	all := map[string]string{}
	for name, values := range h {
		var parts []string
		for _, v := range values {
			for part := range strings.SplitSeq(v, separator) {
				parts = append(parts, strings.TrimSpace(part))
			}
		}
		all[name] = strings.Join(parts, separator)
	}
	return all
}

// FuzzREST: as FuzzEvent, for a REST API.
func FuzzREST(f *testing.F) {
	for _, raw := range seeds() {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d := &REST{}
		q := parsed(raw, d)
		if q == nil {
			return
		}
		x, err := d.exchange(q)
		var data []byte
		if err == nil {
			data, err = d.event(x, nil)
		}
		if err != nil {
			refusedWell(t, d, err)
			return
		}
		e, err := event.REST(data, time.Time{}, event.Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if e.Request.Malformed != nil && len(q.Values("X-HTTP-Method-Override")) == 0 {
			t.Fatalf("%v\n%s", e.Request.Malformed, data)
		}
		got, want := read(e), sent(x.Request)
		path, query, _ := strings.Cut(q.Target, "?")
		got.Query, want.Query = decodedValues(e.Request.RawQuery), decodedValues(query)
		want.Path = path
		agree(t, got, want, data)
	})
}

// decodedValues are the parameters of a query, decoded by the standard library.
func decodedValues(query string) url.Values {
	all, _ := url.ParseQuery(query)
	return all
}

// agree compares what was understood with what was sent; of repeated headers, all values together.
func agree(t *testing.T, got, want understood, data []byte) {
	t.Helper()
	if g, w := folded(got.Header, ","), folded(want.Header, ","); !reflect.DeepEqual(g, w) {
		t.Errorf("the function reads the header\n%v\nwant\n%v\n%s", g, w, data)
	}
	got.Header, want.Header = nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the function reads\n%#v\nwant\n%#v\n%s", got, want, data)
	}
}

// FuzzHTTP: as FuzzEvent, for an HTTP API.
func FuzzHTTP(f *testing.F) {
	for _, raw := range seeds() {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d := &HTTP{}
		q := parsed(raw, d)
		if q == nil {
			return
		}
		x, path, err := d.exchange(q)
		var v *v2Event
		if err == nil {
			v, err = d.frame(x, path)
		}
		if err == nil {
			err = v.fill(x)
		}
		if err != nil {
			refusedWell(t, d, err)
			return
		}
		data := plain(v)
		e, err := event.HTTP(data, time.Time{}, event.Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		got, want := read(e), sent(q)
		_, query, _ := strings.Cut(q.Target, "?")
		got.Query, want.Query = rawQuery(e.Request.RawQuery, true), rawQuery(query, true)
		want.Path = got.Path
		if e.Request.Malformed == nil {
			if plain, err := url.PathUnescape(got.Path); err != nil || plain != path {
				t.Errorf("the function reads path %q, want an encoding of %q", got.Path, path)
			}
		}
		cookies(&want)
		agree(t, got, want, data)
	})
}

// cookies puts those of all lines into one, as the door takes them apart and the function together.
func cookies(u *understood) {
	if all, ok := u.Header["Cookie"]; ok {
		var one []string
		for _, line := range all {
			for cookie := range strings.SplitSeq(line, ";") {
				one = append(one, strings.TrimSpace(cookie))
			}
		}
		u.Header["Cookie"] = []string{strings.Join(one, "; ")}
	}
}

// FuzzURL: as FuzzEvent, for a function URL.
func FuzzURL(f *testing.F) {
	for _, raw := range seeds() {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d := &URL{}
		q := parsed(raw, d)
		if q == nil {
			return
		}
		x, err := newExchange(q)
		var data []byte
		if err == nil {
			data, err = d.event(x)
		}
		if err != nil {
			refusedWell(t, d, err)
			return
		}
		if !json.Valid(data) {
			t.Fatalf("the event is no JSON: %s", data)
		}
		e, err := event.URL(data, time.Time{}, event.Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		got, want := read(e), sent(q)
		path, query, _ := strings.Cut(q.Target, "?")
		want.Path = path
		got.Query, want.Query = rawQuery(e.Request.RawQuery, true), rawQuery(query, true)
		agree(t, got, want, data)
	})
}

// FuzzGatewayResponses: no template breaks the page.
func FuzzGatewayResponses(f *testing.F) {
	f.Add(`{"message":$context.error.messageString}`, "text/xml;q=1")
	f.Add(`${context.authorizer.a.b.}.$context.$$context.error.message..`, "")
	f.Fuzz(func(t *testing.T, template, accept string) {
		g := GatewayResponses{"DEFAULT_4XX": {ResponseTemplates: map[string]string{"text/xml": template}}}
		x := stamped(&Request{Header: []Field{{"Accept", accept}}})
		a := g.page(x, restFault{kind: "ACCESS_DENIED", status: http.StatusForbidden, context: map[string]any{"a.b": "c"}})
		if a.Status != http.StatusForbidden || !strings.Contains(template, "$") && string(a.Body) != template {
			t.Errorf("%q becomes %d %q", template, a.Status, a.Body)
		}
	})
}
