package memory

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"postern/shared/replay"
)

// errTooManyNonces is the answer to a new nonce when too many are kept: to forget one would let it be used again.
var errTooManyNonces = errors.New("memory: too many nonces are kept")

// Nonces is a replay.Nonces in the process. It is safe for concurrent use; NewNonces makes one.
type Nonces struct {
	Max int // nonces at most; a new one beyond them is an error. NewNonces sets a million

	mu    sync.Mutex
	taken map[[sha256.Size]byte]taken // by scope and nonce: a client chooses its length
}

type taken struct {
	by    uint64
	until time.Time
}

var _ replay.Nonces = (*Nonces)(nil)

// NewNonces is one where every nonce is free.
func NewNonces() *Nonces { return &Nonces{Max: 1e6, taken: map[[sha256.Size]byte]taken{}} }

// Claim implements replay.Nonces.
func (n *Nonces) Claim(_ context.Context, c replay.Claim) (bool, error) {
	id := nonceID(c)
	n.mu.Lock()
	defer n.mu.Unlock()
	if known, ok := n.taken[id]; ok && !c.At.After(known.until) {
		return known.by == c.ID, nil
	} else if !ok && !n.room(c.At) {
		return false, errTooManyNonces
	}
	n.taken[id] = taken{c.ID, c.Until}
	return true, nil
}

// room drops some of what is over, faster than new nonces come, and says whether one more may be kept.
func (n *Nonces) room(at time.Time) bool {
	looked := 0
	for id, known := range n.taken {
		if at.After(known.until) {
			delete(n.taken, id)
		}
		if looked++; looked == sweep {
			break
		}
	}
	return len(n.taken) < n.Max
}

// nonceID keeps scope and nonce apart by the length of the scope.
func nonceID(c replay.Claim) [sha256.Size]byte {
	text := make([]byte, 0, 128)
	text = append(text, byte(len(c.Scope)>>8), byte(len(c.Scope)))
	text = append(text, c.Scope...)
	return sha256.Sum256(append(text, c.Nonce...))
}
