package memory_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/memory"
)

var _ limit.Plans = (*memory.Registry)(nil)

func TestPlan(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	r := memory.NewRegistry()
	err = r.Apply(&config.Registry{Plans: map[string]config.Plan{
		"none":  {},
		"rate":  {Rate: config.Rate{N: 5, Per: time.Second}},
		"quota": {Quota: config.Quota{N: 1000, Unit: "month"}},
		"both":  {Rate: config.Rate{N: 600, Per: time.Minute}, Quota: config.Quota{N: 3, Unit: "day", Zone: "Asia/Seoul"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		plan string
		want []limit.Window
	}{
		{"none", nil},
		{"rate", []limit.Window{{Name: "rate", Shape: limit.Rate, N: 5, Per: time.Second, Burst: 5}}},
		{"quota", []limit.Window{{Name: "quota", Shape: limit.Calendar, N: 1000, Unit: limit.Month, Zone: time.UTC}}},
		{"both", []limit.Window{
			{Name: "rate", Shape: limit.Rate, N: 600, Per: time.Minute, Burst: 10},
			{Name: "quota", Shape: limit.Calendar, N: 3, Unit: limit.Day, Zone: seoul},
		}},
	} {
		if got, err := r.Plan(t.Context(), tt.plan); err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Plan(%s) = %v, %v; want %v", tt.plan, got, err, tt.want)
		}
	}
	if got, err := r.Plan(t.Context(), "other"); err == nil {
		t.Errorf("Plan(other) = %v, want an error: nobody made it", got)
	}
}

// TestApplyPlanOfNoZone: an operator's mistake is found when it is made, and changes nothing.
func TestApplyPlanOfNoZone(t *testing.T) {
	for _, zone := range []string{"Asia/Soul", "Local"} {
		r := memory.NewRegistry()
		err := r.Apply(&config.Registry{
			Secrets: map[string]string{"s": "x"},
			Plans:   map[string]config.Plan{"gold": {Quota: config.Quota{N: 1, Unit: "day", Zone: zone}}},
		})
		if want := "plans.gold.quota: there is no time zone"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Apply with zone %s fails with %v, want %q", zone, err, want)
		}
		if _, ok := r.Secret("s"); ok {
			t.Errorf("Apply with zone %s kept the secrets, want nothing", zone)
		}
	}
}

// TestPlanReplaced: the new plan holds at once.
func TestPlanReplaced(t *testing.T) {
	r := memory.NewRegistry()
	for _, n := range []int64{1, 2} {
		err := r.Apply(&config.Registry{Plans: map[string]config.Plan{"gold": {Quota: config.Quota{N: n, Unit: "day"}}}})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Plan(t.Context(), "gold"); err != nil || len(got) != 1 || got[0].N != n {
			t.Errorf("Plan(gold) = %v, %v; want %d/day", got, err, n)
		}
	}
}
