package storetest

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/forward"
)

// Breaker tests the contract of forward.Breaker. fresh makes one whose circuits are closed, by that clock, for each test anew.
func Breaker(t *testing.T, fresh func(t *testing.T, now func() time.Time) forward.Breaker) {
	row, window, late := testCircuit("a"), testCircuit("a"), testCircuit("a")
	window.Window, late.Timeouts = 30*time.Second, true
	for _, topic := range []struct {
		name    string
		circuit forward.Circuit
		scripts map[string]string
	}{{"row", row, scripts()}, {"window", window, windowScripts()}, {"timeouts", late, timeoutScripts()}} {
		for name, script := range topic.scripts {
			t.Run(topic.name+": "+name, func(t *testing.T) {
				var now time.Time
				b := &breaker{t, fresh(t, func() time.Time { return now }), topic.circuit, map[string]forward.Pass{}}
				for line := range strings.SplitSeq(script, ", ") {
					word := strings.Fields(line)
					seconds, err := strconv.ParseFloat(word[0], 64)
					if err != nil {
						t.Fatal(err)
					}
					now = after(time.Duration(seconds * float64(time.Second)))
					b.play(line, word[1:])
				}
			})
		}
	}
	t.Run("backends", func(t *testing.T) { backends(t, fresh(t, noon)) })
	t.Run("64 at once", func(t *testing.T) { trialsAtOnce(t, fresh) })
}

// scripts are lines of "seconds act argument". A pass has the name of the call that begins: "0 call a closed" asks and expects
// a state; "1 fail a", "1 ok a" and "1 gone a" report how a went. Three failures open the circuit for 30 s; a trial may take 10.
func scripts() map[string]string {
	const open = "0 call a closed, 0 fail a, 0 fail a, 0 fail a, "
	return map[string]string{
		"opens after three in a row":              "0 call a closed, 0 fail a, 0 call b closed, 0 fail b, 0 call c closed, 0 fail c, 0 call d open",
		"stays open":                              open + "29.999 call b open, 30 call c trial",
		"an answer begins anew":                   "0 call a closed, 0 fail a, 0 fail a, 0 call b closed, 0 ok b, 0 call c closed, 0 fail c, 0 fail c, 0 call d closed, 0 fail c, 0 call e open",
		"answers alone":                           "0 call a closed, 0 ok a, 0 ok a, 0 call b closed, 0 fail b, 0 fail b, 0 call c closed",
		"a client that leaves counts for nothing": "0 call a closed, 0 fail a, 0 fail a, 0 gone a, 0 call b closed, 0 fail b, 0 call c open",
		"one trial":                               open + "30 call b trial, 30 call c busy, 31 call c busy, 39.999 call d busy",
		"a trial that goes well":                  open + "30 call b trial, 31 ok b, 31 call c closed, 31 fail c, 31 fail c, 31 call d closed, 31 fail c, 31 call e open",
		"a trial that fails":                      open + "30 call b trial, 35 fail b, 64.999 call c open, 65 call d trial",
		"a trial given back":                      open + "30 call b trial, 31 gone b, 31 call c trial, 31 call d busy, 32 ok c, 32 call e closed",
		"a trial given back at once":              open + "30 call b trial, 30 gone b, 30 call c trial, 30 call d busy",
		"a trial that never ends":                 open + "30 call b trial, 40 call c trial, 41 ok b, 41 call d busy, 42 ok c, 42 call e closed",
		"a trial that ends late, alone":           open + "30 call b trial, 50 ok b, 50 call c closed",
		"a trial that fails late":                 open + "30 call b trial, 40 call c trial, 41 fail b, 41 call d busy, 42 ok c, 42 call e closed",
		"a trial reported twice":                  open + "30 call b trial, 31 fail b, 31 ok b, 32 call c open",
		"reports while open":                      "0 call b closed, " + open + "10 fail b, 10 fail b, 10 fail b, 10 ok b, 20 call c open, 30 call d trial, 30 ok b, 30 call e busy",
		"failures of before it closed":            "0 call z closed, " + open + "30 call b trial, 31 ok b, 32 fail z, 32 fail z, 32 fail z, 32 call c closed",
		"opens again":                             open + "30 call b trial, 31 ok b, 32 call c closed, 32 fail c, 32 fail c, 32 fail c, 61 call d open, 62 call e trial",
		"clock steps back while closed":           "0 call a closed, 0 fail a, -60 call b closed, -60 ok b, -60 fail b, -60 fail b, -60 call c closed",
		"clock steps back while open":             open + "-1 call b open, 30 call c trial, 29 call d open, 31 ok c, 31 call e closed",
	}
}

// windowScripts are of a circuit that three failures within 30 s open; those of the last 27 s count in any store.
func windowScripts() map[string]string {
	const open = "0 call a closed, 0 fail a, 0 fail a, 0 fail a, "
	return map[string]string{
		"three within it":                     "0 call a closed, 0 fail a, 10 fail a, 20 call b closed, 20 fail b, 20 call c open",
		"answers mean nothing":                "0 call a closed, 0 fail a, 1 ok a, 10 fail a, 11 ok a, 20 fail a, 20 call b open",
		"the first nearly too old":            "0 call a closed, 0 fail a, 0 fail a, 26.9 fail a, 26.9 call b open",
		"the first too old":                   "0 call a closed, 0 fail a, 15 fail a, 30 fail a, 30 call b closed, 40 fail b, 40 call c open",
		"one every sixteen seconds":           "0 call a closed, 0 fail a, 16 fail a, 32 fail a, 48 fail a, 64 fail a, 80 fail a, 80 call b closed",
		"a long time later":                   "0 call a closed, 0 fail a, 0 fail a, 7200 call b closed, 7200 fail b, 7200 fail b, 7200 call c closed, 7201 fail c, 7201 call d open",
		"stays open":                          open + "29.999 call b open, 30 call c trial, 30 call d busy",
		"a trial that fails":                  open + "30 call b trial, 35 fail b, 64.999 call c open, 65 call d trial",
		"a trial that goes well begins anew":  open + "30 call b trial, 31 ok b, 31 call c closed, 31 fail c, 31 fail c, 31 call d closed, 32 fail c, 32 call e open",
		"failures of before it closed":        "0 call z closed, " + open + "30 call b trial, 31 ok b, 32 fail z, 32 fail z, 32 fail z, 32 call c closed",
		"failures of calls begun in a window": "0 call z closed, 60 fail z, 60 fail z, 60 call a closed, 61 fail z, 61 call b open",
	}
}

// timeoutScripts are of a circuit that three timeouts in a row open.
func timeoutScripts() map[string]string {
	const open = "0 call a closed, 0 fail a, 0 fail a, 0 fail a, "
	return map[string]string{
		"refusals do not open it":  "0 call a closed, 0 refuse a, 0 refuse a, 0 refuse a, 0 call b closed",
		"timeouts do":              open + "0 call b open",
		"a refusal begins anew":    "0 call a closed, 0 fail a, 0 fail a, 0 refuse a, 0 call b closed, 0 fail b, 0 fail b, 0 call c closed, 0 fail c, 0 call d open",
		"a trial that is refused":  open + "30 call b trial, 31 refuse b, 31 call c closed",
		"a trial that is too late": open + "30 call b trial, 31 fail b, 31 call c open",
		"a client that leaves":     open + "30 call b trial, 31 gone b, 31 call c trial",
	}
}

func testCircuit(backend string) forward.Circuit {
	return forward.Circuit{Backend: backend, Failures: 3, Open: 30 * time.Second, Trial: 10 * time.Second}
}

func failed() forward.Outcome { return forward.Outcome{Err: fault.New(fault.BackendTimeout, nil, nil)} }

// breaker is the one under test, with the passes that it gave.
type breaker struct {
	*testing.T
	forward.Breaker
	circuit forward.Circuit
	passes  map[string]forward.Pass
}

// play is one line of a script without its time.
func (b *breaker) play(line string, word []string) {
	b.Helper()
	if word[0] == "call" {
		states := map[string]forward.State{"closed": forward.Closed, "open": forward.Open, "busy": forward.Busy, "trial": forward.Trial}
		p, err := b.Allow(b.Context(), b.circuit)
		if err != nil || p.State != states[word[2]] {
			b.Fatalf("%s: state %d, %v, want %d", line, p.State, err, states[word[2]])
		}
		b.passes[word[1]] = p
		return
	}
	outcomes := map[string]forward.Outcome{
		"fail": failed(), "ok": {Status: 503}, "gone": {Err: fault.New(fault.ClientGone, nil, nil)},
		"refuse": {Err: fault.New(fault.BackendRefused, nil, nil)},
	}
	if err := b.Report(b.Context(), b.circuit, b.passes[word[1]], outcomes[word[0]]); err != nil {
		b.Fatalf("%s: %v", line, err)
	}
}

// The circuit of one backend says nothing of another's.
func backends(t *testing.T, b forward.Breaker) {
	open(t, b)
	for name, want := range map[string]forward.State{"a": forward.Open, "b": forward.Closed, "a b": forward.Closed} {
		if p, err := b.Allow(t.Context(), testCircuit(name)); err != nil || p.State != want {
			t.Errorf("Allow(%s) = %+v, %v, want state %d", name, p, err, want)
		}
	}
}

// open opens the circuit of backend a.
func open(t *testing.T, b forward.Breaker) {
	t.Helper()
	p, err := b.Allow(t.Context(), testCircuit("a"))
	for range 3 {
		if err == nil {
			err = b.Report(t.Context(), testCircuit("a"), p, failed())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// However many ask at once, one tries.
func trialsAtOnce(t *testing.T, fresh func(*testing.T, func() time.Time) forward.Breaker) {
	var seconds atomic.Int64
	b := fresh(t, func() time.Time { return after(time.Duration(seconds.Load()) * time.Second) })
	open(t, b)
	seconds.Store(30)
	var trials, busy atomic.Int32
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			p, err := b.Allow(t.Context(), testCircuit("a"))
			switch {
			case err != nil:
				t.Errorf("Allow failed: %v", err)
			case p.State == forward.Trial:
				trials.Add(1)
			case p.State == forward.Busy:
				busy.Add(1)
			}
		})
	}
	all.Wait()
	if trials.Load() != 1 || busy.Load() != 63 {
		t.Errorf("%d trials, %d busy, want 1 and 63", trials.Load(), busy.Load())
	}
}
