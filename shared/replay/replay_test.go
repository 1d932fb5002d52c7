package replay_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/memory"
	"postern/shared/replay"
)

var (
	received = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	errDown  = errors.New("the store is down")
)

// nonces answer every claim alike, and keep it.
type nonces struct {
	free   bool
	err    error
	claims []replay.Claim
}

func (n *nonces) Claim(_ context.Context, c replay.Claim) (bool, error) {
	n.claims = append(n.claims, c)
	return n.free, n.err
}

// serve sends a request with these credentials through the step, then to one that answers.
func serve(ctx context.Context, step gateway.Step, credentials ...*gateway.Credential) *gateway.Exchange {
	var record *gateway.Record
	g := gateway.Gateway{
		Find: func(*gateway.Request) *gateway.API {
			read := gateway.Step{Name: "read", Run: func(_ context.Context, x *gateway.Exchange) error {
				x.Credentials = credentials
				return nil
			}}
			answer := gateway.Step{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error {
				x.Answer = &gateway.Response{Status: 200}
				return nil
			}}
			return &gateway.API{
				Name: "members", Steps: []gateway.Step{read, step, answer},
				Render: func(*fault.Fault, *gateway.Exchange) *gateway.Response { return &gateway.Response{Status: 500} },
			}
		},
		Now: func() time.Time { return received },
		Log: func(_ context.Context, r *gateway.Record) { record = r },
	}
	g.Serve(ctx, &gateway.Request{Received: received}, func(*gateway.Response) error { return nil })
	return record.Exchange
}

func kind(x *gateway.Exchange) fault.Kind {
	if x.Refusal == nil {
		return ""
	}
	return x.Refusal.Fault.Kind
}

func TestStep(t *testing.T) {
	used := &gateway.Credential{Nonce: "a"}
	optional := replay.Rules{Scope: "members", Life: time.Minute}
	required := replay.Rules{Scope: "members", Life: time.Minute, Required: true}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name   string
		rules  replay.Rules
		cred   []*gateway.Credential
		store  nonces
		want   fault.Kind
		claims int
	}{
		{"free", required, []*gateway.Credential{used}, nonces{free: true}, "", 1},
		{"used", required, []*gateway.Credential{used}, nonces{}, fault.AuthReplayUsed, 1},
		{"used, where none is needed", optional, []*gateway.Credential{used}, nonces{}, fault.AuthReplayUsed, 1},
		{"none, where one is needed", required, []*gateway.Credential{{}}, nonces{}, fault.AuthReplayMissing, 0},
		{"none, where none is needed", optional, []*gateway.Credential{{}}, nonces{}, "", 0},
		{"another scheme", required, []*gateway.Credential{nil}, nonces{}, "", 0},
		{"nothing was read", required, nil, nonces{free: true}, fault.Internal, 0},
		{"unknown", optional, []*gateway.Credential{used}, nonces{err: errDown}, fault.InternalStore, 1},
		{"unknown, but free", optional, []*gateway.Credential{used}, nonces{free: true, err: errDown}, fault.InternalStore, 1},
		{"the store gave up", optional, []*gateway.Credential{used}, nonces{err: context.Canceled}, fault.InternalStore, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := serve(t.Context(), tt.rules.Step(0, &tt.store), tt.cred...)
			if kind(x) != tt.want || len(tt.store.claims) != tt.claims {
				t.Errorf("refused with %q after %d claims, want %q after %d", kind(x), len(tt.store.claims), tt.want, tt.claims)
			}
			if tt.want == fault.InternalStore && !errors.Is(x.Refusal.Fault, tt.store.err) {
				t.Errorf("the refusal is %v, want the cause %v in it", x.Refusal.Fault, tt.store.err)
			}
		})
	}
	t.Run("the client left", func(t *testing.T) {
		step := optional.Step(0, &nonces{err: context.Canceled})
		err := step.Run(gone, &gateway.Exchange{Request: &gateway.Request{}, Credentials: []*gateway.Credential{used}})
		if err != context.Canceled {
			t.Errorf("Run() = %v, want %v as it is", err, context.Canceled)
		}
	})
}

// TestClaim: what is claimed, and until when.
func TestClaim(t *testing.T) {
	signed := received.Add(-20 * time.Second)
	tests := []struct {
		name  string
		rules replay.Rules
		at    time.Time
		want  time.Time
	}{
		{"signed time", replay.Rules{Skew: time.Minute, Life: time.Hour}, signed, signed.Add(time.Minute)},
		{"signed ahead", replay.Rules{Skew: time.Minute, Life: time.Hour}, received.Add(time.Minute), received.Add(2 * time.Minute)},
		{"no signed time", replay.Rules{Skew: time.Minute, Life: time.Hour}, time.Time{}, received.Add(time.Hour)},
		{"signed time that is not checked", replay.Rules{Life: time.Hour}, signed, received.Add(time.Hour)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.rules.Scope = "members"
			store := nonces{free: true}
			step := tt.rules.Step(1, &store)
			for range 2 {
				serve(t.Context(), step, &gateway.Credential{Nonce: "other"}, &gateway.Credential{Nonce: "a", At: tt.at})
			}
			if len(store.claims) != 2 || store.claims[0].ID == store.claims[1].ID {
				t.Fatalf("claims = %+v, want two, with different IDs", store.claims)
			}
			want := replay.Claim{ID: store.claims[0].ID, Scope: "members", Nonce: "a", At: received, Until: tt.want}
			if store.claims[0] != want {
				t.Errorf("claim = %+v, want %+v", store.claims[0], want)
			}
		})
	}
}

// TestReplay: with a store, the second of two requests is refused.
func TestReplay(t *testing.T) {
	step := replay.Rules{Scope: "members", Skew: time.Minute}.Step(0, memory.NewNonces())
	for i, want := range []fault.Kind{"", fault.AuthReplayUsed, fault.AuthReplayUsed} {
		if x := serve(t.Context(), step, &gateway.Credential{Nonce: "a", At: received}); kind(x) != want {
			t.Errorf("request %d: refused with %q, want %q", i, kind(x), want)
		}
	}
}
