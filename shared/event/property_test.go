package event_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/serve"
)

// plainDoor is a real server: what it makes of the bytes that a client writes.
func plainDoor(t *testing.T) func(raw []byte) *gateway.Request {
	t.Helper()
	seen := make(chan *gateway.Request, 1)
	api := &gateway.API{
		Steps: []gateway.Step{{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error {
			if _, err := x.Request.ReadBody(1 << 20); err != nil {
				return err
			}
			seen <- x.Request
			x.Answer = &gateway.Response{Status: 204, Header: http.Header{"Connection": {"close"}}}
			return nil
		}}},
		Render: func(*fault.Fault, *gateway.Exchange) *gateway.Response { return &gateway.Response{Status: 500} },
	}
	g := &gateway.Gateway{
		Find: func(*gateway.Request) *gateway.API { return api }, Now: time.Now,
		Log: func(context.Context, *gateway.Record) {},
	}
	server := serve.New(serve.Options{
		Gateway: func() *gateway.Gateway { return g }, Now: func() time.Time { return received }, Log: slog.New(slog.DiscardHandler),
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		_ = server.Shutdown(context.Background())
		<-done
	})
	return func(raw []byte) *gateway.Request {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := c.Write(raw); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(c)
		if !bytes.HasPrefix(answer, []byte("HTTP/1.1 204")) {
			t.Fatalf("serve answers %q (%v) to\n%q", answer, err, raw)
		}
		return <-seen
	}
}

// trial is one request through both doors.
type trial struct {
	raw       []byte
	host      string // of the Host header
	balancer  *balancer
	got, want *gateway.Request // from the load balancer, and from serve
}

// TestSameAsServe: a request through the load balancer is the one that serve sees, but for the losses that Facts declares; and
// every loss that it declares is one.
func TestSameAsServe(t *testing.T) {
	w := writer{rand.New(rand.NewPCG(20260921, 1))}
	plain := plainDoor(t)
	needed := map[string]bool{}
	for n := range 500 {
		raw, host := w.request()
		b := w.balancer()
		data := b.event(raw)
		e, err := event.ALB(bytes.Clone(data), received, event.Options{Client: b.mode, TrustTLS: b.tls, TrustMTLS: b.tls})
		if err != nil {
			t.Fatalf("trial %d: ALB = %v\n%q\n%s", n, err, raw, data)
		}
		c := &trial{raw: raw, host: host, balancer: b, got: e.Request, want: plain(raw)}
		if e.Health || c.got.ID != b.trace {
			t.Errorf("trial %d: Health = %v, ID = %q", n, e.Health, c.got.ID)
		}
		c.place()
		for name, allow := range losses() {
			before := [2]gateway.Request{clone(c.got), clone(c.want)}
			allow(c)
			if after := [2]gateway.Request{*c.got, *c.want}; !reflect.DeepEqual(before, after) {
				needed[name] = true
			}
		}
		c.want.Body, c.got.Body = slices.Clip(append([]byte{}, c.want.Body...)), slices.Clip(append([]byte{}, c.got.Body...))
		if !reflect.DeepEqual(c.got, c.want) {
			t.Fatalf("trial %d:\ngot  %+v\nwant %+v\n%q\n%s", n, c.got, c.want, raw, data)
		}
	}
	for _, f := range event.Facts() {
		_, beyond := notTried()[f.Name]
		if lost := !f.Answer && (f.Doors["serve"].Lost || f.Doors["alb"].Lost); lost != (needed[f.Name] || beyond) {
			t.Errorf("%s: declared lost: %v, found lost: %v, left out: %v", f.Name, lost, needed[f.Name], beyond)
		}
	}
}

func clone(r *gateway.Request) gateway.Request {
	c := *r
	c.Header = maps.Clone(r.Header)
	return c
}

// place is what differs because the doors stand at different places.
func (c *trial) place() {
	c.want.Load, c.want.ID, c.want.Door = nil, c.got.ID, gateway.Door{Name: "alb"}
	c.want.Scheme, c.want.Client = c.balancer.scheme, netip.MustParseAddr(c.balancer.peer)
}

// notTried are declared losses that no request can show here.
func notTried() map[string]string {
	return map[string]string{
		"escape":     "serve refuses it",
		"refused":    "the load balancer refuses it",
		"utf8":       "the load balancer refuses it",
		"forwarders": "the load balancer refuses it",
		"head-size":  "the load balancer refuses it",
		"body-size":  "the load balancer refuses it",
		"names":      "the same at both doors",
		"leaving":    "not in the request",
	}
}

// losses take each declared loss out of the comparison, and nothing else.
func losses() map[string]func(*trial) {
	return map[string]func(*trial){
		"query-order": func(c *trial) { c.got.RawQuery, c.want.RawQuery = byName(c.got.RawQuery), byName(c.want.RawQuery) },
		"query-empty": func(c *trial) {
			c.want.RawQuery = eachPiece(c.want.RawQuery, func(piece string) string {
				if strings.Contains(piece, "=") {
					return piece
				}
				return piece + "="
			})
		},
		"query-repeat": func(c *trial) {
			if !c.balancer.multi {
				c.want.RawQuery = lastOfEach(c.want.RawQuery)
			}
		},
		"header-repeat": func(c *trial) {
			for name, values := range c.want.Header {
				if !c.balancer.multi {
					c.want.Header[name] = values[len(values)-1:]
				}
			}
		},
		"absolute": func(c *trial) {
			if c.balancer.preserveHost {
				c.want.Host = c.host
			}
		},
		"host": func(c *trial) {
			name, port, _ := strings.Cut(c.want.Host, ":")
			if b := c.balancer; b.preserveHost {
				return
			} else if b.port != 8080 {
				c.want.Host = name
			} else if port == "" {
				c.want.Host += ":8080"
			}
		},
		"client": func(c *trial) {
			if c.balancer.mode != "append" {
				c.want.Client = netip.Addr{}
			}
		},
		"pragma": func(c *trial) {
			if h := c.want.Header; slices.Equal(h["Cache-Control"], []string{"no-cache"}) && len(h["Pragma"]) > 0 {
				delete(h, "Cache-Control") // no request of ours asks for it
			}
		},
		"forwarded-for": func(c *trial) {
			if c.balancer.mode == "remove" {
				delete(c.want.Header, "X-Forwarded-For")
			}
		},
		"forwarded-proto": func(c *trial) {
			delete(c.want.Header, "X-Forwarded-Proto")
			delete(c.want.Header, "X-Forwarded-Port")
		},
		"trace": func(c *trial) { c.want.Header["X-Amzn-Trace-Id"] = c.got.Header["X-Amzn-Trace-Id"] },
		"tls": func(c *trial) {
			for _, name := range []string{"X-Amzn-Tls-Version", "X-Amzn-Mtls-Clientcert-Subject", "X_amzn_tls-Version"} {
				delete(c.want.Header, name)
			}
			if c.balancer.tls {
				c.want.Header["X-Amzn-Tls-Version"] = []string{"TLSv1.3"}
				c.want.Header["X-Amzn-Tls-Cipher-Suite"] = []string{"TLS_AES_128_GCM_SHA256"}
				c.want.Header["X-Amzn-Mtls-Clientcert-Subject"] = []string{"CN=real"}
			}
		},
		"length": func(c *trial) {
			if c.want.Length < 0 {
				c.want.Length = int64(len(c.want.Body))
			}
		},
	}
}

func pieces(query string) []string {
	return slices.DeleteFunc(strings.Split(query, "&"), func(piece string) bool { return piece == "" })
}

func nameOf(piece string) string {
	name, _, _ := strings.Cut(piece, "=")
	return name
}

func eachPiece(query string, do func(string) string) string {
	all := pieces(query)
	for i, piece := range all {
		all[i] = do(piece)
	}
	return strings.Join(all, "&")
}

func byName(query string) string {
	all := pieces(query)
	slices.SortStableFunc(all, func(a, b string) int { return strings.Compare(nameOf(a), nameOf(b)) })
	return strings.Join(all, "&")
}

func lastOfEach(query string) string {
	var kept []string
	for _, piece := range pieces(query) {
		kept = slices.DeleteFunc(kept, func(k string) bool { return nameOf(k) == nameOf(piece) })
		kept = append(kept, piece)
	}
	return strings.Join(kept, "&")
}
