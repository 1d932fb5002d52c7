package storetest

import (
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/replay"
)

// Nonces tests the contract of replay.Nonces. fresh makes one where every nonce is free, for each test anew.
func Nonces(t *testing.T, fresh func(*testing.T) replay.Nonces) {
	tests := []struct {
		name string
		run  func(*nonces)
	}{
		{"claimed once", claimedOnce},
		{"own copy", ownCopy},
		{"scopes", scopes},
		{"any content", anyContent},
		{"until its time is over", untilOver},
		{"claimed again", claimedAgain},
		{"refused claim changes nothing", refusedClaim},
		{"clock steps back", clockSteps},
		{"64 at once", claimsAtOnce},
		{"64 at once after it is over", claimsAfter},
		{"64 copies", copiesAtOnce},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(&nonces{t, fresh(t)}) })
	}
}

// nonces are the ones under test.
type nonces struct {
	*testing.T
	replay.Nonces
}

// claim is a new attempt at a nonce whose signature is accepted for a minute.
func claim(nonce string, at time.Time) replay.Claim {
	return replay.Claim{ID: rand.Uint64(), Scope: "members", Nonce: nonce, At: at, Until: at.Add(time.Minute)}
}

func (n *nonces) want(c replay.Claim, want bool) {
	n.Helper()
	if got, err := n.Claim(n.Context(), c); err != nil || got != want {
		n.Fatalf("Claim(%.40q in %q at %v) = %v, %v, want %v", c.Nonce, c.Scope, c.At, got, err, want)
	}
}

func claimedOnce(n *nonces) {
	n.want(claim("a", noon()), true)
	n.want(claim("a", noon()), false)
	n.want(claim("a", after(time.Second)), false)
	n.want(claim("b", noon()), true)
}

func ownCopy(n *nonces) {
	c := claim("a", noon())
	n.want(c, true)
	n.want(c, true)
	n.want(claim("a", noon()), false)
	n.want(c, true)
}

// No scope reaches into another, whatever the client puts into a nonce.
func scopes(n *nonces) {
	for _, c := range []struct{ scope, nonce string }{
		{"a", "b"}, {"b", "b"}, {"", "b"}, {"a#b", "c"}, {"a", "b#c"}, {"ab", "c"}, {"a", "bc"},
	} {
		first := claim(c.nonce, noon())
		first.Scope = c.scope
		n.want(first, true)
		second := first
		second.ID++
		n.want(second, false)
	}
}

func anyContent(n *nonces) {
	long := strings.Repeat("x", 100_000)
	for _, nonce := range []string{
		long + "a", long + "b", "a", "A", " a", "a\x00", "\x00", "\xff", "\xfe", "\r\n", "ä", "a\u0308", "n#members#a",
	} {
		n.want(claim(nonce, noon()), true)
		n.want(claim(nonce, noon()), false)
	}
}

// A nonce is taken in its last instant still, and free soon after.
func untilOver(n *nonces) {
	for _, until := range []time.Duration{time.Minute, time.Minute + time.Nanosecond, 61*time.Second - time.Nanosecond} {
		first := claim("n"+until.String(), noon())
		first.Until = after(until)
		n.want(first, true)
		n.want(claim(first.Nonce, after(until-time.Nanosecond)), false)
		n.want(claim(first.Nonce, after(until)), false)
		n.want(claim(first.Nonce, after(until+2*time.Second)), true)
	}
}

// The second time counts from the second claim.
func claimedAgain(n *nonces) {
	n.want(claim("a", noon()), true)
	n.want(claim("a", after(62*time.Second)), true)
	n.want(claim("a", after(120*time.Second)), false)
	n.want(claim("a", after(124*time.Second)), true)
}

func refusedClaim(n *nonces) {
	n.want(claim("a", noon()), true)
	long := claim("a", after(time.Second))
	long.Until = after(time.Hour)
	n.want(long, false)
	n.want(claim("a", after(62*time.Second)), true)
}

func clockSteps(n *nonces) {
	n.want(claim("a", noon()), true)
	n.want(claim("a", after(-time.Hour)), false)
	n.want(claim("b", after(-time.Hour)), true)
	n.want(claim("b", noon()), true)
	n.want(claim("b", after(-time.Hour)), false)
}

func claimsAtOnce(n *nonces) {
	for i := range 5 {
		n.winners(func() replay.Claim { return claim(string(rune('a'+i)), noon()) }, 1)
	}
}

func claimsAfter(n *nonces) {
	n.want(claim("a", noon()), true)
	n.winners(func() replay.Claim { return claim("a", after(62*time.Second)) }, 1)
}

func copiesAtOnce(n *nonces) {
	c := claim("a", noon())
	n.winners(func() replay.Claim { return c }, 64)
}

// winners are how many of 64 claims at once must have the nonce.
func (n *nonces) winners(next func() replay.Claim, want int32) {
	n.Helper()
	var all sync.WaitGroup
	var got atomic.Int32
	start := make(chan struct{})
	for range 64 {
		all.Go(func() {
			c := next()
			<-start
			free, err := n.Claim(n.Context(), c)
			if err != nil {
				n.Errorf("Claim failed: %v", err)
			}
			if free {
				got.Add(1)
			}
		})
	}
	close(start)
	all.Wait()
	if got.Load() != want {
		n.Errorf("%d of 64 claims have the nonce, want %d", got.Load(), want)
	}
}
