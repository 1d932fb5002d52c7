package transform_test

import (
	"slices"
	"strings"
	"testing"

	"postern/shared/transform"
)

func TestChoose(t *testing.T) {
	const (
		html  = "text/html"
		plain = "text/plain"
		json  = "application/json"
		xml   = "application/xml"
	)
	for _, c := range []struct {
		name   string
		accept []string
		offers []string
		want   string // "": none
	}{
		{"no header", nil, []string{html, json}, json},
		{"empty header", []string{""}, []string{html, json}, json},
		{"nothing readable", []string{"html, */json, text"}, []string{html, json}, json},
		{"no offers", []string{"*/*"}, nil, ""},
		{"by name", nil, []string{plain, xml, html}, xml},
		{"the one", []string{"text/html"}, []string{json, html}, html},
		{"case", []string{"Text/HTML"}, []string{json, "text/html"}, html},
		{"none fits", []string{"image/png"}, []string{json, html}, ""},
		{"quality", []string{"application/json;q=0.5, text/html"}, []string{json, html}, html},
		{"quality with spaces", []string{"application/json ; Q = 0.5 , text/html;q=0.6"}, []string{json, html}, html},
		{"quality after a parameter", []string{"application/json;a=b;q=0.1, text/html;q=0.2"}, []string{json, html}, html},
		{"tie", []string{"text/html, application/json"}, []string{html, json}, json},
		{"tie by name", []string{"text/plain, text/html"}, []string{plain, html}, html},
		{"refused", []string{"application/json;q=0, */*"}, []string{json, html}, html},
		{"only refused", []string{"text/html;q=0"}, []string{html}, ""},
		{"the most specific counts", []string{"text/*;q=0.9, text/html;q=0.1, */*;q=0.5"}, []string{html, json}, json},
		{"the most specific counts in any order", []string{"text/html;q=0.1, text/*;q=0.9"}, []string{html, plain}, plain},
		{"range", []string{"text/*"}, []string{json, plain, html}, html},
		{"browser", []string{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, []string{json, html}, html},
		{"two headers", []string{"image/png", "text/plain;q=0.1"}, []string{json, plain}, plain},
		{"bad quality", []string{"application/json;q=2, text/html;q=x, text/plain;q=NaN, application/xml;q=0.1"}, []string{json, html, plain, xml}, xml},
		{"offer with a parameter", []string{"text/html"}, []string{json, "text/html; charset=utf-8"}, "text/html; charset=utf-8"},
		{"json with a parameter is first", nil, []string{xml, "application/json;charset=UTF-8"}, "application/json;charset=UTF-8"},
		{"ranges past the limit", []string{strings.Repeat("a/b,", 64) + "text/html"}, []string{html}, ""},
		{"bytes past the limit", []string{strings.Repeat(" ", 8<<10) + ",text/html"}, []string{json, html}, json},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := transform.Choose(c.accept, c.offers)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("Choose(%.60q, %q) = %q, %v, want %q", c.accept, c.offers, got, ok, c.want)
			}
		})
	}
}

// FuzzAccept: whatever is chosen was offered, and the order of offers does not matter.
func FuzzAccept(f *testing.F) {
	for _, accept := range []string{"", "*/*", "text/html;q=0.5, application/json", "*;q=.2, */*; q=.2", "a/b;q=1e-400", ";,/;q=", "text/*;q=0"} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		offers := []string{"text/html", "application/json", "text/plain;charset=utf-8"}
		got, ok := transform.Choose([]string{accept}, offers)
		if ok != slices.Contains(offers, got) {
			t.Errorf("Choose(%q) = %q, %v", accept, got, ok)
		}
		slices.Reverse(offers)
		if again, _ := transform.Choose([]string{accept}, offers); again != got {
			t.Errorf("Choose(%q) = %q and %q, by the order of offers", accept, got, again)
		}
	})
}
