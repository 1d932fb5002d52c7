//go:build dynamodb

package conformance_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"postern/shared/event"
)

// at is a row of docs/doors.md and one of its columns.
type at struct{ fact, door string }

// tally counts what TestIdentical has seen.
type tally struct {
	mu        sync.Mutex
	requests  int
	forwarded int            // at the door direct
	kinds     map[string]int // of faults there; "": none
	refused   map[at]int     // a door answered by itself
	changed   map[at]int     // a loss made another request, or another answer
	excused   map[at]int     // and the client or the backend could tell
}

func newTally() *tally {
	return &tally{kinds: map[string]int{}, refused: map[at]int{}, changed: map[at]int{}, excused: map[at]int{}}
}

// refuse, change and excuse count. On nil they do not.
func (y *tally) refuse(fact, door string) {
	if y != nil {
		y.count(fact, door, y.refused)
	}
}

func (y *tally) change(fact, door string) {
	if y != nil {
		y.count(fact, door, y.changed)
	}
}

func (y *tally) excuse(fact, door string) {
	if y != nil {
		y.count(fact, door, y.changed, y.excused)
	}
}

func (y *tally) count(fact, door string, in ...map[at]int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for _, counts := range in {
		counts[at{fact, door}]++
	}
}

func (y *tally) sent(o *outcome) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.requests++
	if len(o.received) > 0 {
		y.forwarded++
	}
}

// Write takes a line of the log of the door direct.
func (y *tally) Write(line []byte) (int, error) {
	var record struct{ Kind string }
	if err := json.Unmarshal(line, &record); err != nil {
		return 0, err
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	y.kinds[record.Kind]++
	return len(line), nil
}

// String is a table.
func (y *tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d requests, %d of them forwarded\n\n%-28s refused\n", y.requests, y.forwarded, "kind")
	for _, kind := range slices.Sorted(maps.Keys(y.kinds)) {
		fmt.Fprintf(&b, "%-28s %d\n", kind, y.kinds[kind])
	}
	fmt.Fprintf(&b, "\n%-20s %-6s %8s %8s %8s\n", "row of docs/doors.md", "door", "changed", "excused", "refused")
	for _, f := range event.Facts() {
		for _, door := range event.Doors() {
			of := at{f.Name, door}
			if y.changed[of]+y.refused[of] > 0 {
				fmt.Fprintf(&b, "%-20s %-6s %8d %8d %8d\n", f.Name, door, y.changed[of], y.excused[of], y.refused[of])
			}
		}
	}
	return b.String()
}

// check wants what makes the comparison worth something: enough that is forwarded, little that doors refuse by themselves, and
// each loss that is declared, and no other.
func (y *tally) check(t *testing.T) {
	t.Helper()
	if y.forwarded*100 < y.requests*40 {
		t.Errorf("%d of %d requests are forwarded, want 40 %%", y.forwarded, y.requests)
	}
	declared := map[at]bool{}
	for _, door := range event.Doors() {
		refused := 0
		for of, n := range y.refused {
			if of.door == door {
				refused += n
			}
		}
		if refused*10 > y.requests {
			t.Errorf("%s answers %d of %d requests by itself, want 10 %% at most", door, refused, y.requests)
		}
		for _, f := range event.Facts() {
			of := at{f.Name, door}
			declared[of] = f.Doors[door].Lost
			y.checkFact(t, of, f.Doors[door].Lost)
		}
	}
	for _, of := range slices.Concat(slices.Collect(maps.Keys(y.changed)), slices.Collect(maps.Keys(y.refused))) {
		if !declared[of] {
			t.Errorf("%s at %s is no loss of docs/doors.md", of.fact, of.door)
		}
	}
}

func (y *tally) checkFact(t *testing.T, of at, lost bool) {
	t.Helper()
	found, why := y.excused[of]+y.refused[of] > 0, beyond(of)
	if lost && found == (why != "") {
		t.Errorf("%s at %s: declared lost: true, found: %v, exempt: %q", of.fact, of.door, found, why)
	}
}

// beyond is why a declared loss cannot be seen here; "": it can.
func beyond(of at) string {
	everywhere := map[string]string{
		"names":          "headers are compared without the case of their names",
		"answer-names":   "headers are compared without the order of their names",
		"leaving":        "clients stay",
		"length":         "neither backend nor client can tell",
		"client":         "the load balancer's mode is append",
		"host":           "the load balancer preserves it",
		"forwarded-for":  "the load balancer's mode is append",
		"query-repeat":   "the target group is multi-value",
		"answer-control": "the gateway refuses such answers of backends",
		"answer-hops":    "the gateway removes them",
		"answer-stream":  "the doors do not stream",
		"content-type":   "the local HTTP API does not add one: nobody says which",
	}
	if why := everywhere[of.fact]; why != "" {
		return why
	}
	return map[at]string{
		{"path", "rest"}:           "the API has a domain of its own",
		{"header-repeat", "rest"}:  "the local REST API keeps their order",
		{"header-repeat", "alb"}:   "the target group is multi-value",
		{"answer-repeat", "alb"}:   "the target group is multi-value",
		{"answer-renamed", "http"}: "the local HTTP API renames none",
	}[of]
}
