package memory

// generation is how many attempts are remembered at least. Nothing repeats a charge within a process, and a refund follows
// its charge at once, so that only requests in flight count.
const generation = 1 << 15

// attempts are the charges made lately, by their IDs.
type attempts struct{ recent, older map[uint64]attempt }

type attempt struct {
	periods  []int64 // that were charged
	refunded bool
}

func newAttempts() attempts {
	return attempts{recent: map[uint64]attempt{}, older: map[uint64]attempt{}}
}

func (a *attempts) find(id uint64) (attempt, bool) {
	if found, ok := a.recent[id]; ok {
		return found, true
	}
	found, ok := a.older[id]
	return found, ok
}

func (a *attempts) set(id uint64, made attempt) {
	if len(a.recent) >= generation {
		a.recent, a.older = a.older, a.recent
		clear(a.recent)
	}
	a.recent[id] = made
}
