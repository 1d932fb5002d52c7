package dynamo_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

// TestBreakerFailsOpen: while the table does not answer, the backend is called, and the record says so.
func TestBreakerFailsOpen(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	t.Cleanup(backend.Close)
	wrong := code(http.StatusBadRequest, "AccessDeniedException", "no")
	tests := []struct {
		name      string
		answers   []reply
		tolerated int
		kind      fault.Kind
	}{
		{"read fails", []reply{wrong}, 1, ""},
		{"claim fails", []reply{ok(`"Item":` + openItem), wrong}, 1, ""},
		{"it closed", []reply{ok("")}, 0, ""},
		{"it opened again", []reply{ok(`"Item":{"o":{"N":"2237112060000"}}`)}, 0, fault.BackendBreaker},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, _, now := rig(t, tt.answers...)
			*now = noon.Add(30 * time.Second)
			x, err := call(t, b, backend.URL)
			if kind := kindOf(err); kind != tt.kind || len(x.Tolerated) != tt.tolerated {
				t.Fatalf("refused with %q, tolerated %v; want %q and %d tolerated", kind, x.Tolerated, tt.kind, tt.tolerated)
			}
			if tt.kind == "" && x.Answer.Status != http.StatusTeapot {
				t.Errorf("status %d, want the backend's", x.Answer.Status)
			}
			for _, err := range x.Tolerated {
				if !strings.HasPrefix(err.Error(), "breaker: dynamo: table state: ") {
					t.Errorf("tolerated %q, want it to name the breaker and the table", err)
				}
			}
		})
	}
	t.Run("report fails", func(t *testing.T) {
		table, _ := answers(t, wrong)
		b := dynamo.NewBreaker(table, func() time.Time { return noon })
		x, err := call(t, b, "http://127.0.0.1:1")
		if kindOf(err) != fault.BackendRefused || len(x.Tolerated) != 1 {
			t.Errorf("refused with %v, tolerated %v; want %s and 1 tolerated", err, x.Tolerated, fault.BackendRefused)
		}
	})
}

func kindOf(err error) fault.Kind {
	if err == nil {
		return ""
	}
	return fault.From(err).Kind
}

// call sends a request to a backend that the breaker guards.
func call(t *testing.T, b forward.Breaker, url string) (*gateway.Exchange, error) {
	t.Helper()
	out, err := forward.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	out.Method, out.Header, out.Path = http.MethodGet, http.Header{}, "/"
	guard := forward.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	backend := forward.Backend{
		Name: "members", Client: forward.NewClient(guard, nil), Breaker: b, Circuit: circuit(), Now: func() time.Time { return noon },
	}
	x := &gateway.Exchange{Request: &gateway.Request{}, Outbound: out}
	return x, backend.Step().Run(t.Context(), x)
}
