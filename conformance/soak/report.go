//go:build dynamodb && linux

package soak

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// mostShown is how many failures of a promise are told in full.
const mostShown = 5

// Report is what came of a soak.
type Report struct {
	failures map[string][]string // by the promise that is broken
	times    map[string]int      // that it is broken

	evidence   *evidence
	outcomes   map[string]int
	kinds      map[string]int // of refusals that the storm has caused
	admissions map[string]int // by limit: what backends got
	refusals   map[string]int
	lost       int // what backends got, and no record tells
	claimed    tally
}

func newReport(e *evidence) *Report {
	return &Report{
		failures: map[string][]string{}, times: map[string]int{}, evidence: e, outcomes: map[string]int{}, kinds: map[string]int{},
		admissions: map[string]int{}, refusals: map[string]int{},
	}
}

func (r *Report) fail(promise, format string, args ...any) {
	if r.times[promise]++; r.times[promise] <= mostShown {
		r.failures[promise] = append(r.failures[promise], fmt.Sprintf(format, args...))
	}
}

// Broken are the promises that were not kept, each with the first examples.
func (r *Report) Broken() (all []string) {
	for _, promise := range slices.Sorted(maps.Keys(r.times)) {
		examples := strings.Join(r.failures[promise], "\n\t")
		all = append(all, fmt.Sprintf("%s: broken %d times\n\t%s", promise, r.times[promise], examples))
	}
	return all
}

// String is a table of what happened.
func (r *Report) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(name string, format string, args ...any) {
		fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	e, s := r.evidence, r.evidence.storm
	row("time", "%v, %d requests, %.0f a second", e.took.Round(time.Second), len(e.sent), float64(len(e.sent))/e.took.Seconds())
	for _, outcome := range []string{admitted, asExpected, byStorm, paged, unready, gone, vanished, wrong} {
		row("  "+outcome, "%d", r.outcomes[outcome])
	}
	row("the storm caused", "%v", r.kinds)
	row("doors' pages", "%d throttled, %d killed", e.pages[throttled], e.pages[killed])
	row("records", "%d, and %d verdicts; %d lines broke off", len(e.records), e.verdicts, e.broken)
	row("functions without the table", "%d answers before they had secrets, %d looks for new ones in vain", e.standIns, e.stale)
	row("backends got", "%d, of which %d have no record: killed", len(e.seen), r.lost)
	row("storm", "%d environments killed in an invocation, %d idle, %d frozen", s.killedBusy, s.killedIdle, s.frozen)
	row("", "%d squeezes took %d environments; %d volleys", s.squeezes, s.taken, s.volleys)
	for _, name := range slices.Sorted(maps.Keys(e.limits)) {
		row("limit "+name, "%s: %d admitted, %d refused", e.limits[name], r.admissions[name], r.refusals[name])
	}
	c := r.claimed
	row("nonces", "%d, offered %d times: %d accepted, %d refused as used, %d failed, %d lost", len(e.nonces.tally), c.offered,
		c.accepted, c.used, c.failed, c.offered-c.accepted-c.used-c.failed)
	row("", "%d claimants killed, %d frozen", s.claimantsKilled, s.claimantsFrozen)
	row("host before", "%v", e.before)
	row("host after", "%v", e.after)
	_ = w.Flush()
	return b.String()
}

// String is the limit as the definition has it.
func (l limit) String() string {
	text := fmt.Sprintf("%d in %v", l.n, l.per)
	if l.burst > 0 {
		text += fmt.Sprintf(", %d at once", l.burst)
	}
	if l.caller {
		text += ", each caller"
	}
	return text
}

// String names a request.
func (x *exchange) String() string {
	if x == nil {
		return "a request that nobody sent"
	}
	return fmt.Sprintf("%s %s of %q", x.id, x.door, x.call.name)
}
