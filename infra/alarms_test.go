package infra_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postern/shared/metrics"
)

// watched is one metric as an alarm or the dashboard names it.
type watched struct {
	namespace, name string
	dimensions      []string // their names
}

// known says what is wrong with a metric that nobody writes; "": nothing. Those of AWS are from the services' user guides
// (monitoring-metrics, metrics-dimensions, load-balancer-cloudwatch-metrics, api-gateway-metrics-and-dimensions).
func known(w watched) string {
	if w.namespace == metrics.Namespace {
		i := slices.IndexFunc(metrics.All(), func(m metrics.Metric) bool { return m.Name == w.name })
		if i < 0 {
			return "shared/metrics has no " + w.name
		}
		sets := [][]string{{metrics.Service}}
		for _, set := range metrics.All()[i].By {
			sets = append(sets, append([]string{metrics.Service}, set...))
		}
		if !slices.ContainsFunc(sets, func(set []string) bool { return same(set, w.dimensions) }) {
			return fmt.Sprintf("%s is not told apart by %v, but by one of %v", w.name, w.dimensions, sets)
		}
		return ""
	}
	function, table, balancer := "FunctionName", "TableName", "LoadBalancer"
	of := map[string]map[string][]string{
		"AWS/Lambda": {
			"Errors": {function}, "Throttles": {function}, "Duration": {function}, "ConcurrentExecutions": {function},
		},
		"AWS/ApplicationELB": {
			"HTTPCode_ELB_5XX_Count": {balancer}, "HTTPCode_ELB_4XX_Count": {balancer},
			"RequestCount": {balancer}, "ConsumedLCUs": {balancer},
		},
		"AWS/ApiGateway": {"5XXError": {"ApiName"}, "5xx": {"ApiId"}},
		"AWS/DynamoDB": {
			"ReadThrottleEvents": {table}, "WriteThrottleEvents": {table}, "SystemErrors": {table, "Operation"},
			"ConsumedReadCapacityUnits": {table}, "ConsumedWriteCapacityUnits": {table},
		},
	}[w.namespace]
	if dimensions, ok := of[w.name]; !ok || !same(dimensions, w.dimensions) {
		return fmt.Sprintf("AWS has no %s %s by %v", w.namespace, w.name, w.dimensions)
	}
	return ""
}

func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func load(t *testing.T, name string) object {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(data))
}

// alarmsOf are the alarms of a template by their names.
func alarmsOf(root object) object {
	found := object{}
	for name, resource := range objects(root, "Resources") {
		if text(resource, "Type") == "AWS::CloudWatch::Alarm" {
			found[name] = at(resource, "Properties")
		}
	}
	return found
}

// metric reads Namespace, MetricName and Dimensions.
func metric(v any) watched {
	w := watched{namespace: text(v, "Namespace"), name: text(v, "MetricName")}
	for _, d := range items(v, "Dimensions") {
		w.dimensions = append(w.dimensions, text(d, "Name"))
	}
	return w
}

// watchedBy are the metrics of an alarm, and what its formula names that it does not have.
func watchedBy(alarm any) (all []watched, missing []string) {
	queries := items(alarm, "Metrics")
	if len(queries) == 0 {
		return []watched{metric(alarm)}, nil
	}
	ids := map[string]bool{"FILL": true, "IF": true}
	for _, q := range queries {
		ids[text(q, "Id")] = true
		if stat := at(q, "MetricStat"); stat != nil {
			all = append(all, metric(at(stat, "Metric")))
		}
	}
	for _, q := range queries {
		for _, name := range regexp.MustCompile(`[A-Za-z_]\w*`).FindAllString(text(q, "Expression"), -1) {
			if !ids[name] {
				missing = append(missing, name)
			}
		}
	}
	return all, missing
}

// anchor is what a page's address has for the part of an alarm: state-throttle of StateThrottleAlarm.
func anchor(alarm string) string {
	words := regexp.MustCompile(`[A-Z][a-z]*`).FindAllString(strings.TrimSuffix(alarm, "Alarm"), -1)
	return strings.ToLower(strings.Join(words, "-"))
}

// TestAlarms: each watches what there is, in the way of the template's own, and is described with its part of the runbook.
func TestAlarms(t *testing.T) {
	all := alarmsOf(load(t, "alarms.yaml"))
	if len(all) < 10 {
		t.Fatalf("%d alarms in alarms.yaml", len(all))
	}
	for name, alarm := range all {
		t.Run(name, func(t *testing.T) {
			got, want := text(alarm, "AlarmDescription"), " Runbook: docs/runbook.md#"+anchor(name)
			if !strings.HasSuffix(got, want) {
				t.Errorf("AlarmDescription: %q, want it to end with %q", got, want)
			}
			if text(alarm, "TreatMissingData") != "notBreaching" {
				t.Error("missing data is no trouble: TreatMissingData: notBreaching")
			}
			action := object{"!If": []any{"Alarmed", []any{ref("AlarmTopicArn")}, ref("AWS::NoValue")}}
			if sent := at(alarm, "AlarmActions"); fmt.Sprint(sent) != fmt.Sprint(action) {
				t.Errorf("AlarmActions: %v, want %v", sent, action)
			}
			metrics, missing := watchedBy(alarm)
			if len(missing) > 0 {
				t.Errorf("its formula names %v, which are none of its metrics", missing)
			}
			for _, w := range metrics {
				if complaint := known(w); complaint != "" {
					t.Error(complaint)
				}
				if w.namespace == "AWS/DynamoDB" && !strings.Contains(text(alarm, "Metrics", "0", "Expression"), "FILL(") {
					t.Errorf("%s keeps its state while DynamoDB tells nothing: FILL it", w.name)
				}
			}
		})
	}
}

// TestTemplateAlarms: those of the template watch what there is, too.
func TestTemplateAlarms(t *testing.T) {
	root := load(t, "../template.yaml")
	for name, alarm := range alarmsOf(root) {
		metrics, _ := watchedBy(alarm)
		for _, w := range metrics {
			if w.namespace == "postern" && at(alarm, "MetricName") != w.name {
				continue // of a metric filter: its name is made
			}
			if complaint := known(w); complaint != "" {
				t.Errorf("%s: %s", name, complaint)
			}
		}
	}
}

// TestRunbook: each alarm has its part of the runbook, and each part its alarm.
func TestRunbook(t *testing.T) {
	page, err := os.ReadFile("../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(string(page), -1) {
		parts[strings.ReplaceAll(strings.ToLower(heading[1]), " ", "-")] = true
	}
	wanted := map[string]bool{}
	for _, root := range []object{load(t, "alarms.yaml"), load(t, "../template.yaml")} {
		for name := range alarmsOf(root) {
			wanted[anchor(name)] = true
			if !parts[anchor(name)] {
				t.Errorf("%s has no part %q in docs/runbook.md", name, anchor(name))
			}
		}
	}
	for part := range parts {
		if !wanted[part] {
			t.Errorf("docs/runbook.md has a part %q, and there is no such alarm", part)
		}
	}
	for _, link := range regexp.MustCompile(`\]\(#([a-z-]+)\)`).FindAllStringSubmatch(string(page), -1) {
		if !parts[link[1]] {
			t.Errorf("docs/runbook.md leads to its part %q: there are %v", link[1], slices.Sorted(maps.Keys(parts)))
		}
	}
	names := queryNames(t)
	for _, found := range regexp.MustCompile(`[Qq]uery \*\*([^*]+)\*\*`).FindAllStringSubmatch(string(page), -1) {
		if !slices.Contains(names, strings.Join(strings.Fields(found[1]), " ")) {
			t.Errorf("docs/runbook.md names the query %q: there are %v", found[1], names)
		}
	}
}
