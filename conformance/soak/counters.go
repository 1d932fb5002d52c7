//go:build dynamodb && linux

package soak

import (
	"cmp"
	"slices"
	"time"
)

// decision is when a request was decided on. Where that is not recorded, it is between two times.
type decision struct{ earliest, latest time.Time }

// owner is whose requests a limit counts: all, or those of one caller.
type owner struct{ limit, caller string }

// counters: what backends got is no more than each limit allows.
func (j *judgement) counters() {
	decisions := map[owner][]decision{}
	for _, x := range j.sent {
		for _, name := range x.call.counts {
			if got := j.seen[x.id]; len(got) > 0 {
				o := owner{limit: name}
				if j.limits[name].caller {
					o.caller = x.caller
				}
				decisions[o] = append(decisions[o], j.decided(x, got[0]))
				j.admissions[name]++
			}
			if records := j.records[x.id]; len(records) > 0 && x.call.refused[records[0].Kind].status != 0 {
				j.refusals[name]++
			}
		}
	}
	for o, all := range decisions {
		if over := j.limits[o.limit].over(all); over > 0 {
			j.fail("a limit is a limit", "%+v: %d over", o, over)
		}
	}
	for name, l := range j.limits {
		if !l.fast && (j.admissions[name] == 0 || j.refusals[name] == 0) {
			j.fail("every limit is reached", "%s: %d admitted, %d refused", name, j.admissions[name], j.refusals[name])
		}
	}
}

// decided: an authorizer's decision is before the proxy's record, at any door the time of a quota may be that of the charge,
// and what was killed has no record.
func (j *judgement) decided(x *exchange, got arrival) decision {
	records := j.records[x.id]
	if len(records) == 0 {
		return decision{x.began, got.at}
	}
	d := decision{records[0].Received, records[0].Received}
	if x.door == "rest" || x.door == "http" {
		d.earliest = x.began
	}
	if took := records[0].took(); took > time.Second {
		d.latest = d.latest.Add(took)
	}
	return d
}

// over is by how many the decisions are more than the limit allows, for certain.
func (l limit) over(all []decision) int64 {
	if l.burst == 0 {
		return l.overQuota(all)
	}
	return l.overRate(all)
}

// overQuota counts what was decided within one calendar unit.
func (l limit) overQuota(all []decision) (over int64) {
	units := map[int64]int64{}
	for _, d := range all {
		unit := d.earliest.UnixNano() / int64(l.per)
		if unit == d.latest.UnixNano()/int64(l.per) {
			units[unit]++
			over = max(over, units[unit]-l.n)
		}
	}
	return over
}

// overRate counts what was decided within an interval, for each of up to a minute that begins and ends with a decision: up to
// burst + rate × time are allowed.
func (l limit) overRate(all []decision) (over int64) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b decision) int { return cmp.Compare(a.latest.UnixNano(), b.latest.UnixNano()) })
	for i := range all {
		from, count := all[i].earliest, int64(0)
		for _, d := range all[first(all, from):] {
			length := d.latest.Sub(from)
			if length > time.Minute {
				break
			}
			if !d.earliest.Before(from) {
				count++
				over = max(over, count-l.burst-int64(length)*l.n/int64(l.per))
			}
		}
	}
	return over
}

// first is the index of the first decision that ends at that time or later.
func first(all []decision, at time.Time) int {
	i, _ := slices.BinarySearchFunc(all, at, func(d decision, at time.Time) int { return d.latest.Compare(at) })
	return i
}
