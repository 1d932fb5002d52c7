package gateway_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// split is a route of every sort of step, and what ran of it.
type split struct {
	*house
	route *gateway.Route
	ran   []string
}

func newSplit(refuse error) *split {
	s := &split{}
	note := func(name string, again bool, err error) gateway.Step {
		return gateway.Step{Name: name, Again: again, Run: func(_ context.Context, x *gateway.Exchange) error {
			s.ran = append(s.ran, name)
			return err
		}}
	}
	verify := note("verify", false, refuse)
	run := verify.Run
	verify.Run = func(ctx context.Context, x *gateway.Exchange) error {
		x.Principal = &gateway.Principal{App: "shop"}
		x.SetHeader("X-Left", "7")
		return run(ctx, x)
	}
	body := note("body", false, nil)
	body.Body = func(r *gateway.Request) bool { return r.Length != 0 }
	last := answer(200)
	s.route = &gateway.Route{Steps: []gateway.Step{note("read", true, nil), verify, body, note("after", false, nil), last}}
	enter := gateway.Step{Name: "route", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		s.ran = append(s.ran, "route")
		x.Enter(s.route, nil)
		return nil
	}}
	s.house = newHouse(note("first", false, nil), enter)
	return s
}

func TestResumeGoesOnWhereAuthorizeStopped(t *testing.T) {
	tests := []struct {
		name               string
		length             int64
		authorize, resumed []string
	}{
		{"without a body", 0, []string{"first", "route", "read", "verify", "body", "after"}, []string{"route", "read"}},
		{"with a body", 5, []string{"first", "route", "read", "verify"}, []string{"route", "read", "body", "after"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSplit(nil)
			r := &gateway.Request{ID: "r", Length: tt.length}
			v := s.Authorize(t.Context(), r)
			if !slices.Equal(s.ran, tt.authorize) {
				t.Errorf("authorize ran %v, want %v", s.ran, tt.authorize)
			}
			s.ran = nil
			s.Resume(t.Context(), r, v, s.send)
			if !slices.Equal(s.ran, tt.resumed) {
				t.Errorf("resume ran %v, want %v", s.ran, tt.resumed)
			}
			if len(s.sent) != 1 || s.sent[0].Status != 200 || s.sent[0].Header.Get("X-Left") != "7" {
				t.Errorf("sent %+v", s.sent)
			}
			if len(s.records) != 1 || s.records[0].Principal == nil || s.records[0].Principal.App != "shop" {
				t.Errorf("records %+v", s.records)
			}
		})
	}
}

func TestVerdictOfARefusalCarriesNoCause(t *testing.T) {
	s := newSplit(fault.New(fault.AuthHMACMismatch, fault.Args{"a": "b"}, errors.New("secret cause")))
	r := &gateway.Request{ID: "r", Length: 5}
	v := s.Authorize(t.Context(), r)
	if v.Fault == nil || v.Fault.Kind != fault.AuthHMACMismatch || v.Fault.Args["a"] != "b" || v.Fault.Err != nil {
		t.Fatalf("verdict %+v", v.Fault)
	}
	if len(s.records) != 1 || !s.records[0].Authorizer || s.records[0].Refusal.Fault.Err == nil {
		t.Errorf("the authorizer's record %+v lacks the cause", s.records)
	}
	s.Resume(t.Context(), r, v, s.send)
	if len(s.sent) != 1 || string(s.sent[0].Body) != string(fault.AuthHMACMismatch) || s.sent[0].Header.Get("X-Left") != "7" {
		t.Errorf("sent %+v", s.sent)
	}
}

func TestVerdictOfAnAnswerIsSent(t *testing.T) {
	h := newHouse(gateway.Step{Name: "cors", Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Answer = &gateway.Response{Status: http.StatusNoContent}
		return nil
	}}, answer(200))
	r := &gateway.Request{ID: "r"}
	h.Resume(t.Context(), r, h.Authorize(t.Context(), r), h.send)
	if len(h.sent) != 1 || h.sent[0].Status != http.StatusNoContent {
		t.Errorf("sent %+v", h.sent)
	}
}

func TestForeignVerdictsFailClosed(t *testing.T) {
	tests := []struct {
		name   string
		change func(*gateway.Verdict)
	}{
		{"another definition", func(v *gateway.Verdict) { v.Digest = "d2" }},
		{"another request", func(v *gateway.Verdict) { v.RequestID = "s" }},
		{"none", func(v *gateway.Verdict) { *v = gateway.Verdict{} }},
		{"more steps than there are", func(v *gateway.Verdict) { v.Done = 99 }},
		{"negative", func(v *gateway.Verdict) { v.Done = -1 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSplit(nil)
			r := &gateway.Request{ID: "r", Length: 5}
			v := s.Authorize(t.Context(), r)
			tt.change(&v)
			s.Resume(t.Context(), r, v, s.send)
			if len(s.sent) != 1 || string(s.sent[0].Body) != string(fault.InternalVerdict) {
				t.Errorf("sent %+v, want %s", s.sent, fault.InternalVerdict)
			}
		})
	}
}

func TestReadBody(t *testing.T) {
	loads := 0
	load := func(data string) func(int64) ([]byte, error) {
		return func(limit int64) ([]byte, error) {
			if loads++; int64(len(data)) > limit {
				return nil, gateway.ErrBodyTooLarge
			}
			return []byte(data), nil
		}
	}
	tests := []struct {
		name string
		r    gateway.Request
		want string
		err  error
		read int
	}{
		{name: "there already", r: gateway.Request{Body: []byte("abc"), Length: 3}, want: "abc"},
		{name: "there already, too large", r: gateway.Request{Body: []byte("abcd"), Length: -1}, err: gateway.ErrBodyTooLarge},
		{name: "announced too large is not read", r: gateway.Request{Length: 4, Load: load("abcd")}, err: gateway.ErrBodyTooLarge},
		{name: "not announced", r: gateway.Request{Length: -1, Load: load("abcd")}, err: gateway.ErrBodyTooLarge, read: 1},
		{name: "at the limit", r: gateway.Request{Length: 3, Load: load("abc")}, want: "abc", read: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loads = 0
			for range 2 {
				body, err := tt.r.ReadBody(3)
				if string(body) != tt.want || !errors.Is(err, tt.err) {
					t.Errorf("ReadBody = %q, %v, want %q, %v", body, err, tt.want, tt.err)
				}
				if err != nil {
					break
				}
			}
			if loads != tt.read {
				t.Errorf("loaded %d times, want %d", loads, tt.read)
			}
		})
	}
}
