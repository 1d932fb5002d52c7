//go:build conformance

package function

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// outside lets a test hold the clock, in a file that is read at every use, name the id of every request, and wait longer for
// tables that answer slowly.
func outside(o Options) Options {
	o.ID, _ = o.Env("POSTERN_TEST_REQUEST_ID")
	if text, ok := o.Env("POSTERN_TEST_ATTEMPT"); ok {
		var err error
		if o.attempt, err = time.ParseDuration(text); err != nil {
			panic(fmt.Sprintf("function: the test's time for an attempt: %v", err))
		}
	}
	if file, ok := o.Env("POSTERN_TEST_CLOCK"); ok {
		o.Now = func() time.Time { return read(file) }
	}
	return o
}

// read panics where there is no time: a test that goes on by another clock would prove nothing.
func read(file string) time.Time {
	text, err := os.ReadFile(file)
	if err != nil {
		panic(fmt.Sprintf("function: the test's clock: %v", err))
	}
	at, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
	if err != nil {
		panic(fmt.Sprintf("function: the test's clock: %v", err))
	}
	return at
}
