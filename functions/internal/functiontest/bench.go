package functiontest

import (
	"strings"
	"testing"
)

// Subject is a function that is measured beside an empty one.
type Subject struct {
	Name, Empty, Ours string   // what it is called, and both bootstraps
	Definition        string   // YAML
	Env               []string // more variables
	Event, Want       string   // what it is asked, and a part of what it must answer
}

// ColdStart measures the time from exec to the first poll: of the empty function, and of ours with its tables in DynamoDB (which
// is not called) and without any. They take turns.
func (s Subject) ColdStart(b *testing.B) {
	var none, tables, local Sample
	table, memory := append(Variables(b, "table", s.Definition), s.Env...), append(Variables(b, "memory", s.Definition), s.Env...)
	for b.Loop() {
		for _, run := range []struct {
			bootstrap string
			env       []string
			into      *Sample
		}{{s.Empty, nil, &none}, {s.Ours, table, &tables}, {s.Ours, memory, &local}} {
			p := Start(b, run.bootstrap, run.env...)
			*run.into = append(*run.into, p.Ready)
			p.Kill()
		}
	}
	b.ReportMetric(none.Min(), "empty-min-ms")
	b.ReportMetric(none.Median(), "empty-p50-ms")
	b.ReportMetric(tables.Min(), s.Name+"-min-ms")
	b.ReportMetric(tables.Median(), s.Name+"-p50-ms")
	b.ReportMetric(tables.Min()/none.Min(), "min-ratio")
	b.ReportMetric(tables.Median()/none.Median(), "p50-ratio")
	b.ReportMetric(local.Min()/none.Min(), "memory-min-ratio")
	b.ReportMetric(local.Median()/none.Median(), "memory-p50-ratio")
	b.ReportMetric(0, "ns/op")
}

// WarmInvoke measures the time from an event to its answer, through the Runtime API: of the empty function, and of ours.
func (s Subject) WarmInvoke(b *testing.B) {
	empty := Start(b, s.Empty)
	ours := Start(b, s.Ours, append(Variables(b, "memory", s.Definition), s.Env...)...)
	if answer, _ := ours.Invoke(b, s.Event); !strings.Contains(answer, s.Want) {
		b.Fatal(answer)
	}
	var none, some Sample
	for b.Loop() {
		_, took := empty.Invoke(b, s.Event)
		none = append(none, took)
		_, took = ours.Invoke(b, s.Event)
		some = append(some, took)
	}
	b.ReportMetric(none.Median()*1e3, "empty-p50-µs")
	b.ReportMetric(some.Median()*1e3, s.Name+"-p50-µs")
	b.ReportMetric(some.Median()/none.Median(), "p50-ratio")
	b.ReportMetric(empty.RSS(b), "empty-RSS-MB")
	b.ReportMetric(ours.RSS(b), s.Name+"-RSS-MB")
	b.ReportMetric(0, "ns/op")
}
