// Package metrics says what is measured of an exchange, under names that CloudWatch and Prometheus share.
//
// It promises that a metric is told apart by what a definition bounds alone: APIs, dialects, classes of statuses and of
// refusals. Who called, and which path, stays in the log. It imports gateway and the standard library.
package metrics

import (
	"strconv"
	"strings"
	"time"

	"postern/shared/gateway"
)

// Namespace is that of all metrics in CloudWatch.
const Namespace = "postern"

// Units, in CloudWatch's words.
const (
	Count   = "Count"   // a counter: CloudWatch sums it up
	Seconds = "Seconds" // a distribution
)

// Labels that metrics are told apart by. A line that carries metrics has a field of each name.
const (
	Service     = "service" // POSTERN_SERVICE, of every metric
	API         = "api"
	Dialect     = "dialect"
	StatusClass = "status_class" // 2xx
	KindClass   = "kind_class"   // root of the kind of what went wrong: auth, limit, backend
)

// Metric is one number that exchanges have.
type Metric struct {
	Name, Unit string
	Help       string     // where it comes from
	By         [][]string // sets of labels beside Service, the finest last; none: Service alone

	of func(Exchange) float64 // 0: there is nothing to count
}

// Exchange is what is measured.
type Exchange struct {
	*gateway.Record
	Cold bool // it began an execution environment
}

// All are the metrics that there are, in the order in which they are shown.
func All() []Metric {
	byAPI := [][]string{{API, Dialect}}
	statuses := [][]string{{StatusClass}, {API, Dialect, StatusClass}}
	kinds := [][]string{{KindClass}, {API, Dialect, KindClass}}
	return []Metric{
		{"postern_requests_total", Count, "requests that were answered, a refusal included", statuses, requests},
		{"postern_refusals_total", Count, "answers with an error of postern's, a backend's failure included", kinds, refusals},
		{"postern_verdicts_total", Count, "requests that an authorizer refused by itself, in the mode `enforce`", kinds, verdicts},
		{"postern_request_duration_seconds", Seconds, "from the event to its answer", byAPI, requestDuration},
		{"postern_backend_duration_seconds", Seconds, "wait for backends, where one was called", byAPI, backendDuration},
		{"postern_store_duration_seconds", Seconds, "wait for tables, where one was called", nil, storeDuration},
		{"postern_store_reads_total", Count, "calls of tables that read, copies included", nil, reads},
		{"postern_store_writes_total", Count, "calls of tables that write, copies included", nil, writes},
		{"postern_store_failures_total", Count, "calls of tables without a usable answer, copies included", nil, failures},
		{"postern_tolerated_failures_total", Count, "failures that a policy let pass", nil, tolerated},
		{"postern_cold_starts_total", Count, "requests that began an execution environment", nil, coldStarts},
	}
}

func requests(x Exchange) float64 { return one(!x.Authorizer) }
func refusals(x Exchange) float64 { return one(!x.Authorizer && x.Refusal != nil) }
func verdicts(x Exchange) float64 { return one(x.Authorizer && x.Refusal != nil) }

func requestDuration(x Exchange) float64 {
	if x.Authorizer {
		return 0
	}
	return seconds(x.Took)
}

func backendDuration(x Exchange) float64 { return seconds(x.BackendTime) }
func storeDuration(x Exchange) float64   { return seconds(x.Store.Waited()) }
func reads(x Exchange) float64           { return float64(x.Store.Reads()) }
func writes(x Exchange) float64          { return float64(x.Store.Writes()) }
func failures(x Exchange) float64        { return float64(x.Store.Failures()) }
func tolerated(x Exchange) float64       { return float64(len(x.Tolerated)) }
func coldStarts(x Exchange) float64      { return one(x.Cold) }

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// seconds are exact to the microsecond: more digits are paid for with every line.
func seconds(d time.Duration) float64 { return float64(max(d, 0).Microseconds()) / 1e6 }

// StatusClassOf is "2xx" of 200; "" without an answer.
func StatusClassOf(r *gateway.Record) string {
	if r.Answer == nil {
		return ""
	}
	return strconv.Itoa(r.Answer.Status/100) + "xx"
}

// KindClassOf is "limit" of limit.app.quota; "" where nothing went wrong.
func KindClassOf(r *gateway.Record) string {
	if r.Refusal == nil {
		return ""
	}
	root, _, _ := strings.Cut(string(r.Refusal.Fault.Kind), ".")
	return root
}
