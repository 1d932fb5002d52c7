package gateway_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"postern/shared/gateway"
)

func pairs(query string) (all []string) {
	for key, value := range gateway.Pairs(query) {
		all = append(all, key, value)
	}
	return all
}

func TestPairs(t *testing.T) {
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"", nil},
		{"b=2&a=1&b=3", []string{"b", "2", "a", "1", "b", "3"}},
		{"a+b=%2B+%3D&c=d=e", []string{"a b", "+ =", "c", "d=e"}},
		{"a&b=", []string{"a", "", "b", ""}},
		{"a=%zz&%zz=1", []string{"a", "%zz", "%zz", "1"}},
		{"&a=1&&=2&", []string{"a", "1", "", "2"}},
	} {
		if got := pairs(tt.query); !slices.Equal(got, tt.want) {
			t.Errorf("Pairs(%q) = %q, want %q", tt.query, got, tt.want)
		}
	}
	for key := range gateway.Pairs("a&b&c") {
		if key == "b" {
			break // a loop may end early
		}
	}
}

// FuzzPairs: what the standard library can read is read alike, and a second time too.
func FuzzPairs(f *testing.F) {
	for _, query := range []string{"a=1&a=2", "&&&=0", "%61+=%2b&=&&b", "a;b=1", "%zz=1"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		seq := gateway.Pairs(query)
		first := map[string]string{}
		for range 2 {
			clear(first)
			for key, value := range seq {
				if _, again := first[key]; !again {
					first[key] = value
				}
			}
		}
		values, err := url.ParseQuery(query)
		if err != nil || strings.Contains(query, ";") {
			return
		}
		for key := range values {
			if got, ok := first[key]; !ok || got != values.Get(key) {
				t.Errorf("Pairs(%q) has %q = %q, want %q", query, key, got, values.Get(key))
			}
		}
	})
}
