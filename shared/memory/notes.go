package memory

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"
)

// Notes are kept for a while in the process, each under a name. The zero value has none. It is safe for concurrent use.
type Notes struct {
	mu  sync.Mutex
	all map[string]kept
}

type kept struct {
	note  []byte
	until time.Time
}

// Put keeps a note until a time, where there is what was says, or, without, nothing or what has expired at the time at.
// Otherwise it returns what is there. A note that is there already is put.
func (n *Notes) Put(_ context.Context, name string, was, note []byte, at, until time.Time) (there []byte, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for other, k := range n.all {
		if was == nil && !k.until.After(at) {
			delete(n.all, other)
		}
	}
	known := n.all[name].note
	if known != nil && (was == nil || !bytes.Equal(known, was)) && !bytes.Equal(known, note) {
		return known, nil
	} else if known == nil && was != nil {
		return []byte{}, nil
	}
	if n.all == nil {
		n.all = map[string]kept{}
	}
	n.all[name] = kept{slices.Clone(note), until}
	return nil, nil
}
