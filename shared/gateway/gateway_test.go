package gateway_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// house is a gateway of one API whose steps a test chooses; it keeps what was sent and recorded.
type house struct {
	gateway.Gateway
	api     gateway.API
	sent    []*gateway.Response
	records []*gateway.Record
	sendErr []error // of the first sends; nil after
}

func newHouse(steps ...gateway.Step) *house {
	h := &house{}
	h.api = gateway.API{Name: "a", Digest: "d1", Steps: steps, Render: render}
	clock := time.Unix(0, 0)
	h.Gateway = gateway.Gateway{
		Find: func(*gateway.Request) *gateway.API { return &h.api },
		Now:  func() time.Time { clock = clock.Add(time.Millisecond); return clock },
		Log:  func(_ context.Context, r *gateway.Record) { h.records = append(h.records, r) },
	}
	return h
}

func render(f *fault.Fault, x *gateway.Exchange) *gateway.Response {
	x.Refusal = &gateway.Refusal{Fault: f, Row: "row/" + string(f.Kind)}
	return &gateway.Response{Status: 499, Body: []byte(f.Kind)}
}

func (h *house) send(a *gateway.Response) error {
	h.sent = append(h.sent, a)
	if n := len(h.sent) - 1; n < len(h.sendErr) {
		if h.sendErr[n] == errPanic {
			panic("in send")
		}
		return h.sendErr[n]
	}
	return nil
}

var errPanic = errors.New("panic")

func step(name string, run func(context.Context, *gateway.Exchange) error) gateway.Step {
	return gateway.Step{Name: name, Run: run}
}

func answer(status int) gateway.Step {
	return gateway.Step{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Answer = &gateway.Response{Status: status}
		return nil
	}}
}

func pass(context.Context, *gateway.Exchange) error { return nil }

func TestServe(t *testing.T) {
	denied := fault.New(fault.AccessAddress, nil, nil)
	tests := []struct {
		name     string
		steps    []gateway.Step
		amend    []gateway.Step
		render   func(*fault.Fault, *gateway.Exchange) *gateway.Response
		sendErr  []error
		statuses []int // of what was sent, in order
		kind     fault.Kind
		cause    string
	}{
		{name: "answered", steps: []gateway.Step{answer(200)}, statuses: []int{200}},
		{name: "the first answer ends the steps", steps: []gateway.Step{answer(201), answer(202)}, statuses: []int{201}},
		{name: "refused", steps: []gateway.Step{gateway.Fail("x", denied), answer(200)}, statuses: []int{499}, kind: fault.AccessAddress},
		{name: "wrapped fault", steps: []gateway.Step{gateway.Fail("x", errors.Join(errors.New("y"), denied))}, statuses: []int{499}, kind: fault.AccessAddress},
		{name: "plain error", steps: []gateway.Step{gateway.Fail("x", errors.New("boom"))}, statuses: []int{499}, kind: fault.Internal, cause: "boom"},
		{name: "client gone", steps: []gateway.Step{gateway.Fail("x", context.Canceled)}, statuses: []int{499}, kind: fault.ClientGone},
		{name: "nobody answers", steps: []gateway.Step{step("x", pass)}, statuses: []int{499}, kind: fault.Internal, cause: "no step answered"},
		{name: "no steps", statuses: []int{499}, kind: fault.Internal},
		{
			name:  "panic in a step",
			steps: []gateway.Step{step("x", func(context.Context, *gateway.Exchange) error { panic("oh") })}, statuses: []int{499},
			kind: fault.Internal, cause: "panic: oh",
		},
		{
			name: "panic in amending", steps: []gateway.Step{answer(200)},
			amend:    []gateway.Step{step("x", func(context.Context, *gateway.Exchange) error { panic("oh") })},
			statuses: []int{499}, kind: fault.Internal, cause: "panic: oh",
		},
		{
			name: "amending refuses", steps: []gateway.Step{answer(200)}, amend: []gateway.Step{gateway.Fail("x", denied)},
			statuses: []int{499}, kind: fault.AccessAddress,
		},
		{
			name: "panic in rendering", steps: []gateway.Step{gateway.Fail("x", denied)},
			render:   func(*fault.Fault, *gateway.Exchange) *gateway.Response { panic("oh") },
			statuses: []int{500}, kind: fault.Internal, cause: "access.address",
		},
		{
			name: "rendering gives nothing", steps: []gateway.Step{gateway.Fail("x", denied)},
			render:   func(*fault.Fault, *gateway.Exchange) *gateway.Response { return nil },
			statuses: []int{500}, kind: fault.Internal, cause: "access.address",
		},
		{name: "send fails", steps: []gateway.Step{answer(200)}, sendErr: []error{errors.New("reset")}, statuses: []int{200}},
		{name: "send panics", steps: []gateway.Step{answer(200)}, sendErr: []error{errPanic}, statuses: []int{200}},
		{
			name: "too large for the door", steps: []gateway.Step{answer(200)}, sendErr: []error{gateway.ErrTooLarge},
			statuses: []int{200, 499}, kind: fault.BackendSize,
		},
		{
			name: "even the refusal is too large", steps: []gateway.Step{answer(200)}, statuses: []int{200, 499}, kind: fault.BackendSize,
			sendErr: []error{gateway.ErrTooLarge, gateway.ErrTooLarge},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(tt.steps...)
			h.api.Amend, h.sendErr = tt.amend, tt.sendErr
			if tt.render != nil {
				h.api.Render = tt.render
			}
			h.Serve(t.Context(), &gateway.Request{ID: "r"}, h.send)

			var statuses []int
			for _, a := range h.sent {
				statuses = append(statuses, a.Status)
			}
			if !slices.Equal(statuses, tt.statuses) {
				t.Errorf("sent %v, want %v", statuses, tt.statuses)
			}
			if len(h.records) != 1 {
				t.Fatalf("%d records, want 1", len(h.records))
			}
			checkRefusal(t, h.records[0], tt.kind, tt.cause)
			if failed := len(tt.sendErr) >= len(tt.statuses) && len(tt.sendErr) > 0; (h.records[0].SendErr != nil) != failed {
				t.Errorf("SendErr = %v, want one: %v", h.records[0].SendErr, failed)
			}
		})
	}
}

func checkRefusal(t *testing.T, r *gateway.Record, kind fault.Kind, cause string) {
	t.Helper()
	if kind == "" {
		if r.Refusal != nil {
			t.Errorf("refusal %v, want none", r.Refusal.Fault)
		}
		return
	}
	if r.Refusal == nil || r.Refusal.Fault.Kind != kind {
		t.Fatalf("refusal %+v, want kind %s", r.Refusal, kind)
	}
	if got := r.Refusal.Fault.Error(); !strings.Contains(got, cause) {
		t.Errorf("cause %q, want one with %q", got, cause)
	}
}

func TestPanickingLoggerDoesNotReachTheDoor(t *testing.T) {
	h := newHouse(answer(200))
	h.Log = func(context.Context, *gateway.Record) { panic("full disk") }
	h.Serve(t.Context(), &gateway.Request{}, h.send)
	if len(h.sent) != 1 {
		t.Errorf("sent %d answers, want 1", len(h.sent))
	}
}

func TestEnterGoesOverToTheRoute(t *testing.T) {
	var ran []string
	note := func(name string) gateway.Step {
		return step(name, func(context.Context, *gateway.Exchange) error { ran = append(ran, name); return nil })
	}
	r := &gateway.Route{Name: "r", Steps: []gateway.Step{note("after"), answer(200)}, Amend: []gateway.Step{note("amend")}}
	enter := step("route", func(_ context.Context, x *gateway.Exchange) error {
		x.Enter(r, map[string]string{"id": "7"})
		return nil
	})
	h := newHouse(note("before"), enter, note("never"))
	h.api.Amend = []gateway.Step{note("never")}
	h.Serve(t.Context(), &gateway.Request{}, h.send)
	if want := []string{"before", "after", "amend"}; !slices.Equal(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}
	var names []string
	for _, s := range h.records[0].Steps {
		names = append(names, s.Step)
		if s.Took <= 0 {
			t.Errorf("step %s took %v", s.Step, s.Took)
		}
	}
	if want := []string{"before", "route", "after", "forward"}; !slices.Equal(names, want) {
		t.Errorf("recorded %v, want %v", names, want)
	}
}

func TestHeadersOfTheExchangeWin(t *testing.T) {
	set := step("set", func(_ context.Context, x *gateway.Exchange) error { x.SetHeader("x-a", "ours"); return nil })
	back := gateway.Step{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Answer = &gateway.Response{Status: 200, Header: http.Header{"X-A": {"theirs"}, "X-B": {"theirs"}}}
		return nil
	}}
	h := newHouse(set, back)
	h.Serve(t.Context(), &gateway.Request{}, h.send)
	if got := h.sent[0].Header; got.Get("X-A") != "ours" || got.Get("X-B") != "theirs" {
		t.Errorf("header %v", got)
	}
}

func TestChargesAreGivenBackOnlyForALimit(t *testing.T) {
	tests := []struct {
		kind   fault.Kind
		undone []string
	}{
		{fault.LimitKind("app", "quota"), []string{"second", "first"}},
		{fault.Limit, []string{"second", "first"}},
		{"limits", nil},
		{fault.AuthHMACMismatch, nil},
		{fault.BackendTimeout, nil},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			var undone []string
			charge := func(name string) gateway.Step {
				return step(name, func(_ context.Context, x *gateway.Exchange) error {
					x.Undo(func(ctx context.Context) {
						if ctx.Err() == nil { // giving back must outlive the client
							undone = append(undone, name)
						}
					})
					return nil
				})
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			h := newHouse(charge("first"), charge("second"), gateway.Fail("limit", fault.New(tt.kind, nil, nil)))
			h.Serve(ctx, &gateway.Request{}, h.send)
			if !slices.Equal(undone, tt.undone) {
				t.Errorf("undone %v, want %v", undone, tt.undone)
			}
		})
	}
}
