package front

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
)

// FuzzAuthorizer: what an authorizer is asked its own reader understands as the same request, and what that says is understood
// here.
func FuzzAuthorizer(f *testing.F) {
	for _, raw := range seeds() {
		for kind := range uint8(5) {
			f.Add([]byte(raw), kind, kind%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte, n uint8, allow bool) {
		kinds := []string{KindToken, KindRequest, KindV1, KindV2, KindSimple}
		a := &Authorizer{Kind: kinds[int(n)%len(kinds)]}
		q := parsed(raw, &REST{})
		if q == nil {
			return
		}
		asked, arn, path, err := question(q, a)
		if err != nil {
			refusedWell(t, &REST{}, err)
			return
		}
		e, err := event.ReadAuthorizer(plain(asked), time.Time{}, event.AuthorizerOptions{Policy: a.Kind == KindV2})
		if err != nil {
			t.Fatalf("%v\n%s", err, plain(asked))
		}
		method := q.Method
		if override := q.Values("X-HTTP-Method-Override"); len(override) > 0 && (a.Kind == KindToken || a.Kind == KindRequest) {
			method = override[0]
		}
		if e.Request.Method != method || a.Kind != KindToken && strings.Join(q.Values("Host"), "") != e.Request.Host {
			t.Errorf("the authorizer reads %s at %q\n%s", e.Request.Method, e.Request.Host, plain(asked))
		}
		if plain, _ := url.PathUnescape(e.Request.Path); e.Request.Malformed == nil && e.Request.Path != path && plain != path {
			t.Errorf("the authorizer reads path %q, want %q", e.Request.Path, path)
		}
		said, err := a.read(e.Encode(event.Decision{Allow: allow, Principal: "p", Context: map[string]string{"a": "b"}}))
		if err != nil {
			t.Fatal(err)
		}
		if allowed, _ := said.allows(arn); allowed != allow || said.context["a"] != "b" {
			t.Errorf("the door understands %v and %v, want %v", allowed, said.context, allow)
		}
	})
}

// question is what a door asks an authorizer of a request, of which ARN and which path.
func question(q *Request, a *Authorizer) (asked any, method, path string, err error) {
	if a.Kind == KindToken || a.Kind == KindRequest {
		d := &REST{Authorizer: a}
		x, err := d.exchange(q)
		if err != nil {
			return nil, "", "", err
		}
		identity, _ := a.identity(x)
		method = arn(stage, x.Method, x.path)
		asked, err = d.authorizerEvent(x, method, identity)
		return asked, method, x.path, err
	}
	d := &HTTP{Authorizer: a}
	x, path, err := d.exchange(q)
	if err != nil {
		return nil, "", "", err
	}
	method = arn(routeKey, x.Method, path)
	asked, err = d.authorizerEvent(x, path, method, nil)
	return asked, method, path, err
}
