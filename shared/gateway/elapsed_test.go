package gateway_test

import (
	"context"
	"testing"
	"time"

	"postern/shared/gateway"
)

func TestElapsed(t *testing.T) {
	at := time.Unix(0, 0)
	var spent []time.Duration
	step := gateway.Step{Name: "s", Run: func(_ context.Context, x *gateway.Exchange) error {
		spent = append(spent, x.Elapsed())
		return nil
	}}
	end := gateway.Step{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Answer = &gateway.Response{Status: 200}
		return nil
	}}
	g := gateway.Gateway{
		Find: func(*gateway.Request) *gateway.API {
			return &gateway.API{Steps: []gateway.Step{step, step, end}, Amend: []gateway.Step{step}}
		},
		Now: func() time.Time { at = at.Add(time.Millisecond); return at },
		Log: func(context.Context, *gateway.Record) {},
	}
	g.Serve(context.Background(), &gateway.Request{}, func(*gateway.Response) error { return nil })
	if len(spent) != 3 || spent[0] != 0 || spent[1] != time.Millisecond || spent[2] != 3*time.Millisecond {
		t.Errorf("Elapsed = %v, want 0, 1 and 3 ms", spent)
	}
}
