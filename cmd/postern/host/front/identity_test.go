package front_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
)

// TestIdentity: without it, nobody is asked; a REST API cares where it keeps answers, or takes a token.
func TestIdentity(t *testing.T) {
	for _, kind := range all() {
		for _, ttl := range []time.Duration{0, time.Minute} {
			g := newGate(kind)
			g.says, g.TTL = `{"isAuthorized":true,"principalId":"p",`+allowAll+`}`, ttl
			g.Identity = []string{"header.Authorization"}
			if kind != front.KindToken {
				g.Identity = append(g.Identity, "querystring.q", "context.identity.sourceIp")
			}
			must := kind != front.KindRequest || ttl > 0
			got := g.call(t, "/?q=1", "\nAuthorization:")
			if want := `401 {"message":"Unauthorized"}`; must && (got != want || len(g.asked) > 0) {
				t.Errorf("%s, %v: without an identity: %s, asked %d times; want %s and nobody asked", kind, ttl, got, len(g.asked), want)
			}
			if !must && got != "200 passed" {
				t.Errorf("%s, %v: without an identity: %s, want it passed", kind, ttl, got)
			}
			if got := g.call(t, "/?q=1", withKey); got != "200 passed" {
				t.Errorf("%s, %v: with an identity: %s", kind, ttl, got)
			}
		}
	}
}

// TestTTL: what was said holds for an identity until its time is over; failures never do.
func TestTTL(t *testing.T) {
	for _, kind := range all() {
		t.Run(kind, func(t *testing.T) {
			g := newGate(kind)
			g.TTL, g.Identity = 5*time.Minute, []string{"header.Authorization"}
			calls := 0
			check := func(header, want string, asked int) {
				t.Helper()
				calls++
				if got := g.call(t, fmt.Sprintf("/%d", calls), header); !strings.HasPrefix(got, want) || len(g.asked) != asked {
					t.Errorf("call %d: %s after %d questions, want %s after %d", calls, got, len(g.asked), want, asked)
				}
			}
			g.fails = &host.FunctionError{Message: "no"}
			check(withKey, "500", 1)
			g.fails, g.says = nil, `{"isAuthorized":true,"principalId":"p",`+allowAll+`}`
			check(withKey, "200", 2)
			g.says = `{"isAuthorized":false,"principalId":"p",` + denyAll + `}`
			check(withKey, "200", 2) // kept, at another path too
			check("\nAuthorization: other", "403", 3)
			check("\nAuthorization: other", "403", 3)
			g.now = g.now.Add(5*time.Minute - 1)
			check(withKey, "200", 3)
			g.now = g.now.Add(1)
			check(withKey, "403", 4)
		})
	}
}

// TestNoTTL: nothing is kept.
func TestNoTTL(t *testing.T) {
	g := newGate(front.KindSimple)
	g.says = `{"isAuthorized":true}`
	g.call(t, "/", withKey)
	g.says = `{"isAuthorized":false}`
	if got := g.call(t, "/", withKey); !strings.HasPrefix(got, "403") {
		t.Errorf("the second answer is %s, want 403", got)
	}
}

// TestKeptPolicy is asked anew about each method, where a boolean is not.
func TestKeptPolicy(t *testing.T) {
	g := newGate(front.KindRequest)
	g.TTL, g.Identity = time.Minute, []string{"header.Authorization"}
	g.says = `{"principalId":"p","policyDocument":{"Statement":[{"Effect":"Allow","Action":"execute-api:invoke","Resource":"arn:*/GET/a?c"}]}}`
	for target, want := range map[string]string{"/abc": "200", "/ac": "403", "/abcd": "403"} {
		if got := g.call(t, target, withKey); !strings.HasPrefix(got, want) {
			t.Errorf("%s = %s, want %s", target, got, want)
		}
	}
	if len(g.asked) != 1 {
		t.Errorf("asked %d times, want once", len(g.asked))
	}
}

func TestLongARN(t *testing.T) {
	for _, kind := range all() {
		g := newGate(kind)
		if got := g.call(t, "/"+pad(1600), withKey); !strings.HasPrefix(got, "414") || len(g.asked) > 0 {
			t.Errorf("%s: %.60s, want 414", kind, got)
		}
	}
}
