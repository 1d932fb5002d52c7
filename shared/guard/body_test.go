package guard_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

func TestBody(t *testing.T) {
	load := func(body string, err error) func(int64) ([]byte, error) {
		return func(limit int64) ([]byte, error) {
			if int64(len(body)) > limit {
				return nil, gateway.ErrBodyTooLarge
			}
			return []byte(body), err
		}
	}
	busy := fault.New(fault.InternalBusy, nil, nil)
	unread := func(int64) ([]byte, error) { t.Error("the body is read"); return nil, nil }
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	tests := []struct {
		name    string
		ctx     context.Context
		request gateway.Request
		want    error // by its kind, or as it is
		body    string
	}{
		{name: "none", request: gateway.Request{}},
		{name: "at hand", request: gateway.Request{Body: []byte("12345"), Length: 5}, body: "12345"},
		{
			name: "at hand, too long", request: gateway.Request{Body: []byte("123456"), Length: 6},
			want: fault.New(fault.RequestSize, nil, nil),
		},
		{name: "read", request: gateway.Request{Length: 5, Load: load("12345", nil)}, body: "12345"},
		{name: "read without a length", request: gateway.Request{Length: -1, Load: load("1234", nil)}, body: "1234"},
		{
			name: "too long without a length", request: gateway.Request{Length: -1, Load: load("123456", nil)},
			want: fault.New(fault.RequestSize, nil, nil),
		},
		{
			name: "announced too long", request: gateway.Request{Length: 6, Load: unread},
			want: fault.New(fault.RequestSize, nil, nil),
		},
		{
			name: "broken", request: gateway.Request{Length: -1, Load: load("", io.ErrUnexpectedEOF)},
			want: fault.New(fault.RequestMalformed, nil, nil),
		},
		{
			name:    "the door is busy",
			request: gateway.Request{Length: 5, Load: load("", busy)}, want: busy,
		},
		{
			name: "the client left", ctx: gone, request: gateway.Request{Length: 5, Load: load("", io.ErrUnexpectedEOF)},
			want: context.Canceled,
		},
		{
			name: "the reading was cancelled", request: gateway.Request{Length: 5, Load: load("", context.Canceled)},
			want: context.Canceled,
		},
		{
			name: "the time is over", request: gateway.Request{Length: 5, Load: load("", context.DeadlineExceeded)},
			want: context.DeadlineExceeded,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx := tt.ctx
			if ctx == nil {
				ctx = context.Background()
			}
			x := &gateway.Exchange{Request: &tt.request}
			err := guard.Body{Limit: 5}.Step().Run(ctx, x)
			var got, want *fault.Fault
			switch {
			case errors.As(tt.want, &want):
				if !errors.As(err, &got) || got.Kind != want.Kind {
					t.Fatalf("Run = %v, want %v", err, want)
				}
				if got.Kind == fault.RequestSize && got.Args["limit"] != "5" {
					t.Errorf("Run has the limit %q, want 5", got.Args["limit"])
				}
			case !errors.Is(err, tt.want) || errors.As(err, &got):
				t.Fatalf("Run = %v, want %v", err, tt.want)
			}
			if string(tt.request.Body) != tt.body && tt.want == nil {
				t.Errorf("the body is %q, want %q", tt.request.Body, tt.body)
			}
		})
	}
}

func TestBodyIsNeeded(t *testing.T) {
	step := guard.Body{Limit: 5}.Step()
	if step.Name != "body" || step.Again || step.Last {
		t.Errorf("Step() = %q, Again %v, Last %v, want body alone", step.Name, step.Again, step.Last)
	}
	load := func(int64) ([]byte, error) { return nil, nil }
	for name, tt := range map[string]struct {
		request gateway.Request
		want    bool
	}{
		"none":           {gateway.Request{}, false},
		"none announced": {gateway.Request{Load: load}, false},
		"announced":      {gateway.Request{Length: 1, Load: load}, true},
		"not announced":  {gateway.Request{Length: -1, Load: load}, true},
		"at hand":        {gateway.Request{Body: []byte("1")}, true},
	} {
		if got := step.Body(&tt.request); got != tt.want {
			t.Errorf("%s: Body = %v, want %v", name, got, tt.want)
		}
	}
}
