package app_test

import (
	"maps"
	"testing"
	"time"

	"postern/shared/app"
	"postern/shared/config/yaml"
)

func TestPeriods(t *testing.T) {
	def, source, problems := yaml.Load("postern.yaml", []byte(`version: 1
apis:
  - name: a
    hosts: [a]
    dialect: nhn
    backend: {mock: {status: 200}}
    limits:
      speed: {per: client, rate: 2/s, burst: 40}
      plan: {per: app, from: plan}
      day: {per: "header:X-Tenant", quota: 5/day, special: {blue: 5/hour}}
    policies:
      strict: {limits: {short: {per: api, window: 5/10s}}}
    routes:
      - {path: /a, use: [strict], limits: {month: {per: route, quota: 9/minute}, minute: {per: client, quota: 9/minute}}}
      - {path: /b, limits: {tenant: {per: "header:X-Other", quota: 5/minute, special: {blue: 5/month}}}}
  - name: b
    hosts: [b]
    dialect: nhn
    backend: {mock: {status: 200}}
    limits: {long: {per: api, window: 5/2400h}, second: {per: host, quota: 5/second}}
    routes: [{path: /a}]
`))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	const day = 24 * time.Hour
	want := map[string]time.Duration{
		"client": time.Minute, // more than 40 units at 2/s
		"header": 31 * day, "api": 100 * day, "route": time.Minute, "host": time.Second,
	}
	if got := app.Periods(def); !maps.Equal(got, want) {
		t.Errorf("Periods = %v, want %v", got, want)
	}
	delete(def.APIs[0].Routes[0].Limits, "minute")
	if got := app.Periods(def)["client"]; got != 20*time.Second {
		t.Errorf("period of a bucket of 40 at 2/s = %v, want 20s", got)
	}
}
