package gateway_test

import (
	"net/url"
	"reflect"
	"testing"

	"postern/shared/gateway"
)

func TestWithout(t *testing.T) {
	for _, tt := range []struct{ query, name, want string }{
		{"", "a", ""},
		{"a=1", "a", ""},
		{"a", "a", ""},
		{"a=1&b=2&a=3", "a", "b=2"},
		{"%61=1&b=%zz&c=+", "a", "b=%zz&c=+"},
		{"a+b=1&a%20b=2&ab=3", "a b", "ab=3"},
		{"A=1&aa=2&%zz=3", "a", "A=1&aa=2&%zz=3"},
	} {
		if got := gateway.Without(tt.query, tt.name); got != tt.want {
			t.Errorf("Without(%q, %q) = %q, want %q", tt.query, tt.name, got, tt.want)
		}
	}
}

// FuzzWithout: nobody who reads the query finds the name in it, and everything else stays.
func FuzzWithout(f *testing.F) {
	f.Add("a=1&b=2", "a")
	f.Add("%61=1&&=&a+b", "a b")
	f.Fuzz(func(t *testing.T, query, name string) {
		want, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		delete(want, name)
		if got, err := url.ParseQuery(gateway.Without(query, name)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Without(%q, %q) holds %v, %v, want %v", query, name, got, err, want)
		}
	})
}
