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

// TestVerdictIsForOneRequestLine: the steps of another route, or of another request line, are not taken for done.
func TestVerdictIsForOneRequestLine(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(s *split, r *gateway.Request)
		want   string
	}{
		{"the same", func(*split, *gateway.Request) {}, ""},
		{"another method", func(_ *split, r *gateway.Request) { r.Method = "POST" }, string(fault.InternalVerdict)},
		{"another path", func(_ *split, r *gateway.Request) { r.Path = "/b" }, string(fault.InternalVerdict)},
		{"another API", func(s *split, _ *gateway.Request) { s.api.Name = "b" }, string(fault.InternalVerdict)},
		{"another route", func(s *split, _ *gateway.Request) { s.route.Name = "other" }, string(fault.InternalVerdict)},
		{"a step of another name", func(s *split, _ *gateway.Request) { s.route.Steps[1].Name = "other" }, string(fault.InternalVerdict)},
		{"a step more", func(s *split, _ *gateway.Request) {
			s.api.Steps = append([]gateway.Step{step("new", pass)}, s.api.Steps...)
		}, string(fault.InternalVerdict)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSplit(nil)
			r := &gateway.Request{ID: "r", Method: "GET", Path: "/a", Length: 5}
			v := s.Authorize(t.Context(), r)
			tt.change(s, r)
			s.ran = nil
			s.Resume(t.Context(), r, v, s.send)
			if len(s.sent) != 1 || string(s.sent[0].Body) != tt.want || slices.Contains(s.ran, "verify") {
				t.Errorf("ran %v, sent %+v, want %q", s.ran, s.sent, tt.want)
			}
		})
	}
}

// TestBodilessVerdict: who was judged to have no body has none.
func TestBodilessVerdict(t *testing.T) {
	for length, want := range map[int64]string{0: "", 5: string(fault.InternalVerdict), -1: string(fault.InternalVerdict)} {
		s := newSplit(nil)
		r := &gateway.Request{ID: "r"}
		v := s.Authorize(t.Context(), r)
		r.Length = length
		s.Resume(t.Context(), r, v, s.send)
		if len(s.sent) != 1 || string(s.sent[0].Body) != want {
			t.Errorf("length %d: sent %+v, want %q", length, s.sent, want)
		}
	}
}

func TestAdmit(t *testing.T) {
	mismatch := fault.New(fault.AuthHMACMismatch, nil, errors.New("cause"))
	preflight := gateway.Step{Name: "cors", Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Answer = &gateway.Response{Status: http.StatusNoContent}
		return nil
	}}
	panics := step("x", func(context.Context, *gateway.Exchange) error { panic("step") })
	for _, tt := range []struct {
		name   string
		house  *house
		length int64
		status int // 0: admitted
		kind   fault.Kind
		cause  string
	}{
		{name: "admitted", house: newSplit(nil).house},
		{name: "refused", house: newSplit(mismatch).house, status: 499, kind: fault.AuthHMACMismatch, cause: "cause"},
		{name: "a body is needed", house: newSplit(nil).house, length: 5, status: 499, kind: fault.Internal, cause: "step body needs the body"},
		{name: "answered", house: newHouse(preflight, answer(200)), status: 204},
		{name: "a panic", house: newHouse(panics, answer(200)), status: 499, kind: fault.Internal, cause: "panic: step"},
		{name: "nothing answers", house: newHouse(step("x", pass)), status: 499, kind: fault.Internal, cause: "no step answered"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := tt.house.Admit(t.Context(), &gateway.Request{ID: "r", Length: tt.length})
			if got := x.Answer; (got == nil) != (tt.status == 0) || got != nil && got.Status != tt.status {
				t.Fatalf("Admit = %+v, want status %d", got, tt.status)
			}
			if len(tt.house.sent) > 0 || len(tt.house.records) != 1 || !tt.house.records[0].Authorizer {
				t.Fatalf("sent %+v, records %+v, want one record of an authorizer", tt.house.sent, tt.house.records)
			}
			if tt.kind != "" {
				checkRefusal(t, tt.house.records[0], tt.kind, tt.cause)
			} else if x.Refusal != nil {
				t.Errorf("refused: %+v", x.Refusal)
			}
		})
	}
}
