package functiontest

import "testing"

// ColdStart measures the time from exec to the first poll: of an empty function, and of the bootstrap ours with its tables in
// DynamoDB (which is not called) and without any. They take turns.
func ColdStart(b *testing.B, name, empty, ours, definition string) {
	var none, tables, local Sample
	table, memory := Variables(b, "table", definition), Variables(b, "memory", definition)
	for b.Loop() {
		for _, run := range []struct {
			bootstrap string
			env       []string
			into      *Sample
		}{{empty, nil, &none}, {ours, table, &tables}, {ours, memory, &local}} {
			p := Start(b, run.bootstrap, run.env...)
			*run.into = append(*run.into, p.Ready)
			p.Kill()
		}
	}
	b.ReportMetric(none.Min(), "empty-min-ms")
	b.ReportMetric(none.Median(), "empty-p50-ms")
	b.ReportMetric(tables.Min(), name+"-min-ms")
	b.ReportMetric(tables.Median(), name+"-p50-ms")
	b.ReportMetric(tables.Min()/none.Min(), "min-ratio")
	b.ReportMetric(tables.Median()/none.Median(), "p50-ratio")
	b.ReportMetric(local.Min()/none.Min(), "memory-min-ratio")
	b.ReportMetric(local.Median()/none.Median(), "memory-p50-ratio")
	b.ReportMetric(0, "ns/op")
}

// WarmInvoke measures the time from an event to its answer, through the Runtime API: of an empty function, and of ours.
func WarmInvoke(b *testing.B, name string, empty, ours *Process, event string) {
	var none, some Sample
	for b.Loop() {
		_, took := empty.Invoke(b, event)
		none = append(none, took)
		_, took = ours.Invoke(b, event)
		some = append(some, took)
	}
	b.ReportMetric(none.Median()*1e3, "empty-p50-µs")
	b.ReportMetric(some.Median()*1e3, name+"-p50-µs")
	b.ReportMetric(some.Median()/none.Median(), "p50-ratio")
	b.ReportMetric(empty.RSS(b), "empty-RSS-MB")
	b.ReportMetric(ours.RSS(b), name+"-RSS-MB")
	b.ReportMetric(0, "ns/op")
}
