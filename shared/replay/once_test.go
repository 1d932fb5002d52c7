package replay_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/memory"
	"postern/shared/replay"
)

// once runs the step for a token with these claims.
func once(t *testing.T, o replay.Once, n replay.Nonces, claims map[string]any) fault.Kind {
	t.Helper()
	x := &gateway.Exchange{
		Request: &gateway.Request{Received: received}, Claims: claims, Credentials: []*gateway.Credential{{Token: "t"}},
	}
	if err := o.Step(0, n).Run(t.Context(), x); err != nil {
		return fault.From(err).Kind
	}
	return ""
}

func TestOnce(t *testing.T) {
	for _, tt := range []struct {
		name   string
		claims map[string]any
		store  nonces
		want   fault.Kind
		claim  int
	}{
		{"free", map[string]any{"jti": "a"}, nonces{free: true}, "", 1},
		{"used", map[string]any{"jti": "a"}, nonces{}, fault.AuthJWTUsed, 1},
		{"none", map[string]any{"sub": "a"}, nonces{free: true}, fault.AuthJWTNoID, 0},
		{"no claims", nil, nonces{free: true}, fault.AuthJWTNoID, 0},
		{"empty", map[string]any{"jti": ""}, nonces{free: true}, fault.AuthJWTNoID, 0},
		{"a number", map[string]any{"jti": json.Number("1")}, nonces{free: true}, fault.AuthJWTNoID, 0},
		{"unknown", map[string]any{"jti": "a"}, nonces{free: true, err: errDown}, fault.InternalStore, 1},
	} {
		if got := once(t, replay.Once{}, &tt.store, tt.claims); got != tt.want || len(tt.store.claims) != tt.claim {
			t.Errorf("%s: refused with %q after %d claims, want %q after %d", tt.name, got, len(tt.store.claims), tt.want, tt.claim)
		}
	}
	store := nonces{free: true}
	step := replay.Once{}.Step(0, &store)
	if err := step.Run(t.Context(), &gateway.Exchange{Credentials: []*gateway.Credential{nil}}); err != nil || len(store.claims) > 0 || step.Name != "jwt.once" || step.Again {
		t.Errorf("without a token: %v, claims %v; step %q, again %v", err, store.claims, step.Name, step.Again)
	}
	if err := step.Run(t.Context(), &gateway.Exchange{}); fault.From(err).Kind != fault.Internal {
		t.Errorf("nothing was read: %v, want %s", err, fault.Internal)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	x := &gateway.Exchange{Request: &gateway.Request{}, Claims: map[string]any{"jti": "a"}, Credentials: []*gateway.Credential{{}}}
	if err := (replay.Once{}).Step(0, &nonces{err: context.Canceled}).Run(gone, x); !errors.Is(err, context.Canceled) || errors.As(err, new(*fault.Fault)) {
		t.Errorf("the client left: %v, want %v as it is", err, context.Canceled)
	}
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// TestOnceUntil: an id is remembered for as long as its token is accepted, but for a day at most.
func TestOnceUntil(t *testing.T) {
	at := func(d time.Duration) any { return json.Number(unix(received.Add(d))) }
	for _, tt := range []struct {
		name string
		once replay.Once
		exp  any
		want time.Duration
	}{
		{"no exp", replay.Once{}, nil, 15 * time.Minute},
		{"exp", replay.Once{}, at(time.Hour), time.Hour + time.Second},
		{"exp soon", replay.Once{}, at(time.Second), 2 * time.Second},
		{"exp with a fraction", replay.Once{}, json.Number(unix(received) + ".9"), time.Second},
		{"tolerance", replay.Once{Skew: time.Minute}, at(-30 * time.Second), 31 * time.Second},
		{"exp in a week", replay.Once{}, at(7 * 24 * time.Hour), 24 * time.Hour},
		{"exp in ages", replay.Once{}, json.Number("9007199254740992"), 24 * time.Hour},
		{"exp that does not count", replay.Once{Stale: true}, at(-time.Hour), 15 * time.Minute},
		{"exp soon that does not count", replay.Once{Stale: true}, at(time.Second), 15 * time.Minute},
		{"exp later that does not count", replay.Once{Stale: true}, at(time.Hour), time.Hour + time.Second},
	} {
		store := nonces{free: true}
		tt.once.Scope = "members"
		once(t, tt.once, &store, map[string]any{"jti": "a", "exp": tt.exp})
		want := replay.Claim{ID: store.claims[0].ID, Scope: "members", Nonce: "a", At: received, Until: received.Add(tt.want)}
		if got := store.claims[0]; !got.Until.Equal(want.Until) || got.Scope != want.Scope || got.Nonce != want.Nonce || !got.At.Equal(want.At) {
			t.Errorf("%s: claim %+v, want %+v", tt.name, got, want)
		}
	}
}

// TestOnceTwice: with a store, the second of two tokens with one id is refused.
func TestOnceTwice(t *testing.T) {
	store := memory.NewNonces()
	for i, want := range []fault.Kind{"", fault.AuthJWTUsed} {
		if got := once(t, replay.Once{Scope: "members", Stale: true}, store, map[string]any{"jti": "a", "exp": json.Number("1")}); got != want {
			t.Errorf("token %d: refused with %q, want %q", i, got, want)
		}
	}
}

// TestScope: clients that name their key share no nonces.
func TestScope(t *testing.T) {
	store := memory.NewNonces()
	step := replay.Rules{Scope: "members", Life: time.Minute}.Step(0, store)
	for _, tt := range []struct {
		key  string
		want fault.Kind
	}{{"", ""}, {"shop", ""}, {"blog", ""}, {"shop", fault.AuthReplayUsed}, {"", fault.AuthReplayUsed}} {
		if x := serve(t.Context(), step, &gateway.Credential{Nonce: "a", KeyID: tt.key}); kind(x) != tt.want {
			t.Errorf("nonce of %q: %q, want %q", tt.key, kind(x), tt.want)
		}
	}
}
