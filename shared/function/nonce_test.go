package function_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/memory"
	"postern/shared/replay"
)

// countedNonces counts what is claimed.
type countedNonces struct {
	replay.Nonces
	mu     sync.Mutex
	claims int
}

func (n *countedNonces) Claim(ctx context.Context, c replay.Claim) (bool, error) {
	n.mu.Lock()
	n.claims++
	n.mu.Unlock()
	return n.Nonces.Claim(ctx, c)
}

// nonced is a gateway, as each of two functions has one, of a vendor whose clients send nonces.
func nonced(nonces replay.Nonces) *gateway.Gateway {
	read := gateway.Step{Name: "read", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Credentials = []*gateway.Credential{{Nonce: x.Request.Header.Get("X-Nonce")}}
		return nil
	}}
	body := gateway.Step{Name: "body", Body: func(*gateway.Request) bool { return true }, Run: func(context.Context, *gateway.Exchange) error { return nil }}
	last := gateway.Step{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Answer = &gateway.Response{Status: 200}
		return nil
	}}
	api := &gateway.API{
		Name: "a", Digest: "d", Steps: []gateway.Step{read, replay.Rules{Scope: "s", Required: true, Life: time.Minute}.Step(0, nonces), body, last},
		Render: func(f *fault.Fault, _ *gateway.Exchange) *gateway.Response {
			return &gateway.Response{Status: 403, Body: []byte(f.Kind)}
		},
	}
	return &gateway.Gateway{
		Digest: "d", Find: func(*gateway.Request) *gateway.API { return api }, Now: time.Now, Log: func(context.Context, *gateway.Record) {},
	}
}

// TestNonceIsClaimedOnce: the authorizer claims it, the proxy behind does not, and the next request with it is refused.
func TestNonceIsClaimedOnce(t *testing.T) {
	nonces := &countedNonces{Nonces: memory.NewNonces()}
	authorizer, proxy := nonced(nonces), nonced(nonces)
	for i, want := range []int{200, 403} {
		r := &gateway.Request{ID: string(rune('a' + i)), Method: "GET", Path: "/", Received: time.Unix(0, 0), Header: map[string][]string{"X-Nonce": {"n"}}}
		data, err := json.Marshal(authorizer.Authorize(t.Context(), r))
		if err != nil {
			t.Fatal(err)
		}
		var v gateway.Verdict
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		status := 0
		proxy.Resume(t.Context(), r, v, func(a *gateway.Response) error { status = a.Status; return nil })
		if status != want || nonces.claims != i+1 {
			t.Errorf("request %d: status %d after %d claims, want %d after %d", i, status, nonces.claims, want, i+1)
		}
	}
}
