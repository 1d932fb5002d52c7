package guard_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// run is the kind of fault that the step refuses with, "" for none.
func run(t testing.TB, step gateway.Step, x *gateway.Exchange) string {
	t.Helper()
	err := step.Run(context.Background(), x)
	if err == nil {
		return ""
	}
	var f *fault.Fault
	if !errors.As(err, &f) {
		t.Fatalf("%s: %v, want a fault", step.Name, err)
	}
	return string(f.Kind)
}

// header has pairs of a name and a value.
func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}
