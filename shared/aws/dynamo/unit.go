package dynamo

import (
	"sync"

	"postern/shared/limit"
)

// generation is how many leased charges are remembered at least: those of the exchanges in progress can be given back.
const generation = 1 << 12

// unit is a charge that a lease paid for.
type unit struct {
	lease    *lease
	handle   limit.Handle
	refunded bool
}

// giveBack returns the unit to its lease, once.
func (u *unit) giveBack() {
	u.lease.owner.mu.Lock()
	defer u.lease.owner.mu.Unlock()
	if !u.refunded {
		u.refunded = true
		u.lease.unspend(&u.handle)
	}
}

// units are the leased charges made lately. It is safe for concurrent use.
type units struct {
	mu            sync.Mutex
	recent, older map[uint64]*unit
}

func (all *units) find(id uint64) (*unit, bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if u, ok := all.recent[id]; ok {
		return u, true
	}
	u, ok := all.older[id]
	return u, ok
}

func (all *units) add(u *unit) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.recent == nil || len(all.recent) >= generation {
		all.recent, all.older = map[uint64]*unit{}, all.recent
	}
	all.recent[u.handle.ID] = u
}
