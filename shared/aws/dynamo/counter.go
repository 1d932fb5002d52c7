package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"postern/shared/limit"
)

const (
	grace     = 5 * time.Second     // a calendar unit is kept after its end
	late      = time.Second         // a charge is sent after the end of its unit, at most
	markTime  = 60 * time.Second    // a marker is kept after the last refund that may come
	leaseMark = 15 * time.Minute    // the marker of a lease that holds a quota
	longest   = 31 * 24 * time.Hour // no calendar unit is longer

	mostTrips   = 4           // of one charge or refund
	mostOwners  = 1024        // known at a time
	mostSpread  = time.Second // between those whom one rate refused
	manyUseless = 16          // attributes: worth a write
)

// errContended is the answer when others changed an item whenever a charge was about to.
var errContended = errors.New("dynamo: the counter changes faster than it can be charged")

// CounterOptions say how a Counter counts. Now is required, the rest has defaults.
type CounterOptions struct {
	Now    func() time.Time         // by the clock of the wall
	Exact  bool                     // nothing is booked ahead, as if every limit said so
	Owners int                      // known at a time; 0: 1,024
	Keep   map[string]time.Duration // longest period of any limit, by kind of owner; default: a month
	Random func(n int64) int64      // from 0 up to n, not n: how much later than the others one asks again; nil: random
}

// Counter is a limit.Counter in the state table: one item an owner, one write a charge, or one for many where units may be
// booked ahead. A charge can be given back as long as its context lives. It is safe for concurrent use.
type Counter struct {
	table   *Table
	options CounterOptions

	mu     sync.Mutex
	owners *simplelru.LRU[string, *owner]
	units  units
}

var _ limit.Counter = (*Counter)(nil)

// NewCounter counts in t.
func NewCounter(t *Table, o CounterOptions) *Counter {
	if o.Owners < 1 {
		o.Owners = mostOwners
	}
	if o.Random == nil {
		o.Random = rand.Int64N
	}
	owners, _ := simplelru.NewLRU[string, *owner](o.Owners, nil) // a size below 1 would be an error
	return &Counter{table: t, options: o, owners: owners}
}

// Charge implements limit.Counter.
func (c *Counter) Charge(ctx context.Context, ch limit.Charge) (limit.Outcome, error) {
	o, pushed := c.owner(ch.Owner)
	ch.At = c.decided(&ch)
	back := o.outdated(ch.Windows, ch.At)
	if pushed != nil {
		back = append(back, pushed.leave(ch.At)...)
	}
	_ = c.release(ctx, back) // what does not come back is lost until its window ends
	for i, w := range ch.Windows {
		if w = c.single(w); w.N == 0 || ch.Units > w.Size() {
			return limit.Outcome{Refused: i, Left: o.seen().left(c.singles(ch.Windows), ch.At)}, nil
		}
	}
	if !c.options.Exact && leasable(ch.Windows) {
		return c.chargeLeased(ctx, o, ch)
	}
	return c.chargeOne(ctx, o, ch)
}

// owner is what is known of the owner of this key, and who had to make room for it; nil: nobody.
func (c *Counter) owner(key string) (o, pushed *owner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o, ok := c.owners.Get(key); ok {
		return o, nil
	}
	if c.owners.Len() == c.options.Owners {
		_, pushed, _ = c.owners.RemoveOldest()
	}
	o = &owner{key: key}
	c.owners.Add(key, o)
	return o, pushed
}

// decided is the time of the decision: when the request was received, unless that is in a calendar unit that is over for so
// long that its count may be gone. It is by the clock of the wall alone: the other one may stand still between two requests.
func (c *Counter) decided(ch *limit.Charge) time.Time {
	at, now := ch.At.Round(0), c.options.Now().Round(0)
	for i := range ch.Windows {
		w := &ch.Windows[i]
		if now.Sub(at) > late && w.Shape == limit.Calendar && w.End(at).Add(late).Before(now) {
			return now
		}
	}
	return at
}

// single is a window as single units are judged.
func (c *Counter) single(w limit.Window) limit.Window {
	if c.options.Exact {
		return w
	}
	return bucket(w)
}

// singles are windows as single units are judged.
func (c *Counter) singles(windows []limit.Window) []limit.Window {
	if c.options.Exact {
		return windows
	}
	return buckets(windows)
}

// exp is when the item of an owner may be deleted: after the longest period of its kind, whatever is charged now.
func (c *Counter) exp(owner string, at time.Time) int64 {
	kind, _, _ := strings.Cut(owner, ":")
	keep, ok := c.options.Keep[kind]
	if !ok {
		keep = longest
	}
	return at.Add(keep).Unix() + 3601
}

// refundable is how long a charge of ctx's exchange may be given back.
func (c *Counter) refundable(ctx context.Context) time.Duration {
	if end, ok := ctx.Deadline(); ok {
		return min(max(end.Sub(c.options.Now()), 0), leaseMark)
	}
	return markTime
}
