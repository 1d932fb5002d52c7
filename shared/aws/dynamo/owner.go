package dynamo

import (
	"slices"
	"sync"
	"time"

	"postern/shared/limit"
)

const (
	mostMarks = 256 // to be removed are remembered; more of them age
	mostLost  = 8   // leases of unknown outcome are remembered; more of them are lost until their windows end
)

// owner is what this environment knows of one. It may be lost at any time: a write more finds out.
type owner struct {
	key string // as limit.Charge has it

	mu     sync.Mutex // of all that follows
	view   reading
	busy   bool // a rate that seemed idle was not
	turned int  // refusals in a row
	marks  []mark
	leases []*lease
	lost   []booking // leases of unknown outcome
}

// mark is the marker of an own charge of which every copy was answered: nothing can follow once its exchange is over.
type mark struct {
	name string
	over <-chan struct{} // nil: it is
}

func (m *mark) gone() bool {
	if m.over == nil {
		return true
	}
	select {
	case <-m.over:
		return true
	default:
		return false
	}
}

// compose is the write of a, together with the attributes that it clears away. It believes what a's own last trip has seen, if
// there was one, or else what was seen last at all.
func (o *owner) compose(a *ask, exp int64) (e *expression, cleared []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if a.believed, a.unsure = a.seen, false; a.seen == nil {
		a.believed, a.unsure = o.view, o.busy
	}
	own := marker(a.id)
	cleared = slices.DeleteFunc(o.useless(a.at), func(name string) bool { return name == own })
	cleared = cleared[:min(len(cleared), mostRemoved)]
	e = a.charge(a.believed, a.unsure, exp)
	e.remove(cleared...)
	return e, cleared
}

// useless are the attributes of the item that may leave it, each once.
func (o *owner) useless(at time.Time) []string {
	names := o.view.past(at)
	for i := range o.marks {
		if o.marks[i].gone() {
			names = append(names, o.marks[i].name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// see takes over what a write found; a write that held has cleared attributes away.
func (o *owner) see(r reply, cleared []string) reading {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.view = newReading(r.item)
	if r.held {
		o.turned = 0
		o.marks = slices.DeleteFunc(o.marks, func(m mark) bool { return slices.Contains(cleared, m.name) })
	}
	return o.view
}

// learn remembers how a was wrong about a rate: the next first guess is the other one.
func (o *owner) learn(a *ask) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range a.windows {
		w := &a.windows[i]
		busy := believedBusy(w, a.at, a.seen, false)
		if w.Shape == limit.Rate && busy != believedBusy(w, a.at, a.believed, a.unsure) {
			o.busy = busy
		}
	}
}

// mark remembers to remove the marker of a charge once its exchange is over.
func (o *owner) mark(id uint64, over <-chan struct{}) {
	o.marks = append(o.marks, mark{marker(id), over})
	o.marks = o.marks[max(len(o.marks)-mostMarks, 0):]
}

// seen is the item as it was last seen.
func (o *owner) seen() reading {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.view
}
