package front

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
)

// FuzzEvent: what a client writes is refused, or becomes an event that the function's own reader of events understands as the
// same request, but for the documented losses.
func FuzzEvent(f *testing.F) {
	for _, raw := range []string{
		"GET /a%20b/../c?x=1&y&x=2&=z HTTP/1.1\r\nHost: h:1\r\nX-A: b\r\nx-a:\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n",
		"POST http://o?q HTTP/1.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n\x01\"\\\xc3\xa9",
		"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\xff\xfe\r\n0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nX-Amzn-Trace-Id: Root=1-2-3;Self=4\r\nX-Amzn-Tls-Version: x\r\nUser-Agent: ELB-HealthChecker/2.0\r\n\r\n",
	} {
		f.Add([]byte(raw), true)
		f.Add([]byte(raw), false)
	}
	f.Fuzz(func(t *testing.T, raw []byte, multi bool) {
		alb := &ALB{MultiValue: multi, PreserveHost: true}
		r := bufio.NewReader(bytes.NewReader(raw))
		q, err := readHead(r, alb.Limits())
		if err == nil {
			err = q.readBody(r, alb.Limits())
		}
		var data []byte
		if err == nil {
			q.Peer = netip.MustParseAddr("192.0.2.1")
			data, err = alb.event(q)
		}
		if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
			if a := alb.Refuse(refusal); a.Status != refusal.Status || len(a.Body) == 0 {
				t.Errorf("refused with %+v", a)
			}
			return
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("the event is no JSON: %s", data)
		}
		e, err := event.ALB(data, time.Time{}, event.Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if got, want := summary(e), expected(q, multi); !reflect.DeepEqual(got, want) {
			t.Errorf("the function reads\n%#v\nwant\n%#v\n%s", got, want, data)
		}
	})
}

type understood struct {
	Method, Path, Host, Client, Body string
	Header                           http.Header
	Query                            url.Values // raw
}

func summary(e *event.Event) understood {
	q := e.Request
	header := q.Header.Clone()
	header.Del("X-Amzn-Trace-Id")
	return understood{q.Method, q.Path, q.Host, q.Client.String(), string(q.Body), header, rawQuery(q.RawQuery, true)}
}

// expected says what must be understood, from what was written.
func expected(q *Request, multi bool) understood {
	path, query, _ := strings.Cut(q.Target, "?")
	if strings.HasPrefix(path, "http") {
		_, path, _ = strings.Cut(strings.SplitN(path, "://", 2)[1], "/")
		path = "/" + path
	}
	u := understood{q.Method, path, strings.Join(q.Values("Host"), ""), "192.0.2.1", string(q.Body), http.Header{}, rawQuery(query, multi)}
	for _, f := range q.Header {
		name := http.CanonicalHeaderKey(f.Name)
		lower := strings.ReplaceAll(strings.ToLower(name), "_", "-")
		switch {
		case name == "Host", name == "Transfer-Encoding", name == "X-Forwarded-Proto", name == "X-Forwarded-Port", name == "X-Amzn-Trace-Id":
		case strings.HasPrefix(lower, "x-amzn-tls-"), strings.HasPrefix(lower, "x-amzn-mtls-"):
		case name == "Content-Length" && (u.Header[name] != nil || len(q.Values("Transfer-Encoding")) > 0):
		case name == "X-Forwarded-For" && u.Header[name] != nil:
			u.Header[name] = []string{u.Header[name][0] + ", " + f.Value}
		case multi:
			u.Header[name] = append(u.Header[name], f.Value)
		default:
			u.Header[name] = []string{f.Value}
		}
	}
	return u
}

func rawQuery(query string, multi bool) url.Values {
	all := url.Values{}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case part == "":
		case multi:
			all[name] = append(all[name], value)
		default:
			all[name] = []string{value}
		}
	}
	return all
}
