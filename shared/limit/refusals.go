package limit

import (
	"sync"
	"time"
)

const (
	maxRefusals = 4096             // owners remembered
	remembered  = 10 * time.Second // at most: refunds and raised plans must show
)

// Refusals remembers which owners were refused by which window, so that a store is not asked again before that can change.
// A window with another limit is another one. The zero value is ready; it is safe for concurrent use.
type Refusals struct {
	mu     sync.Mutex
	latest map[string]refusal // by key of the owner
}

type refusal struct {
	window    Window
	from, end time.Time
}

func (r *refusal) holds(at time.Time) bool { return !at.Before(r.from) && at.Before(r.end) }

// find is the window that still refuses the owner.
func (r *Refusals) find(owner string, windows []Window, at time.Time) (*Window, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.latest[owner]
	if !ok || !known.holds(at) {
		return nil, false
	}
	for i := range windows {
		if windows[i] == known.window {
			return &windows[i], true
		}
	}
	return nil, false
}

// add remembers a refusal that lasts until a time; zero: for ever.
func (r *Refusals) add(owner string, w *Window, at, until time.Time) {
	end := at.Add(remembered)
	if !until.IsZero() && until.Before(end) {
		end = until
	}
	if !at.Before(end) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.latest == nil {
		r.latest = map[string]refusal{}
	}
	if _, known := r.latest[owner]; !known && len(r.latest) >= maxRefusals {
		r.drop(at)
	}
	r.latest[owner] = refusal{*w, at, end}
}

// drop forgets what is over among some of the owners, or one of them.
func (r *Refusals) drop(at time.Time) {
	looked := 0
	for owner, known := range r.latest {
		looked++
		if last := looked == 8; last || !known.holds(at) {
			delete(r.latest, owner)
			if last {
				return
			}
		}
	}
}
