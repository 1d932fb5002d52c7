//go:build dynamodb

package conformance_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"postern/conformance"
	"postern/shared/event"
)

const (
	everyLoss = 10_000 // requests show each of them
	tooMany   = 10     // differences: the rest would say the same

	behindAuthorizer = "-authorizer"
	authorized       = 5 // one in so many requests goes through the doors with an authorizer in front, too: they are slow
)

// TestIdentical sends generated requests through every door. Each answer, and each request that the backend gets, must be what
// the door direct makes of the same bytes, but for the losses that docs/doors.md declares, all of which must occur.
// POSTERN_IDENTICAL_SEED and POSTERN_IDENTICAL_COUNT choose other requests, POSTERN_IDENTICAL_ONLY the number of a single one.
func TestIdentical(t *testing.T) {
	seed, count := number(t, "POSTERN_IDENTICAL_SEED", 20261121), number(t, "POSTERN_IDENTICAL_COUNT", generate)
	t.Logf("POSTERN_IDENTICAL_SEED=%d POSTERN_IDENTICAL_COUNT=%d", seed, count)
	c := newCrowd(t, uint64(seed))
	if only := number(t, "POSTERN_IDENTICAL_ONLY", -1); only >= 0 {
		c.play(t, newScene(c.seed, only))
		return
	}
	start, differences := time.Now(), atomic.Int32{}
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range 3 * runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for n := range numbers {
				if differences.Load() < tooMany && !c.play(t, newScene(c.seed, n)) {
					differences.Add(1)
				}
			}
		})
	}
	for n := range count {
		numbers <- n
	}
	close(numbers)
	workers.Wait()
	t.Logf("after %v: %s", time.Since(start).Round(time.Second), c.tally)
	if !t.Failed() && count >= everyLoss {
		c.tally.check(t)
	}
}

// number is that of an environment variable.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text, ok := os.LookupEnv(name)
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestScene: a number's request is always the same, and each number has another.
func TestScene(t *testing.T) {
	all := map[string]int{}
	for n := range 1000 {
		one, again := newScene(7, n), newScene(7, n)
		raw := string(one.request.raw()) + string(one.reply.raw("GET"))
		if raw != string(again.request.raw())+string(again.reply.raw("GET")) {
			t.Fatalf("newScene(7, %d) makes two requests:\n%q\n%q", n, raw, again.request.raw())
		}
		if before, ok := all[raw]; ok {
			t.Errorf("scenes %d and %d are the same", before, n)
		}
		all[raw] = n
	}
}

// crowd is what TestIdentical has open.
type crowd struct {
	seed      uint64
	stage     *stage
	tally     *tally
	names     []string // of doors, direct first
	stays     map[string]*conformance.Stay
	reference *conformance.Stay // a door direct that no request of the test's goes through as it is
}

func newCrowd(t *testing.T, seed uint64) *crowd {
	t.Helper()
	c := &crowd{seed: seed, stage: newStage(t), tally: newTally(), stays: map[string]*conformance.Stay{}}
	terms := conformance.Terms{
		Definition: strings.ReplaceAll(read(t, "testdata/identical/postern.yaml"), "BACKEND", c.stage.address),
		Registry:   read(t, "testdata/identical/registry.yaml"), Now: generated(), Log: io.Discard,
		Env: []string{"POSTERN_REGISTRY_CACHE=1h", "POSTERN_NEGATIVE_CACHE=1h"},
	}
	for _, d := range doors() {
		if d.Name == "direct" {
			c.reference = open(t, d, terms)
		}
		if slices.Contains([]string{"direct", "serve", "alb", "rest", "http", "url", "split", "rest-authorizer", "http-authorizer"}, d.Name) {
			c.names = append(c.names, d.Name)
			own := terms
			if d.Name == "direct" {
				own.Log = c.tally
			}
			c.stays[d.Name] = open(t, d, own)
		}
	}
	if len(c.names) != 9 || c.names[0] != "direct" {
		t.Fatalf("the doors are %v", c.names)
	}
	return c
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func open(t *testing.T, d conformance.Door, terms conformance.Terms) *conformance.Stay {
	t.Helper()
	s, err := d.Open(terms)
	if err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", d.Name, err)
		}
	})
	return s
}

// play sends one request through all doors, one after the other, and says whether nothing differs.
func (c *crowd) play(t *testing.T, s *scene) bool {
	c.stage.open(s)
	defer c.stage.close(s)
	var sent *outcome
	for _, door := range c.names {
		if strings.HasSuffix(door, behindAuthorizer) && s.number%authorized > 0 {
			continue
		}
		a, err := c.send(door, s)
		got := &outcome{a, c.stage.take(s)}
		switch {
		case err != nil:
		case sent == nil:
			sent = got
			c.tally.sent(got)
		default:
			err = c.judge(s, door, sent, got)
		}
		if err != nil {
			t.Errorf("scene %d at %s: %v\nsent\n%.2000q\nwhich at direct is\n%.2000v", s.number, door, err, s.request.raw(), sent)
			return false
		}
	}
	return true
}

// send is Do. Where a door answers before it has read a body, a slow machine may lose the answer to the reset that follows: it
// is sent again. net/http resets always where it cannot read a head: that is its answer then.
func (c *crowd) send(door string, s *scene) (a *conformance.Answer, err error) {
	for range 3 {
		if a, err = c.stays[door].Do(context.Background(), s.request.raw()); !errors.Is(err, syscall.ECONNRESET) {
			return a, err
		}
	}
	if _, unexplained := because(door, s.request); door == "serve" && unexplained == nil {
		return reset(), nil
	}
	return a, err
}

// judge compares what a door did with what the documents say of it. An authorizer in front changes nothing.
func (c *crowd) judge(s *scene, name string, sent, got *outcome) error {
	door, counted := strings.TrimSuffix(name, behindAuthorizer), c.tally
	if !slices.Contains(event.Doors(), name) {
		counted = nil
	}
	if len(got.received) == 0 && byItself(door, s, got.answer) {
		fact, err := because(name, s.request)
		if err == nil {
			counted.refuse(fact, door)
			return nil
		}
		if s.request.method != http.MethodHead { // where it may be an answer of ours: there is no body to tell it by
			return err
		}
	}
	want, err := c.expected(s, door, sent, counted)
	if err != nil {
		return err
	}
	return same(s, door, got, want)
}
