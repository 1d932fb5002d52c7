//go:build dynamodb && linux

package soak

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// judgement is evidence on its way to a report.
type judgement struct {
	*evidence
	*Report
	byID map[string]*exchange
}

// judge is what became of every promise.
func (e *evidence) judge() *Report {
	j := &judgement{e, newReport(e), map[string]*exchange{}}
	for _, x := range e.sent {
		j.byID[x.id] = x
	}
	j.clients()
	j.backends()
	j.counters()
	j.claims()
	j.log()
	j.host()
	return j.Report
}

// What a request came to.
const (
	admitted   = "admitted"
	asExpected = "refused as documented"
	byStorm    = "refused as documented, because of the storm"
	paged      = "a page of the door"
	unready    = "refused by a function that had no secrets yet"
	gone       = "the client hung up"
	vanished   = "the client hung up, and there is no record"
	wrong      = "anything else"
)

// clients: each got an answer, ours as the record has it, or the door's own.
func (j *judgement) clients() {
	for _, x := range j.sent {
		records := j.records[x.id]
		if len(records) > 1 {
			j.fail("one record an exchange", "%v has %d", x, len(records))
		}
		outcome := x.outcome(records)
		if outcome == byStorm {
			j.kinds[records[0].Kind]++
		}
		if outcome == wrong {
			j.fail("an answer of ours or the door's", "%v got %d %.200q, %v; records %s", x, x.status, x.body, x.err, told(records))
		}
		j.outcomes[outcome]++
	}
	j.throttles()
	told := j.pages[throttled] + j.pages[killed]
	unserved := j.standIns + 2*leaving*j.outcomes[unready]/100 // functions tell of them once a minute
	if j.outcomes[paged]+j.outcomes[vanished] > told+unserved {
		j.fail("no record is missing", "%d pages and %d requests without a record: the doors tell of %d pages, functions of %d",
			j.outcomes[paged], j.outcomes[vanished], told, unserved)
	}
}

// outcome compares what a client got with the record and the documents.
func (x *exchange) outcome(records []*record) string {
	switch {
	case x.gone && x.err == nil && len(records) == 0:
		return vanished
	case x.gone && x.err == nil:
		return gone
	case x.err != nil:
		return wrong
	case page(x.door, x.answer) != "":
		return paged
	case len(records) == 0 && x.answer == unavailable():
		return unready
	case len(records) == 0 || records[0].Door != x.door || records[0].Status != x.status:
		return wrong
	}
	kind := records[0].Kind
	if expected, ok := x.call.refused[kind]; ok && x.answer == expected {
		return asExpected
	}
	if expected, ok := stormy(x.call.dialect)[kind]; ok && x.answer == expected {
		return byStorm
	}
	if kind == "" && !x.call.never && x.answer == x.echo() {
		return admitted
	}
	return wrong
}

// throttles: whoever was throttled was so at a time when as many requests were under way as there are environments.
func (j *judgement) throttles() {
	var begun, over []time.Time
	for _, x := range j.sent {
		begun, over = append(begun, x.began), append(over, j.over(x))
	}
	slices.SortFunc(begun, time.Time.Compare)
	slices.SortFunc(over, time.Time.Compare)
	for _, x := range j.sent {
		if x.gone || page(x.door, x.answer) != throttled {
			continue
		}
		before, _ := slices.BinarySearchFunc(begun, x.ended, time.Time.Compare)
		after, _ := slices.BinarySearchFunc(over, x.began, time.Time.Compare)
		if before-1-after < concurrency {
			j.fail("nobody is throttled without need", "%v was, among %d", x, before-1-after)
		}
	}
}

// over is when nothing was done for a request any more, at the latest.
func (j *judgement) over(x *exchange) time.Time {
	records := j.records[x.id]
	switch {
	case !x.gone:
		return x.ended
	case len(records) == 0:
		return x.ended.Add(timeout)
	default:
		return records[0].Received.Add(records[0].took() + time.Second)
	}
}

// backends got what was admitted, once, and nothing else.
func (j *judgement) backends() {
	for id, arrivals := range j.seen {
		x, records := j.byID[id], j.records[id]
		most := 1
		if x != nil && x.call.twice {
			most = 2 // a kept connection that is closed may have been closed before
		}
		switch {
		case x == nil || x.call.target == "" || slices.ContainsFunc(arrivals, x.strays):
			j.fail("backends get what was sent", "%s: %v", id, arrivals)
		case len(arrivals) > most:
			j.fail("backends get it once", "%v came %d times", x, len(arrivals))
		case len(records) == 0:
			j.lost++
		case records[0].Kind != "" && !strings.HasPrefix(records[0].Kind, "backend."):
			j.fail("backends get nothing that was refused", "%v was refused: %s", x, records[0].Kind)
		}
	}
	if j.lost > j.pages[killed] {
		j.fail("no record is missing", "backends got %d requests that have none, and %d were killed", j.lost, j.pages[killed])
	}
	for id, records := range j.records {
		if x := j.byID[id]; x == nil || records[0].Kind == "" && len(j.seen[id]) == 0 {
			j.fail("what is recorded has happened", "%v: %+v", x, *records[0])
		}
	}
}

// strays says whether a backend got something else than was sent.
func (x *exchange) strays(a arrival) bool { return a.target != x.target() }

// claims: no nonce was accepted twice, and none was refused by everybody.
func (j *judgement) claims() {
	for nonce, t := range j.nonces.tally {
		j.claimed.offered += t.offered
		j.claimed.accepted += t.accepted
		j.claimed.used += t.used
		j.claimed.failed += t.failed
		switch {
		case t.accepted > 1:
			j.fail("a nonce passes once", "%s: %+v", nonce, *t)
		case t.accepted == 0 && t.used == t.offered:
			j.fail("a new nonce passes", "%s: %+v", nonce, *t)
		}
	}
	for _, line := range j.nonces.wrong {
		j.fail("claimants answer what they are asked", "%q", line)
	}
}

// log: a line is a record with an id of its own, or the storm explains it, and shows no secret.
func (j *judgement) log() {
	ids := map[string]bool{}
	for _, records := range j.records {
		for _, r := range records {
			if ids[r.RequestID] {
				j.fail("request ids are unique", "%s", r.RequestID)
			}
			ids[r.RequestID] = true
		}
	}
	for why, times := range j.pages {
		if why != throttled && why != killed {
			j.fail("doors answer by themselves in the storm alone", "%d times: %s", times, why)
		}
	}
	kills := j.storm.killedBusy + j.storm.killedIdle
	if j.pages[killed] > kills {
		j.fail("doors answer by themselves in the storm alone", "%d invocations were killed, by %d kills", j.pages[killed], kills)
	}
	if j.journal.broken > kills {
		j.fail("lines are whole", "%d are not, after %d kills", j.journal.broken, kills)
	}
	for _, line := range j.strange {
		j.fail("the log has records alone", "%s", line)
	}
	for _, line := range j.leaks {
		j.fail("the log shows no secret", "%s", line)
	}
}

// host: it holds as much as before, and ends well.
func (j *judgement) host() {
	if !j.after.same(j.before) {
		j.fail("the host holds no more than before", "%v before, %v after\n%s", j.before, j.after, j.after.Stacks)
	}
	if j.ending != nil {
		j.fail("postern lambda ends well", "%v", j.ending)
	}
}

// told are records to read.
func told(records []*record) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprintf(&b, "%+v ", *r)
	}
	return b.String()
}
