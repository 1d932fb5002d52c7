package memory_test

import (
	"fmt"
	"testing"
	"time"

	"postern/shared/memory"
	"postern/shared/replay"
	"postern/shared/store/storetest"
)

func TestNonces(t *testing.T) {
	storetest.Nonces(t, func(*testing.T) replay.Nonces { return memory.NewNonces() })
}

func claim(id int, at time.Time) replay.Claim {
	return replay.Claim{ID: uint64(id), Scope: "api", Nonce: fmt.Sprint(id), At: at, Until: at.Add(time.Second)}
}

// TestNoncesFull: beyond the bound a new nonce is an error instead of an old one forgotten.
func TestNoncesFull(t *testing.T) {
	n := memory.NewNonces()
	n.Max = 2
	for i, tt := range []struct {
		id    int
		at    time.Time
		free  bool
		fails bool
	}{
		{1, noon, true, false},
		{2, noon, true, false},
		{3, noon, false, true},
		{1, noon, true, false}, // its own copy
		{3, noon.Add(time.Second), false, true},
		{3, noon.Add(2 * time.Second), true, false},
	} {
		free, err := n.Claim(t.Context(), claim(tt.id, tt.at))
		if free != tt.free || (err != nil) != tt.fails {
			t.Errorf("claim %d of nonce %d: %v, error %v; want %v, an error: %v", i, tt.id, free, err, tt.free, tt.fails)
		}
	}
}

// TestNoncesForget: 100 new nonces a second, each kept for a second, never are 1,000.
func TestNoncesForget(t *testing.T) {
	n := memory.NewNonces()
	n.Max = 1000
	for i := range 20_000 {
		if free, err := n.Claim(t.Context(), claim(i, noon.Add(time.Duration(i)*10*time.Millisecond))); !free || err != nil {
			t.Fatalf("claim %d: %v, %v", i, free, err)
		}
	}
}
