package route_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/shared/route"
)

// Patterns with many ** on paths that almost match: without a bound these take years.
func TestMatchIsBounded(t *testing.T) {
	tests := []struct{ name, pattern, path string }{
		{"many **", "GET " + strings.Repeat("/**/a", 20) + "/b", strings.Repeat("/a", 4000)},
		{"** in a row", "GET " + strings.Repeat("/**", 40) + "/b", strings.Repeat("/a", 4000)},
		{"three **", "GET /**/a/**/b/**/c", strings.Repeat("/a/b", 4000)},
		{"** and variables", "GET /**/{x}/**/{y}/**/{z}/b", strings.Repeat("/a", 4000)},
		{"stars in a segment", "GET /" + strings.Repeat("*a", 100) + "b", "/" + strings.Repeat("a", 16000)},
		{"an evil expression", "GET /{x:(a+)+b}", "/" + strings.Repeat("a", 16000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			step := table(t, "", tt.pattern)
			start := time.Now()
			if got, _ := find(t, step, "GET", tt.path); got != noPath {
				t.Errorf("find = %s, want %s", got, noPath)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("find took %v", took)
			}
		})
	}
}

// Only as many segments are looked at as the longest base has.
func TestHostsFindIsBounded(t *testing.T) {
	h, path := route.NewHosts[int](), strings.Repeat("/a", 30_000)
	for i := range 20 {
		if err := h.Add("h", fmt.Sprint("/a/b", i), i); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	for range 1000 {
		if got, ok := h.Find("h", path); ok {
			t.Fatalf("Find = %d, want nothing", got)
		}
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("1000 calls of Find took %v", took)
	}
}

// A path that fits literals and variables at every level is looked for in both, once each.
func TestMatchTriesBranchesOnce(t *testing.T) {
	const depth = 12
	var routes []string
	for bits := range 1 << depth {
		var b strings.Builder
		for i := range depth {
			b.WriteString([]string{"/a", "/{x" + fmt.Sprint(i) + "}"}[bits>>i&1])
		}
		routes = append(routes, "GET "+b.String()+"/end")
	}
	step := table(t, "", routes...)
	start := time.Now()
	if got, _ := find(t, step, "GET", strings.Repeat("/a", depth)+"/other"); got != noPath {
		t.Errorf("find = %s, want %s", got, noPath)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("find took %v among %d routes", took, len(routes))
	}
}
