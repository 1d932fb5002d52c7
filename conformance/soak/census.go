//go:build dynamodb && linux

package soak

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"
)

// settling is how long what ended may take to be gone.
const settling = 20 * time.Second

// census is what the process of `postern lambda` holds.
type census struct {
	Goroutines  int
	Stacks      string // of all goroutines
	descriptors int
	children    int
	zombies     int
}

func (c census) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %d processes, %d zombies", c.Goroutines, c.descriptors, c.children, c.zombies)
}

// same says whether two censuses have found as much.
func (c census) same(o census) bool {
	return c.Goroutines == o.Goroutines && c.descriptors == o.descriptors && c.children == o.children && c.zombies == o.zombies
}

// Count writes the part of a census that a process takes of itself.
func Count(w io.Writer) error {
	var stacks strings.Builder
	p := pprof.Lookup("goroutine")
	if err := p.WriteTo(&stacks, 1); err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(census{Goroutines: p.Count(), Stacks: stacks.String()})
}

// census counts what `postern lambda` holds now.
func (h *house) census() (c census, err error) {
	pid := h.lambda.Process.Pid
	if err := h.lambda.Process.Signal(syscall.SIGUSR1); err != nil {
		return c, err
	}
	if err := h.counts.Decode(&c); err != nil {
		return c, err
	}
	if c.descriptors, err = descriptors(pid); err != nil {
		return c, err
	}
	all, err := children(pid)
	release(all)
	for _, p := range all {
		c.children++
		if p.state == 'Z' {
			c.zombies++
		}
	}
	return c, err
}

// idle waits until no environment works any more: some clients have hung up.
func (h *house) idle() error {
	for end := time.Now().Add(timeout); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		all, err := children(h.lambda.Process.Pid)
		release(all)
		if err != nil || !slices.ContainsFunc(all, func(p process) bool { return p.state != 'T' }) {
			return err
		}
	}
	return nil // one was woken while it was idle
}

// settled kills every environment that is left, and counts what `postern lambda` holds then: as much as before, or what it held
// when time was up.
func (h *house) settled(before census) (c census, killed int, err error) {
	for end := time.Now().Add(settling); ; time.Sleep(50 * time.Millisecond) {
		all, err := children(h.lambda.Process.Pid)
		if err != nil {
			return c, killed, err
		}
		for _, p := range all {
			if p.state != 'Z' && p.signal(syscall.SIGKILL) {
				killed++
			}
		}
		release(all)
		if c, err = h.census(); err != nil || c.same(before) || time.Now().After(end) {
			return c, killed, err
		}
	}
}
