//go:build dynamodb && linux

// Package soak runs `postern lambda` under load while its environments are killed, frozen and throttled at random, and says
// afterwards whether every promise was kept.
//
// The promises: each client gets an answer of ours, the documented one for its cause, or a page of the door where the storm
// explains it; a limit admits not one request too many; a nonce passes once; every exchange that came to an end leaves one
// record, without a secret; the host holds no more than before. It judges by what clients, backends and the log say, and
// by /proc.
package soak

import (
	"context"
	"os/exec"
	"sync"
	"time"
)

// Options say how long and how hard. Rate has a default, the rest is required.
type Options struct {
	For      time.Duration
	Seed     uint64                    // of all that is random
	Rate     int                       // requests a second, at most; 0: 250
	Dir      string                    // for files
	Lambda   func(...string) *exec.Cmd // `postern lambda` with these arguments, which calls Count with descriptor 3 at SIGUSR1
	Claimant func() *exec.Cmd          // a process that calls Claimant
}

const (
	workers     = 10
	concurrency = 14               // environments of a function: more than workers, so that calm weather throttles nobody
	timeout     = 20 * time.Second // of an invocation: longer than anything is frozen
	claimants   = 4
)

// Run lets a storm loose and judges what came of it. An error says that it could not be tried.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.Rate == 0 {
		o.Rate = 250
	}
	h, err := openHouse(ctx, o)
	if err != nil {
		return nil, err
	}
	defer h.close()
	before, err := h.census()
	if err != nil {
		return nil, err
	}
	n, err := openNonces(func() *exec.Cmd { c := o.Claimant(); c.Env = append(c.Env, h.variables()...); return c }, o.Seed)
	if err != nil {
		return nil, err
	}
	l := newLoad(h)
	s := newStorm(h, n, l)
	began := time.Now()
	weather, calm := context.WithTimeout(ctx, o.For)
	defer calm()
	var raging sync.WaitGroup
	for _, run := range []func(context.Context){l.run, n.run, s.run} {
		raging.Go(func() { run(weather) })
	}
	raging.Wait()
	e := &evidence{limits: limits(o.For), storm: s, nonces: n, took: time.Since(began), before: before}
	if err := e.collect(h, l); err != nil {
		return nil, err
	}
	return e.judge(), nil
}
