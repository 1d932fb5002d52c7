package dynamo

import (
	"context"
	"errors"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// cache remembers for a while. Those used least leave first when it is full.
type cache[V any] struct {
	life time.Duration
	lru  *lru.Cache[string, kept[V]] // nil: nothing is kept
}

type kept[V any] struct {
	value V
	at    time.Time
}

func newCache[V any](size int, life time.Duration) *cache[V] {
	c := &cache[V]{life: life}
	if life > 0 {
		c.lru, _ = lru.New[string, kept[V]](size) // fails for a size of 0 alone
	}
	return c
}

// get goes by the wall clock: the other one stands still while a function is frozen.
func (c *cache[V]) get(key string, now time.Time) (value V, ok bool) {
	if c.lru == nil {
		return value, false
	}
	k, ok := c.lru.Get(key)
	age := now.Round(0).Sub(k.at)
	return k.value, ok && age >= 0 && age < c.life
}

// add remembers what was read at a time or later.
func (c *cache[V]) add(key string, value V, at time.Time) {
	if c.lru != nil {
		c.lru.Add(key, kept[V]{value, at.Round(0)})
	}
}

// flightTime is how long a read for all who wait may take. It goes on when the client leaves that began it.
const flightTime = 4 * time.Second

// flights make one read of several that ask for the same at once. The zero value is ready.
type flights[V any] struct {
	mu     sync.Mutex
	flying map[string]*flight[V]
}

type flight[V any] struct {
	landed chan struct{}
	value  V
	err    error
}

var errCrashed = errors.New("dynamo: the read that this one waited for crashed")

func (f *flights[V]) do(ctx context.Context, key string, read func(context.Context) (V, error)) (V, error) {
	f.mu.Lock()
	if other := f.flying[key]; other != nil {
		f.mu.Unlock()
		select {
		case <-other.landed:
			return other.value, other.err
		case <-ctx.Done():
			return *new(V), ctx.Err()
		}
	}
	mine := &flight[V]{landed: make(chan struct{}), err: errCrashed}
	if f.flying == nil {
		f.flying = map[string]*flight[V]{}
	}
	f.flying[key] = mine
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.flying, key)
		f.mu.Unlock()
		close(mine.landed)
	}()
	ctx, cancel := detach(ctx)
	defer cancel()
	mine.value, mine.err = read(ctx)
	return mine.value, mine.err
}

// detach is ctx without its cancellation, but not beyond its deadline.
func detach(ctx context.Context) (context.Context, context.CancelFunc) {
	free, cancel := context.WithTimeout(context.WithoutCancel(ctx), flightTime)
	if end, ok := ctx.Deadline(); ok {
		free, inner := context.WithDeadline(free, end)
		return free, func() { inner(); cancel() }
	}
	return free, cancel
}
