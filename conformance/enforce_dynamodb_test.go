//go:build dynamodb

package conformance_test

import (
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"postern/conformance"
)

// gates are what cases are run at.
type gates struct {
	cases map[string]*conformance.Case
	doors []conformance.Door
}

func newGates(t *testing.T) gates {
	t.Helper()
	doors, err := theCloud.Gates(os.DirFS("../infra/generated"))
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]*conformance.Case{}
	for _, c := range load(t) {
		cases[c.Name] = c
	}
	return gates{cases, doors}
}

// run runs a case at each gate.
func (g gates) run(t *testing.T, name string, test func(t *testing.T, door string, all []conformance.Enforced)) {
	t.Helper()
	c, ok := g.cases[name]
	if !ok {
		t.Fatalf("there is no case %s", name)
	}
	for _, gate := range g.doors {
		t.Run(name+"/"+gate.Name, func(t *testing.T) {
			t.Parallel()
			all, err := c.Enforce(gate)
			if err != nil || len(all) == 0 {
				t.Fatalf("Enforce() = %v, %v", all, err)
			}
			test(t, gate.Name, all)
		})
	}
}

// body is a dialect's.
func body(dialect string, code int, message string) string {
	if dialect == "toast" {
		return fmt.Sprintf(`{"header":{"resultCode":%d,"resultMessage":%q,"isSuccessful":false}}`, code, message)
	}
	return fmt.Sprintf(`{"header":{"isSuccessful":false,"resultCode":%d,"resultMessage":%q}}`, code, message)
}

// denied is what a client gets: of a REST API this body, of an HTTP API none of ours.
func denied(door, body string) *conformance.Answer {
	a := &conformance.Answer{Status: http.StatusForbidden, Header: http.Header{}, Body: []byte(body)}
	a.Header.Set("Content-Type", "application/json;charset=UTF-8")
	a.Header.Set("X-Amzn-Errortype", "AccessDeniedException")
	if door == "http" {
		a.Header, a.Body = http.Header{"Content-Type": {"application/json"}}, []byte(`{"message":"Forbidden"}`)
	}
	return a
}

func compare(t *testing.T, got, want *conformance.Answer) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the client gets\n%s\nwant\n%s", got, want)
	}
}

// TestDenied: where an authorizer enforces, clients of a REST API get the vendor's body with 403, and no other header of the
// vendor's; those of an HTTP API get its own. The record has the vendor's row and status.
func TestDenied(t *testing.T) {
	const hmac, jwt = "20001 HMAC authentication failed ", "20002 JWT authentication failed "
	g := newGates(t)
	for _, tt := range []struct {
		name    string // of a case, whose last request is refused so; its other refusals are looked at, too
		row     string
		code    int
		message string
	}{
		{"nhn/hmac/missing", "nhn/4011001", 4011001, "Authorization is empty."},
		{"nhn/hmac/algorithm", "nhn/4011002", 4011002, "HmacAlgorithm is empty or not supported algorithm"},
		{"nhn/hmac/no-date", "nhn/4011005", 4011005, "x-nhn-date header is empty."},
		{"nhn/hmac/expired", "nhn/4011007", 4011007, "expired"},
		{"nhn/hmac/mismatch-notation", "nhn/4011008", 4011008, "Authorization is invalid."},
		{"nhn/jwt/missing", "nhn/4012002", 4012002, "Authorization is empty."},
		{"nhn/jwt/expired", "nhn/4012001/token", 4012001, "Token is invalid."},
		{"nhn/jwt/ko", "nhn/4012001/token", 4012003, "Token is invalid."},
		{"nhn/jwt/jwks-format", "nhn/5012002", 5012002, "jwks format is invalid."},
		{"nhn/api-key/missing", "nhn/4031010", 4031010, "Request api key is empty."},
		{"nhn/api-key/switched-off", "nhn/4031011", 4031011, "Request api key is inactive."},
		{"nhn/api-key/invalid", "nhn/4031012", 4031012, "Request api key is invalid."},
		{"nhn/access/peer", "nhn/4031007", 4031007, "Request IP not allowed"},
		{"nhn/address/malformed", "nhn/4000006", 4000006, "Client IP is invalid. Check the X-Forwarded-For request header value."},
		{"nhn/route/case", "nhn/4041007", 4041007, "URL Not Found"},
		{"nhn/rate/stage", "nhn/4291000", 4291000, "Too Many Requests"},
		{"nhn/plan/both-values", "nhn/4291001", 4291001, "Usage quota exceeded."},
		{"nhn/plan/unknown", "nhn/undocumented/unavailable", 5030000, "Service Unavailable"},
		{"nhn/order/uri-breaker", "nhn/4000003", 4000003, "Invalid URI."},
		{"nhn/order/pre-call-uri", "nhn/5021001", 5021001, "Pre API Connection Failed"},
		{"toast/hmac/authorization-empty", "toast/20001/authorization-empty", 20001, hmac + "(The authorization field is empty)"},
		{"toast/hmac/authorization-invalid", "toast/20001/authorization-invalid", 20001, hmac + "(Invalid authorization)"},
		{"toast/hmac/expired", "toast/20001/expired", 20001, hmac + "(Exceeded expiration time)"},
		{"toast/hmac/timestamp-empty", "toast/20001/timestamp-empty", 20001, hmac + "(The timestamp field is empty)"},
		{"toast/hmac/timestamp-format", "toast/20001/timestamp-format", 20001, hmac + "(Invalid timestamp format)"},
		{"toast/jwt/authorization-empty", "toast/20002/authorization-empty", 20002, jwt + "(The authorization field is empty)"},
		{"toast/jwt/authorization-invalid", "toast/20002/authorization-invalid", 20002, jwt + "(Invalid authorization)"},
		{"toast/jwt/expired", "toast/20002/expired", 20002, jwt + "(Exceeded expiration time)"},
		{"toast/order/acl-hmac", "toast/undocumented/access", 403, "403 Forbidden"},
		{"toast/order/quota-jwt", "toast/20004", 20004, "20004 Usage quota exceeded"},
		{"toast/route/domains", "toast/undocumented/route", 404, "404 Not Found"},
		{"toast/order/hmac-rewrite", "toast/20005", 20005, "20005 URI Pattern's syntax is invalid"},
		{"toast/rewrite/target", "toast/20006", 20006, "20006 Rewrite URI's syntax is invalid"},
		{"toast/plugins/pre-call-down", "toast/20008", 20008, "20008 Pre api connection failed"},
	} {
		g.run(t, tt.name, func(t *testing.T, door string, all []conformance.Enforced) {
			last := all[len(all)-1]
			dialect, _, _ := strings.Cut(tt.name, "/")
			if last.Row != tt.row {
				t.Fatalf("the case ends with the row %q, want %s", last.Row, tt.row)
			}
			compare(t, last.Answer, denied(door, body(dialect, tt.code, tt.message)))
			for _, e := range all {
				if e.Row == "" {
					continue
				}
				compare(t, e.Answer, denied(door, string(e.Documented.Body)))
				want := map[string]any{"message": "verdict", "door": door, "row": e.Row, "status": float64(e.Documented.Status)}
				for key, value := range want {
					if e.Verdict[key] != value {
						t.Errorf("the record says %s=%v, want %v", key, e.Verdict[key], value)
					}
				}
			}
		})
	}
}

// TestDeniedOtherwise: what docs/authorizer.md says that an authorizer which enforces cannot do.
func TestDeniedOtherwise(t *testing.T) {
	g := newGates(t)
	const internal = "Internal Server Error"
	for _, tt := range []struct {
		name    string // of a case
		status  int    // that the record has of the last request
		code    int
		message string
		why     string
	}{
		{"nhn/answers/accept", 418, 4031010, "Request api key is empty.", "of what is redefined, the status alone is in the record"},
		{"nhn/cors/preflight", 200, 200, "OK", "an authorizer cannot answer a preflight"},
		{"toast/plugins/maintenance", 503, 503, "Service Unavailable", "nor with a page of its own"},
		{"nhn/validate/body-other", 500, 5000000, internal, "it never sees the body"},
	} {
		g.run(t, tt.name, func(t *testing.T, door string, all []conformance.Enforced) {
			last := all[len(all)-1]
			dialect, _, _ := strings.Cut(tt.name, "/")
			compare(t, last.Answer, denied(door, body(dialect, tt.code, tt.message)))
			if last.Verdict["status"] != float64(tt.status) {
				t.Errorf("%s: the record says %v, want %d", tt.why, last.Verdict["status"], tt.status)
			}
		})
	}
}

// TestDeniedWithoutLength: of a body, an authorizer may know the length. The event of a REST API leaves it out.
func TestDeniedWithoutLength(t *testing.T) {
	g := newGates(t)
	g.run(t, "nhn/size/request", func(t *testing.T, door string, all []conformance.Enforced) {
		kinds := map[string][]any{"rest": {"internal", "internal"}, "http": {nil, "request.size"}}[door]
		for i, e := range all {
			if e.Verdict["kind"] != kinds[i] || (e.Answer.Status == http.StatusOK) != (kinds[i] == nil) {
				t.Errorf("%d: refused for %v, want %v\n%s", i, e.Verdict["kind"], kinds[i], e.Answer)
			}
		}
	})
}

// TestLetThrough: an integration learns who calls, and nothing else of ours.
func TestLetThrough(t *testing.T) {
	g := newGates(t)
	for name, want := range map[string]string{
		"nhn/plan/both-values": `{"posternApp":"daily","posternDialect":"nhn","posternKey":"daily-key","posternPlan":"daily"}`,
		"nhn/backend/mock":     `{"posternDialect":"nhn"}`,
		"toast/hmac/accepted":  `{"posternDialect":"toast"}`,
	} {
		g.run(t, name, func(t *testing.T, _ string, all []conformance.Enforced) {
			first := all[0]
			if first.Answer.Status != http.StatusOK || string(first.Answer.Body) != want || first.Verdict["kind"] != nil {
				t.Errorf("the integration answers\n%s\nwant one that has learnt %s", first.Answer, want)
			}
		})
	}
}
