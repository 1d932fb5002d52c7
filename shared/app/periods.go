package app

import (
	"strings"
	"time"

	"postern/shared/config"
	"postern/shared/limit"
)

// Periods are the longest in which limits count, by the first word of their owners' keys: that long a store has to keep an
// owner, whatever it charges at the moment. A word that is missing is that of limits which the definition does not tell: no
// period of theirs is longer than a month.
func Periods(def *config.Definition) map[string]time.Duration {
	longest := map[string]time.Duration{}
	var note func(p *config.Policy)
	note = func(p *config.Policy) {
		for _, stage := range p.Stages {
			note(&stage)
		}
		for _, l := range p.Limits {
			if kind, _, _ := strings.Cut(l.Per, ":"); l.From == "" {
				longest[kind] = max(longest[kind], period(&l))
			}
		}
	}
	for i := range def.APIs {
		api := &def.APIs[i]
		note(&api.Policy)
		for j := range api.Routes {
			note(&api.Routes[j].Policy)
		}
	}
	return longest
}

// period is the longest of one limit: of a rate, the time in which its bucket fills.
func period(l *config.Limit) time.Duration {
	longest := max(l.Window.For, unitPeriod(l.Quota.Unit))
	for _, q := range l.Special {
		longest = max(longest, unitPeriod(q.Unit))
	}
	if r := limit.NewRate("", l.Rate.N, l.Rate.Per, l.Burst); r.N > 0 {
		longest = max(longest, time.Duration(r.Burst*r.Step()))
	}
	return longest
}

// unitPeriod is how long a calendar unit is at most, but for the hour that clocks are set back.
func unitPeriod(unit string) time.Duration {
	const day = 24 * time.Hour
	return map[string]time.Duration{
		"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": day, "month": 31 * day,
	}[unit]
}
