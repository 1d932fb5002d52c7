package config_test

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"testing"
	"time"

	"postern/shared/config"
)

type unit interface {
	encoding.TextUnmarshaler
	Pattern() string
}

func units() map[string]unit {
	return map[string]unit{
		"duration": new(config.Duration), "size": new(config.Size), "prefix": new(config.Prefix),
		"rate": new(config.Rate), "quota": new(config.Quota), "window": new(config.Window),
	}
}

func TestUnits(t *testing.T) {
	for _, tt := range []struct {
		unit, text string
		want       any // nil: refused
	}{
		{"duration", "500ms", config.Duration(500 * time.Millisecond)},
		{"duration", "1m30s", config.Duration(90 * time.Second)},
		{"duration", "1.5h", config.Duration(90 * time.Minute)},
		{"duration", "10µs", config.Duration(10 * time.Microsecond)},
		{"duration", "0s", config.Duration(0)},
		{"duration", "5", nil},
		{"duration", "0", nil},
		{"duration", "", nil},
		{"duration", "-5s", nil},
		{"duration", "+5s", nil},
		{"duration", ".5s", nil},
		{"duration", "5 s", nil},
		{"duration", "5d", nil},
		{"duration", "5S", nil},
		{"size", "512B", config.Size(512)},
		{"size", "960KiB", config.Size(960 * 1024)},
		{"size", "10MiB", config.Size(10 * 1024 * 1024)},
		{"size", "1MB", config.Size(1_000_000)},
		{"size", "2KB", config.Size(2_000)},
		{"size", "5GB", config.Size(5_000_000_000)},
		{"size", "10GiB", config.Size(10 << 30)},
		{"size", "8589934591GiB", config.Size(8589934591 << 30)},
		{"size", "8589934592GiB", nil}, // 2^63 bytes
		{"size", "99999999999999999999B", nil},
		{"size", "1024", nil},
		{"size", "1.5MiB", nil},
		{"size", "-1B", nil},
		{"size", "+1B", nil},
		{"size", "10mb", nil},
		{"size", "10 MB", nil},
		{"size", "B", nil},
		{"rate", "20/s", config.Rate{N: 20, Per: time.Second}},
		{"rate", "500/m", config.Rate{N: 500, Per: time.Minute}},
		{"rate", "0/h", config.Rate{N: 0, Per: time.Hour}},
		{"rate", "20", nil},
		{"rate", "20/", nil},
		{"rate", "/s", nil},
		{"rate", "20/sec", nil},
		{"rate", "20/day", nil},
		{"rate", "-20/s", nil},
		{"rate", "+20/s", nil},
		{"rate", "1.5/s", nil},
		{"rate", "9223372036854775808/s", nil},
		{"quota", "1000/day", config.Quota{N: 1000, Unit: "day"}},
		{"quota", "10000/day in Asia/Seoul", config.Quota{N: 10000, Unit: "day", Zone: "Asia/Seoul"}},
		{"quota", "1/second", config.Quota{N: 1, Unit: "second"}},
		{"quota", "1/minute", config.Quota{N: 1, Unit: "minute"}},
		{"quota", "1/hour", config.Quota{N: 1, Unit: "hour"}},
		{"quota", "0/month", config.Quota{N: 0, Unit: "month"}},
		{"quota", "1/year", nil},
		{"quota", "1/days", nil},
		{"quota", "1/day in ", nil},
		{"quota", "1/day in  UTC", nil},
		{"quota", "1/day Asia/Seoul", nil},
		{"quota", "1000", nil},
		{"window", "1/10s", config.Window{N: 1, For: 10 * time.Second}},
		{"window", "100/1m30s", config.Window{N: 100, For: 90 * time.Second}},
		{"window", "1/10", nil},
		{"window", "1/0s", nil},
		{"window", "10s", nil},
		{"window", "1/s", nil},
		{"prefix", "10.0.0.1/8", "10.0.0.0/8"},
		{"prefix", "203.0.113.9", "203.0.113.9/32"},
		{"prefix", "2001:db8::1", "2001:db8::1/128"},
		{"prefix", "2001:db8::/32", "2001:db8::/32"},
		{"prefix", "10.0.0.0/33", nil},
		{"prefix", "10.0.0", nil},
		{"prefix", "fe80::1%eth0", nil},
		{"prefix", "localhost", nil},
	} {
		t.Run(tt.unit+" "+tt.text, func(t *testing.T) {
			u := units()[tt.unit]
			err := u.UnmarshalText([]byte(tt.text))
			if tt.want == nil {
				if err == nil {
					t.Errorf("UnmarshalText(%q) = %v, want an error", tt.text, u)
				}
				return
			}
			got := reflect.ValueOf(u).Elem().Interface()
			if p, ok := got.(config.Prefix); ok {
				got = p.String()
			}
			if err != nil || got != tt.want {
				t.Errorf("UnmarshalText(%q) = %v, %v, want %v", tt.text, got, err, tt.want)
			}
		})
	}
}

// TestPatterns: a schema that refuses what is wrong in form spares its user a run.
func TestPatterns(t *testing.T) {
	for name, wrong := range map[string][]string{
		"duration": {"5", "5 s", "s", "-5s"}, "size": {"5", "5mb", "1.5MB"}, "rate": {"5", "5/d", "5/sec"},
		"quota": {"5/d", "5/day in", "5"}, "window": {"5/10", "10s"}, "prefix": {"localhost", "10.0.0.0/8000"},
	} {
		for _, text := range wrong {
			if regexp.MustCompile(units()[name].Pattern()).MatchString(text) {
				t.Errorf("the pattern of %s takes %q", name, text)
			}
		}
	}
}

func TestIsZero(t *testing.T) {
	if !(config.Rate{}).IsZero() || !(config.Quota{}).IsZero() || !(config.Window{}).IsZero() || !(config.Prefix{}).IsZero() {
		t.Error("IsZero of a zero value = false, want true")
	}
	if (config.Rate{Per: time.Second}).IsZero() || (config.Quota{Unit: "day"}).IsZero() || (config.Window{For: time.Second}).IsZero() {
		t.Error("IsZero of none at all a second = true, want false: it admits nothing")
	}
}

// FuzzUnits: what is read is written in a form that reads the same, and that the schema's pattern takes.
func FuzzUnits(f *testing.F) {
	for _, text := range []string{"1m30s", "10GiB", "20/s", "10000/day in Asia/Seoul", "1/10s", "10.0.0.1/8", "1h.5m", "1.s", "10μs", "::ffff:1.2.3.4"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, u := range units() {
			if u.UnmarshalText([]byte(text)) != nil {
				continue
			}
			written, err := u.(encoding.TextMarshaler).MarshalText()
			if err != nil {
				t.Fatalf("MarshalText of %s %q: %v", name, text, err)
			}
			again := units()[name]
			if err := again.UnmarshalText(written); err != nil || !reflect.DeepEqual(again, u) {
				t.Errorf("%s %q is written %q, which reads %v, %v", name, text, written, again, err)
			}
			for _, form := range []string{text, string(written)} {
				if name != "quota" && !regexp.MustCompile(u.Pattern()).MatchString(form) { // names of zones are Check's
					t.Errorf("the pattern of %s refuses %q", name, form)
				}
			}
			if s, ok := reflect.TypeAssert[fmt.Stringer](reflect.ValueOf(u).Elem()); ok && s.String() != string(written) {
				t.Errorf("String of %s %q = %q, want %q", name, text, s, written)
			}
		}
	})
}
