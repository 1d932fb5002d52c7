package app_test

import (
	"bytes"
	"testing"
)

func TestBodyLimit(t *testing.T) {
	for _, c := range []struct {
		name, api, policy string
		length, status    int
	}{
		{name: "the vendor's", api: "nhn", length: 10 << 20, status: 200},
		{name: "over the vendor's", api: "nhn", length: 10<<20 + 1, status: 413},
		{
			name: "over the vendor's, of the response", api: "nhn", policy: "sizes: {response: 20MiB}",
			length: 10<<20 + 1, status: 413,
		},
		{name: "the definition's", api: "nhn", policy: "sizes: {request: 1KiB}", length: 1024, status: 200},
		{name: "over the definition's", api: "nhn", policy: "sizes: {request: 1KiB}", length: 1025, status: 413},
		{name: "toast", api: "toast", policy: "sizes: {request: 1KiB}", length: 1025, status: 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, problems := compiled(t, guarded("", c.policy), nil)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			r := request("/" + c.api + "/m")
			r.Method, r.Body = "POST", bytes.Repeat([]byte("a"), c.length)
			if a := answered(t, g, r); a.Status != c.status {
				t.Errorf("answer = %d %s, want %d", a.Status, a.Body, c.status)
			}
		})
	}
}
