package route_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"postern/shared/gateway"
	"postern/shared/route"
)

// many is a table of n routes as APIs have them: a few resources below each of many.
func many(b testing.TB, n int) gateway.Step {
	b.Helper()
	all := route.NewTable()
	for i := range n {
		pattern := fmt.Sprintf("/v1/service-%d/orders/%s", i/5, []string{
			"", "open", "{id}", "{id}/items",
			"{id}/items/{item}",
		}[i%5])
		if err := add(all, "", "GET "+pattern); err != nil {
			b.Fatal(err)
		}
	}
	return all.Step()
}

func run(b *testing.B, step gateway.Step, path string) {
	b.Helper()
	x := &gateway.Exchange{Request: &gateway.Request{Method: "GET", Path: path}}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		_ = step.Run(ctx, x)
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000} {
		step := many(b, n)
		orders := fmt.Sprintf("/v1/service-%d/orders/", n/5/2)
		b.Run(fmt.Sprintf("literal/%d", n), func(b *testing.B) { run(b, step, orders+"open") })
		b.Run(fmt.Sprintf("params/%d", n), func(b *testing.B) { run(b, step, orders+"42/items/7") })
		b.Run(fmt.Sprintf("none/%d", n), func(b *testing.B) { run(b, step, orders+"42/none") })
	}
}

func BenchmarkMatchAdversarial(b *testing.B) {
	b.Run("deep", func(b *testing.B) {
		run(b, table(b, "", "GET /**/a/**/b/**/c"), strings.Repeat("/a/b", 500))
	})
	b.Run("expression", func(b *testing.B) {
		run(b, table(b, "", "GET /{x:(a+)+b}"), "/"+strings.Repeat("a", 1000))
	})
	b.Run("escapes", func(b *testing.B) {
		run(b, table(b, "", "GET /{x}/{y}"), strings.Repeat("/"+strings.Repeat("%61", 500), 2))
	})
	b.Run("refused", func(b *testing.B) {
		run(b, table(b, "", "GET /{x}"), "/"+strings.Repeat("a", 1000)+"/%2e%2e/b")
	})
}

func BenchmarkHosts(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		h := route.NewHosts[int]()
		for i := range n {
			if err := h.Add("api.example.com", fmt.Sprintf("/domain-%d", i), i); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.Find("api.example.com:443", "/domain-7/users/7")
			}
		})
	}
}

func TestMatchAllocates(t *testing.T) {
	step := many(t, 1000)
	ctx := context.Background()
	for path, want := range map[string]float64{
		"/v1/service-7/orders/open":       0,
		"/v1/service-7/orders/42/items":   2, // the map of the variables
		"/v1/service-7/orders/42/items/7": 2,
	} {
		x := &gateway.Exchange{Request: &gateway.Request{Method: "GET", Path: path}}
		if n := testing.AllocsPerRun(100, func() { _ = step.Run(ctx, x) }); n > want {
			t.Errorf("find(%s) allocates %v times, want %v at most", path, n, want)
		}
	}
}
