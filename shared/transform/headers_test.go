package transform_test

import (
	"context"
	"net/http"
	"reflect"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/transform"
)

func text(s string) gateway.Text { return func(*gateway.Exchange) string { return s } }

func texts(pairs ...string) map[string]gateway.Text {
	m := map[string]gateway.Text{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = text(pairs[i+1])
	}
	return m
}

func TestRequest(t *testing.T) {
	for _, c := range []struct {
		name   string
		change transform.Request
		header http.Header
		query  string
		want   gateway.Outbound
	}{
		{
			name: "set", change: transform.Request{Headers: transform.Headers{Set: texts("x-a", "new", "X-B", "b")}},
			header: http.Header{"X-A": {"1", "2"}, "X-C": {"c"}},
			want:   gateway.Outbound{Header: http.Header{"X-A": {"new"}, "X-B": {"b"}, "X-C": {"c"}}},
		},
		{
			name: "other spellings", change: transform.Request{Headers: transform.Headers{Set: texts("X-User-Id", "1"), Remove: []string{"x-secret"}}},
			header: http.Header{"X_user-Id": {"2"}, "x-user-id": {"3"}, "X_Secret": {"4"}},
			want:   gateway.Outbound{Header: http.Header{"X-User-Id": {"1"}}},
		},
		{
			name: "remove after set", change: transform.Request{Headers: transform.Headers{Set: texts("X-A", "1"), Remove: []string{"x-a", "X-B"}}},
			header: http.Header{"X-B": {"b"}}, want: gateway.Outbound{Header: http.Header{}},
		},
		{
			name: "control characters", change: transform.Request{Headers: transform.Headers{Set: texts("X-A", "a\r\nX-Evil: 1\x00\x7f\té")}},
			header: http.Header{}, want: gateway.Outbound{Header: http.Header{"X-A": {"aX-Evil: 1é"}}},
		},
		{
			name: "host", change: transform.Request{Headers: transform.Headers{Set: texts("host", "other.example")}},
			header: http.Header{}, want: gateway.Outbound{Host: "other.example", Header: http.Header{}},
		},
		{
			name: "query", change: transform.Request{Query: texts("k", "v")}, header: http.Header{},
			want: gateway.Outbound{Header: http.Header{}, RawQuery: "k=v"},
		},
		{
			name: "query appended", change: transform.Request{Query: texts("k", "2", "a b", "x&y=z#é+/?")}, header: http.Header{}, query: "k=1",
			want: gateway.Outbound{Header: http.Header{}, RawQuery: "k=1&a%20b=x%26y%3Dz%23%C3%A9%2B%2F%3F&k=2"},
		},
		{
			name: "query encoded already", change: transform.Request{Query: texts("k", "%ed%99%8D 100% %zz %4")}, header: http.Header{},
			want: gateway.Outbound{Header: http.Header{}, RawQuery: "k=%ed%99%8D%20100%25%20%25zz%20%254"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &gateway.Exchange{Outbound: &gateway.Outbound{Header: c.header, RawQuery: c.query}}
			step := c.change.Step()
			if err := step.Run(context.Background(), x); err != nil || !reflect.DeepEqual(*x.Outbound, c.want) {
				t.Errorf("Run() = %+v, %v, want %+v", *x.Outbound, err, c.want)
			}
			if step.Name != "request" || !step.Again || step.Last {
				t.Errorf("Step() = %+v, want request, again", step)
			}
		})
	}
}

func TestRequestWithoutBackend(t *testing.T) {
	step := transform.Request{Query: texts("k", "v")}.Step()
	if err := step.Run(context.Background(), &gateway.Exchange{}); err != nil {
		t.Errorf("Run() = %v, want nil", err)
	}
}

func TestResponse(t *testing.T) {
	change := transform.Response{Headers: transform.Headers{Set: texts("X-A", "1"), Remove: []string{"Server"}}}
	for _, c := range []struct {
		name         string
		refusal      *gateway.Refusal
		header, want http.Header
	}{
		{"answer", nil, http.Header{"Server": {"s"}, "X-A": {"0"}}, http.Header{"X-A": {"1"}}},
		{"without header", nil, nil, http.Header{"X-A": {"1"}}},
		{"refused", &gateway.Refusal{Fault: fault.New(fault.Access, nil, nil)}, http.Header{"Server": {"s"}}, http.Header{"Server": {"s"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &gateway.Exchange{Answer: &gateway.Response{Header: c.header}, Refusal: c.refusal}
			step := change.Step()
			if err := step.Run(context.Background(), x); err != nil || !reflect.DeepEqual(x.Answer.Header, c.want) {
				t.Errorf("Run() = %v, %v, want %v", x.Answer.Header, err, c.want)
			}
			if step.Name != "response" {
				t.Errorf("Step() = %q, want response", step.Name)
			}
		})
	}
}
