package infra_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// widget is one of the dashboard.
type widget struct {
	Type                string
	X, Y, Width, Height int
	Properties          struct {
		Title, Region, View string
		Metrics             [][]any
	}
}

// widgets are those of the dashboard, with the load balancer's.
func widgets(t *testing.T) []widget {
	t.Helper()
	parts := items(properties(load(t, "dashboard.yaml"), "Dashboard"), "DashboardBody", "!Sub")
	if len(parts) != 2 {
		t.Fatalf("DashboardBody is not a text with a variable: %v", parts)
	}
	more := text(parts[1], "LoadBalancerWidget", "!If", "1", "!Sub")
	body, _ := parts[0].(string)
	var all []widget
	for _, balancer := range []string{"", more} {
		var dashboard struct{ Widgets []widget }
		whole := strings.Replace(body, "${LoadBalancerWidget}", balancer, 1)
		if err := json.Unmarshal([]byte(whole), &dashboard); err != nil {
			t.Fatalf("DashboardBody: %v", err)
		}
		all = dashboard.Widgets
	}
	return all
}

// TestDashboard: each widget stands in the grid, over no other, and shows metrics that there are.
func TestDashboard(t *testing.T) {
	taken := map[[2]int]string{}
	names := map[string]bool{}
	for _, w := range widgets(t) {
		p := w.Properties
		shows := w.Type == "metric" && p.Region == "${AWS::Region}" && p.View == "timeSeries"
		if !shows || p.Title == "" || names[p.Title] {
			t.Errorf("%q is no widget with a title of its own: %+v", p.Title, w)
		}
		names[p.Title] = true
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if other := taken[[2]int{x, y}]; other != "" || x > 23 {
					t.Fatalf("%q stands over %q, or outside of the grid's 24 columns", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		if len(p.Metrics) == 0 {
			t.Errorf("%q shows nothing", p.Title)
		}
		for _, m := range p.Metrics {
			shown, ok := shownBy(m)
			if !ok {
				t.Errorf("%q: %v is neither a metric nor a search", p.Title, m)
			} else if complaint := known(shown); complaint != "" {
				t.Errorf("%q: %s", p.Title, complaint)
			}
		}
	}
	if !names["Load balancer"] || len(names) < 10 {
		t.Errorf("the dashboard has %v", names)
	}
}

// shownBy reads ["namespace", "name", "dimension", "value", …, {…}], or [{"expression": "SEARCH('{namespace,dimension,…} …"}].
func shownBy(m []any) (w watched, ok bool) {
	if options, is := m[len(m)-1].(map[string]any); is {
		m = m[:len(m)-1]
		if expression, is := options["expression"].(string); is && len(m) == 0 {
			return searched(expression)
		}
	}
	if len(m) < 2 || len(m)%2 != 0 {
		return w, false
	}
	w.namespace, _ = m[0].(string)
	w.name, _ = m[1].(string)
	for i := 2; i < len(m); i += 2 {
		name, _ := m[i].(string)
		w.dimensions = append(w.dimensions, name)
		if value, _ := m[i+1].(string); value == "" {
			return w, false
		}
	}
	return w, true
}

func searched(expression string) (w watched, ok bool) {
	const of, by = `\{(\w+),([\w,]+)\} MetricName="(\w+)" service="\$\{Service\}"`, `(?:Sum|p99)`
	found := regexp.MustCompile(`^SEARCH\('` + of + `', '` + by + `', 60\)$`).FindStringSubmatch(expression)
	if found == nil {
		return w, false
	}
	return watched{found[1], found[3], strings.Split(found[2], ",")}, true
}
