package metrics

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
)

// EMF puts the metrics of an exchange on its line in the log, in CloudWatch's embedded metric format: CloudWatch Logs takes
// them from there. NewEMF makes one.
type EMF struct {
	metrics    []Metric
	entries    []string // of each metric, as a directive names it
	directives []directive
}

// directive is what CloudWatch is told of metrics that are told apart alike.
type directive struct {
	head, nameless string // up to the metrics; nameless: where the API cannot be named
	metrics        []int
}

// NewEMF is the format for all metrics.
func NewEMF() *EMF {
	e := &EMF{metrics: All()}
	for i, m := range e.metrics {
		e.entries = append(e.entries, text(map[string]string{"Name": m.Name, "Unit": m.Unit}))
		begin := head(m.By, true)
		at := slices.IndexFunc(e.directives, func(d directive) bool { return d.head == begin })
		if at < 0 {
			at = len(e.directives)
			e.directives = append(e.directives, directive{head: begin, nameless: head(m.By, false)})
		}
		e.directives[at].metrics = append(e.directives[at].metrics, i)
	}
	return e
}

// head begins a directive; without the sets that name the API, unless named.
func head(by [][]string, named bool) string {
	dimensions := [][]string{{Service}}
	for _, set := range by {
		if named || !slices.Contains(set, API) {
			dimensions = append(dimensions, append([]string{Service}, set...))
		}
	}
	return `{"Namespace":` + text(Namespace) + `,"Dimensions":` + text(dimensions) + `,"Metrics":[`
}

// text is v as JSON. v always can be.
func text(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

// Append adds the metrics of x to its line, which has the fields service, api and dialect already. What is 0 is left out.
// Where CloudWatch does not take the API's name, or it has none since no API serves the host, the service alone is counted.
func (e *EMF) Append(line []slog.Attr, x Exchange) []slog.Attr {
	values := make([]float64, len(e.metrics))
	for i, m := range e.metrics {
		values[i] = m.of(x)
		switch {
		case values[i] == 0:
		case m.Unit == Count:
			line = append(line, slog.Int64(m.Name, int64(values[i])))
		default:
			line = append(line, slog.Float64(m.Name, values[i]))
		}
	}
	if class := StatusClassOf(x.Record); class != "" {
		line = append(line, slog.String(StatusClass, class))
	}
	if class := KindClassOf(x.Record); class != "" {
		line = append(line, slog.String(KindClass, class))
	}
	return append(line, slog.Attr{Key: "_aws", Value: slog.GroupValue(
		slog.Int64("Timestamp", x.Request.Received.UnixMilli()),
		slog.Any("CloudWatchMetrics", e.tell(values, Nameable(x.API.Name))),
	)})
}

// tell says which values are metrics, and by what they are told apart.
func (e *EMF) tell(values []float64, named bool) json.RawMessage {
	out := append(make([]byte, 0, 1024), '[')
	for _, d := range e.directives {
		next := d.nameless
		if named {
			next = d.head
		}
		if len(out) > 1 {
			next = "," + next
		}
		told := false
		for _, i := range d.metrics {
			if values[i] != 0 {
				out = append(append(out, next...), e.entries[i]...)
				next, told = ",", true
			}
		}
		if told {
			out = append(out, "]}"...)
		}
	}
	return append(out, ']')
}

// Nameable says whether CloudWatch takes a text as the value of a dimension: printable ASCII, 1 to 1,024 characters, not all
// of them spaces.
func Nameable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return strings.TrimSpace(s) != "" && len(s) <= 1024
}
