package nhncloud_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"postern/shared/dialect/internal/nhncloud"
	"postern/shared/gateway"
)

func TestResult(t *testing.T) {
	first, last := nhncloud.SuccessFirst(401, "4011001", "Authorization is empty."),
		nhncloud.SuccessLast(403, "20004", "20004 Usage quota exceeded")
	for _, tt := range []struct {
		name   string
		answer *gateway.Response
		status int
		body   string
	}{
		{"first", first, 401, `{"header":{"isSuccessful":false,"resultCode":4011001,"resultMessage":"Authorization is empty."}}`},
		{"last", last, 403, `{"header":{"resultCode":20004,"resultMessage":"20004 Usage quota exceeded","isSuccessful":false}}`},
		{
			"no HTML escapes", nhncloud.SuccessFirst(400, "1", "<a href=\"x\">&\n\x00"), 400,
			`{"header":{"isSuccessful":false,"resultCode":1,"resultMessage":"<a href=\"x\">&\n\u0000"}}`,
		},
		{
			"what is no UTF-8", nhncloud.SuccessLast(400, "1", "a\xffb"), 400,
			`{"header":{"resultCode":1,"resultMessage":"a\ufffdb","isSuccessful":false}}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(tt.answer.Body); got != tt.body {
				t.Errorf("body = %s, want %s", got, tt.body)
			}
			if tt.answer.Status != tt.status {
				t.Errorf("status = %d, want %d", tt.answer.Status, tt.status)
			}
			if got := tt.answer.Header.Get("Content-Type"); got != "application/json;charset=UTF-8" {
				t.Errorf("Content-Type = %s", got)
			}
		})
	}
}

func FuzzResult(f *testing.F) {
	f.Add("20004 Usage quota exceeded")
	f.Add("\"},\x00\xff\u2028</script>")
	f.Fuzz(func(t *testing.T, message string) {
		for _, answer := range []*gateway.Response{
			nhncloud.SuccessFirst(400, "4000007", message),
			nhncloud.SuccessLast(400, "4000007", message),
		} {
			var got struct {
				Header struct {
					IsSuccessful  *bool
					ResultCode    int
					ResultMessage string
				}
			}
			if err := json.Unmarshal(answer.Body, &got); err != nil {
				t.Fatalf("%q gives %s: %v", message, answer.Body, err)
			}
			h := got.Header
			if h.IsSuccessful == nil || *h.IsSuccessful || h.ResultCode != 4000007 {
				t.Errorf("%q gives %s", message, answer.Body)
			}
			if utf8.ValidString(message) && h.ResultMessage != message {
				t.Errorf("%q comes back as %q", message, h.ResultMessage)
			}
		}
	})
}

func TestParseTime(t *testing.T) {
	want := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, s := range []string{
		"2024-05-01T00:00:00Z", "2024-05-01T09:00:00+09:00", "2024-05-01T09:00:00+0900", "2024-04-30T20:30:00-03:30",
		"2024-05-01T00:00:00+00:00",
	} {
		if got, ok := nhncloud.ParseTime(s); !ok || !got.Equal(want) {
			t.Errorf("ParseTime(%q) = %v, %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{
		"", "1714521600", "1714521600000", "Wed, 01 May 2024 00:00:00 GMT", "2024-05-01", "2024-05-01T00:00:00",
		"2024-05-01 00:00:00Z",
		"2024-05-01t00:00:00Z", "2024-05-01T00:00:00z", "2024-05-01T00:00:00.5Z", "2024-05-01T00:00:00.1234Z",
		"2024-05-01T00:00:00,5+0900",
		"2024-05-01T00:00:00.5+09:00", "2024-05-01T0:00:00Z", "2024-05-01T0:00:00.5Z", "2024-05-01T24:00:00Z",
		"2024-13-01T00:00:00Z",
		"2024-02-30T00:00:00Z", "2024-05-01T00:00:00+09", "2024-05-01T00:00:00KST", " 2024-05-01T00:00:00Z",
		"2024-05-01T00:00:00Z ",
		"2024-05-01T00:00:00Z,2024-05-01T00:00:00Z", "20240501T000000Z",
	} {
		if got, ok := nhncloud.ParseTime(s); ok {
			t.Errorf("ParseTime(%q) = %v, want it refused", s, got)
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{
		"2024-05-01T00:00:00Z", "2024-05-01T9:00:00+09:00", "2024-05-01T00:00:00.1234Z",
		"2024-05-01T00:00:00+0900",
	} {
		f.Add(s)
	}
	notation := regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:?\d{2})$`)
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := nhncloud.ParseTime(s)
		if ok && !notation.MatchString(s) {
			t.Errorf("ParseTime(%q) = %v, want it refused: it is in another notation", s, got)
		}
		if ok && !strings.HasPrefix(s, got.Format("2006-01-02T15:04:05")) {
			t.Errorf("ParseTime(%q) = %v, another time", s, got)
		}
	})
}

func TestTargets(t *testing.T) {
	for _, tt := range []struct {
		name, path, query string
		want              []string
	}{
		{"nothing to decode", "/a", "b=c", []string{"/a?b=c"}},
		{"no query", "/a", "", []string{"/a"}},
		{
			"path and query", "/files/a%20b", "name=%ED%99%8D&tag=x%26y",
			[]string{"/files/a%20b?name=%ED%99%8D&tag=x%26y", "/files/a b?name=홍&tag=x&y"},
		},
		{"plus stays", "/a+b", "c=d+%2B", []string{"/a+b?c=d+%2B", "/a+b?c=d++"}},
		{"decoded once", "/a%2541", "", []string{"/a%2541", "/a%41"}},
		{"broken escape", "/a%2", "b=%20", []string{"/a%2?b=%20"}},
		{"no UTF-8", "/a%FF", "", []string{"/a%FF"}},
		{"line feed", "/a%0Ab", "", []string{"/a%0Ab"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := nhncloud.Targets(&gateway.Request{Path: tt.path, RawQuery: tt.query})
			if !slices.Equal(got, tt.want) {
				t.Errorf("Targets(%s?%s) = %q, want %q", tt.path, tt.query, got, tt.want)
			}
		})
	}
}

func FuzzTargets(f *testing.F) {
	f.Add("/files/a%20b", "tag=x%26y")
	f.Add("/%0a%zz", "\xff")
	f.Fuzz(func(t *testing.T, path, query string) {
		r := &gateway.Request{Path: path, RawQuery: query}
		got := nhncloud.Targets(r)
		if len(got) < 1 || len(got) > 2 || got[0] != r.Target() {
			t.Fatalf("Targets(%q, %q) = %q, want the target as sent, and at most one more", path, query, got)
		}
		if len(got) == 2 && (got[1] == got[0] || strings.ContainsAny(got[1], "\r\n\x00") || !utf8.ValidString(got[1])) {
			t.Errorf("Targets(%q, %q) = %q", path, query, got)
		}
	})
}
