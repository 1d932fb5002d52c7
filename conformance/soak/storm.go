//go:build dynamodb && linux

package soak

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"time"
)

// What the storm does, on average every gust.
const (
	gust     = 400 * time.Millisecond
	shortest = time.Second // for which a process is frozen
	longest  = 5 * time.Second
	squeezed = 3 * time.Second // for which environments are taken, at most
	volleyed = 800 * time.Millisecond
	looks    = 10 // for an environment in the middle of something
)

// storm kills, freezes and throttles.
type storm struct {
	house   *house
	nonces  *nonces
	load    *load
	random  *rand.Rand
	stopped map[int]bool // processes, so far
	blows   sync.WaitGroup

	mu                       sync.Mutex
	killedBusy, killedIdle   int // environments
	claimantsKilled          int
	frozen, claimantsFrozen  int
	squeezes, taken, volleys int
	err                      error // the storm itself failed
}

func newStorm(h *house, n *nonces, l *load) *storm {
	return &storm{house: h, nonces: n, load: l, random: rand.New(rand.NewPCG(h.Seed, 1<<32)), stopped: map[int]bool{}}
}

// run rages until ctx ends, and returns when every frozen process was woken.
func (s *storm) run(ctx context.Context) {
	defer s.blows.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(s.random.Int64N(2 * int64(gust)))):
		}
		switch n := s.random.IntN(100); {
		case n < 20:
			s.kill(true)
		case n < 30:
			s.kill(false)
		case n < 60:
			s.freeze(s.frost())
		case n < 75:
			s.squeeze()
		case n < 90:
			s.fire(ctx)
		case n < 95:
			s.killClaimant()
		default:
			s.freezeClaimant(s.frost())
		}
	}
}

// frost is how long something is frozen.
func (s *storm) frost() time.Duration {
	return shortest + time.Duration(s.random.Int64N(int64(longest-shortest)))
}

// victim is an environment, in the middle of something or idle. Where there is none of that kind, it looks again.
func (s *storm) victim(busy bool) (process, bool) {
	for range looks {
		all, err := children(s.house.lambda.Process.Pid)
		if err != nil {
			s.err = errors.Join(s.err, err)
			return process{}, false
		}
		s.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		i := slices.IndexFunc(all, func(p process) bool { return p.state != 'Z' && (p.state != 'T') == busy })
		if i < 0 {
			release(all)
			continue
		}
		p := all[i]
		release(slices.Delete(all, i, i+1))
		return p, true
	}
	return process{}, false
}

func (s *storm) kill(busy bool) {
	p, ok := s.victim(busy)
	if !ok {
		return
	}
	defer release([]process{p})
	if !p.signal(syscall.SIGKILL) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if busy {
		s.killedBusy++
	} else {
		s.killedIdle++
	}
}

// freeze stops an environment in the middle of something. One that is idle is stopped already, and left to the host. Each is
// stopped once: twice in a row takes longer than an HTTP API waits for its authorizer.
func (s *storm) freeze(d time.Duration) {
	p, ok := s.victim(true)
	if !ok {
		return
	}
	if s.stopped[p.pid] || !p.signal(syscall.SIGSTOP) {
		release([]process{p})
		return
	}
	s.stopped[p.pid] = true
	s.blows.Go(func() {
		defer release([]process{p})
		time.Sleep(d)
		p.signal(syscall.SIGCONT)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.frozen++
	})
}

// squeeze lowers the concurrency that is left to the clients: slow requests take the rest.
func (s *storm) squeeze() {
	call, taken := s.load.find("hold"), concurrency-s.random.IntN(workers)
	for range taken {
		hold := squeezed/3 + time.Duration(s.random.Int64N(int64(2*squeezed/3)))
		door, random := s.load.doors[s.random.IntN(len(s.load.doors))], rand.New(rand.NewPCG(s.random.Uint64(), 0))
		s.blows.Go(func() { s.load.send(random, order{call: call, door: door, hold: hold}) })
	}
	s.squeezes++
	s.taken += taken
}

// fire lets all clients send the same for a moment, to one limit.
func (s *storm) fire(ctx context.Context) {
	all := s.load.limited()
	s.load.volley.Store(all[s.volleys%len(all)])
	defer s.load.volley.Store(nil)
	s.volleys++
	select {
	case <-ctx.Done():
	case <-time.After(volleyed/4 + time.Duration(s.random.Int64N(int64(volleyed)))):
	}
}

func (s *storm) killClaimant() {
	s.claimantsKilled++
	s.err = errors.Join(s.err, s.nonces.kill(s.random.IntN(claimants)))
}

func (s *storm) freezeClaimant(d time.Duration) {
	n := s.random.IntN(claimants)
	s.claimantsFrozen++
	s.blows.Go(func() { s.nonces.freeze(n, d) })
}
