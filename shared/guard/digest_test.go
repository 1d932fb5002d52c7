package guard_test

import (
	"context"
	"net/http"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

func TestDigest(t *testing.T) {
	const right = "RCRM4aFe5tTcJwABVky3WQ==" // of {"k":"v"}, as the vendor's clients send it
	for _, tt := range []struct {
		name string
		sent []string
		body string
		want string // problem; "": accepted
	}{
		{name: "none", body: `{"k":"v"}`},
		{name: "none without a body"},
		{name: "empty", sent: []string{""}, body: "x"},
		{name: "right", sent: []string{" " + right + " "}, body: `{"k":"v"}`},
		{name: "wrong", sent: []string{"AAAA"}, body: `{"k":"v"}`, want: "server md5 is " + right},
		{name: "of another body", sent: []string{right}, body: `{"k":"w"}`, want: "server md5 is oiLTcS8EiuTWoQqekaOdgw=="},
		{name: "hexadecimal", sent: []string{"44244ce1a15ee6d4dc270001564cb759"}, body: `{"k":"v"}`, want: "server md5 is " + right},
		{name: "twice", sent: []string{right, right}, body: `{"k":"v"}`, want: "server md5 is " + right},
		{name: "no body", sent: []string{right}, want: "body is empty"},
		{name: "of no body", sent: []string{"1B2M2Y8AsgTpgAmY7PhCfg=="}, want: "body is empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &gateway.Request{Header: http.Header{}, Body: []byte(tt.body), Length: int64(len(tt.body))}
			if tt.sent != nil {
				r.Header["Content-Md5"] = tt.sent
			}
			step := guard.Digest()
			err := step.Run(context.Background(), &gateway.Exchange{Request: r})
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("Run() = %v, want nil", err)
			case tt.want != "" && (err == nil || fault.From(err).Kind != fault.RequestDigest || fault.From(err).Args["problem"] != tt.want):
				t.Errorf("Run() = %v, want %s %q", err, fault.RequestDigest, tt.want)
			}
			needs := tt.sent != nil && tt.sent[0] != "" && tt.body != ""
			if got := step.Body(r); got != needs || step.Name != "digest" || step.Again || step.Last {
				t.Errorf("step %+v needs the body: %v, want %v", step, got, needs)
			}
		})
	}
}
