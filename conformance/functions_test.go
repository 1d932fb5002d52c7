package conformance_test

import (
	"strings"
	"testing"
)

// called is a definition whose backend is a function.
var called = strings.Replace(definition, `{url: "http://${backend people}"}`, "{function: members}", 1)

const invoked = "-- backend lambda raw --\nHTTP/1.1 200 OK\nContent-Length: ${length}\nConnection: close\n\n" +
	`{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"GET /members"}` + "\n"

// TestRunFunctions is about what stands beside the definition where functions are called, or are what serves.
func TestRunFunctions(t *testing.T) {
	for _, tt := range []struct{ name, text, fails string }{
		{"lambda", head + called + invoked + get + hello, ""},
		{"no lambda", head + "doors: direct because functions have an endpoint of their own elsewhere\n" + called + get + hello, "functions are not called here"},
		{"nothing around", head + definition + "-- function 5s --\nPOSTERN_CALLS=${backend people}\n" + get + hello, ""},
		{"unknown expression", head + definition + "-- function --\nA=${backend nobody}\n" + get + hello, "there is no such backend"},
		{"no duration", head + definition + "-- function soon --\n" + get + hello, "invalid duration"},
		{"twice", head + definition + "-- function 5s --\n-- function 5s --\n" + get + hello, "write function [TIMEOUT] once"},
		{"too much", head + definition + "-- function 5s 6s --\n" + get + hello, "write function [TIMEOUT] once"},
		{"proxy twice", head + definition + "-- proxy.yaml --\nversion: 1\n-- proxy.yaml --\nversion: 1\n" + get + hello, "given twice"},
		{"proxy broken", head + definition + "-- proxy.yaml --\nversion: 2\n" + get + hello, "proxy.yaml"},
	} {
		t.Run(tt.name, func(t *testing.T) { run(t, tt.text, tt.fails) })
	}
}

// TestRunProxy: an authorizer and a proxy with different definitions do not understand each other.
func TestRunProxy(t *testing.T) {
	other := "-- proxy.yaml --\n" + strings.Replace(strings.SplitN(definition, "-- registry", 2)[0], "-- postern.yaml --\n", "", 1)
	const refused = "-- answers --\nnhn/undocumented/internal 1\n-- log --\nkind=internal.verdict\n"
	doors := head + "doors: split because a verdict travels there\n"
	run(t, doors+definition+other+get+hello, "")
	run(t, doors+definition+strings.Replace(other, "2/s", "3/s", 1)+get+refused, "")
}
