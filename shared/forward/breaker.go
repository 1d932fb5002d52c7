package forward

import (
	"context"
	"time"

	"postern/shared/fault"
)

// Breaker remembers which backends fail. An error means that the state could not be found out: the backend is called then.
type Breaker interface {
	// Allow says whether the backend may be called now. Whoever is given State Trial must Report, or the trial lapses.
	Allow(ctx context.Context, c Circuit) (Pass, error)
	// Report says how a call went that Allow let through. Reports of calls begun before a change of state change nothing.
	Report(ctx context.Context, c Circuit, p Pass, o Outcome) error
}

// Circuit is one backend and when it is left alone.
type Circuit struct {
	Backend  string        // the state's key, of circuits with the same Window and Timeouts alone
	Failures int           // that open it
	Window   time.Duration // failures count when they lie within it, the oldest tenth of it perhaps not; 0: those in a row
	Timeouts bool          // answers that do not come in time are failures, and nothing else is
	Open     time.Duration // how long it stays so before a trial
	Trial    time.Duration // how long a trial may take before the next is let through
}

// Failed says that a call counts as a failure.
func (c Circuit) Failed(o Outcome) bool { return o.Failed() && (!c.Timeouts || o.late()) }

// Answered says that a call shows that the backend works, as far as the circuit asks. What neither failed nor answered says
// nothing of it.
func (c Circuit) Answered(o Outcome) bool { return o.Answered() || o.Failed() && !c.Failed(o) }

// State is what Allow finds.
type State int

// The states. Closed calls, Trial calls alone after Open is over; Open and Busy (another's trial is on its way) do not.
const (
	Closed State = iota
	Trial
	Open
	Busy
)

// Calls says whether the backend may be called.
func (s State) Calls() bool { return s == Closed || s == Trial }

// Pass is Allow's decision, handed back to Report.
type Pass struct {
	State State
	ID    string    // of the trial
	Began time.Time // by the breaker's clock
}

// Outcome is how a call went.
type Outcome struct {
	Status int // 0: no answer
	Took   time.Duration
	Err    error // a fault; nil: the backend answered, with whatever status
}

// Failed says that the backend did not answer: no connection, none that lasted, or not in time.
func (o Outcome) Failed() bool {
	if o.Err == nil {
		return false
	}
	switch fault.From(o.Err).Kind {
	case fault.BackendDNS, fault.BackendVPC, fault.BackendRefused, fault.BackendConnect, fault.BackendTLS,
		fault.BackendReset, fault.BackendClosed, fault.BackendMalformed, fault.BackendFunction, fault.BackendTimeout:
		return true
	}
	return false
}

func (o Outcome) late() bool { return o.Err != nil && fault.From(o.Err).Kind == fault.BackendTimeout }

// Answered says that the backend answered. What neither failed nor answered says nothing of it: the client left, or the
// request could not be sent.
func (o Outcome) Answered() bool {
	return o.Err == nil || fault.From(o.Err).Kind == fault.BackendSize
}
