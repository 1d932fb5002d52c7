package nhn_test

import (
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/catalogue"
	"postern/shared/dialect"
	"postern/shared/dialect/nhn"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// documented are the rows that were collected from seed 000: id, status, code, text.
//
//go:embed testdata/rows.tsv
var documented string

func newDialect(t testing.TB) *dialect.Dialect {
	t.Helper()
	d := nhn.New()
	if err := d.Catalogue.Check(); err != nil {
		t.Fatal(err)
	}
	return d
}

func newKo(t testing.TB) *dialect.Dialect {
	t.Helper()
	d := nhn.NewKo()
	if err := d.Catalogue.Check(); err != nil {
		t.Fatal(err)
	}
	return d
}

func reader(t testing.TB, scheme string, require ...string) auth.Reader {
	t.Helper()
	read, err := newDialect(t).Schemes[scheme](auth.Rules{RequireHeaders: require})
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// request is what arrives for a request line and lines of headers.
func request(line string, headers ...string) *gateway.Request {
	method, target, _ := strings.Cut(line, " ")
	r := &gateway.Request{
		Method: method, Scheme: "https", Header: http.Header{},
		Received: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
	}
	r.Path, r.RawQuery, _ = strings.Cut(target, "?")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		value = strings.TrimPrefix(value, " ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	return r
}

func TestEveryDocumentedRow(t *testing.T) {
	// What decisions.md settled: the table's spelling beside the sample's, and a remark of the collection.
	remarks := map[string]string{
		"nhn/4012001/token": "Toekn is invalid.",
		"nhn/500000001":     "The download size of the response body has been exceeded. the permissible limit is 10mb.",
	}
	rows := map[string]catalogue.Row{}
	for _, r := range newDialect(t).Catalogue.Rows() {
		rows[r.ID] = r
	}
	lines := strings.Split(strings.TrimSpace(documented), "\n")
	if len(lines) != 32 {
		t.Fatalf("%d documented rows, want 32", len(lines))
	}
	for _, line := range lines {
		f := strings.Split(line, "\t")
		id, text := f[0], f[3]
		if remark, ok := remarks[id]; ok {
			if text = remark; !strings.HasPrefix(f[3], remark) {
				t.Errorf("%s: %q is no remark on %q", id, f[3], remark)
			}
		}
		r := rows[id]
		got := r.Vendor
		if got == "" {
			got = r.Message
		}
		if strconv.Itoa(r.Status) != f[1] || r.Code != f[2] || got != text {
			t.Errorf("row %s = %d %s %q, want %s %s %q", id, r.Status, r.Code, got, f[1], f[2], text)
		}
		if r.Source == "" || r.Undocumented != "" || r.Never != "" {
			t.Errorf("row %s: a documented row has a source and is sent", id)
		}
		delete(rows, id)
	}
	for id, r := range rows {
		if !strings.HasPrefix(id, "nhn/undocumented/") || r.Undocumented == "" {
			t.Errorf("row %s is not documented, and not marked so", id)
		}
		if prefix := strconv.Itoa(r.Status); r.Code != prefix+"0000" {
			t.Errorf("row %s has code %s, want %s0000", id, r.Code, prefix)
		}
	}
}

func first(message string, code int) string {
	return fmt.Sprintf(`{"header":{"isSuccessful":false,"resultCode":%d,"resultMessage":"%s"}}`, code, message)
}

func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		kind   fault.Kind
		args   fault.Args
		row    string
		status int
		body   string
	}{
		{
			"breaker", fault.BackendBreaker,
			fault.Args{"backend": "members"},
			"nhn/5030001/banned", 503,
			first("Upstream Service Unavailable (CircuitBreaker 'members' is OPEN and does not permit further calls)", 5030001),
		},
		{"no signature", fault.AuthHMACMissing, nil, "nhn/4011001", 401, first("Authorization is empty.", 4011001)},
		{
			"date", fault.AuthHMACDate, nil, "nhn/4011006", 401,
			first("Invalid x-nhn-date format. ISO Datetime format (yyyy-MM-dd'T'hh:mm:ssZ)", 4011006),
		},
		{"token", fault.AuthJWTInvalid, nil, "nhn/4012001/token", 401, first("Token is invalid.", 4012001)},
		{"token over", fault.AuthJWTExpired, nil, "nhn/4012001/token", 401, first("Token is invalid.", 4012001)},
		{"no token", fault.AuthJWTMissing, nil, "nhn/4012002", 401, first("Authorization is empty.", 4012002)},
		{"key set", fault.AuthJWKSDown, nil, "nhn/5012001", 401, first("jwks url is unavailable.", 5012001)},
		{"API rate", fault.LimitKind("api", "rate"), nil, "nhn/4291000", 429, first("Too Many Requests", 4291000)},
		{"app quota", fault.LimitKind("app", "quota"), nil, "nhn/4291001", 429, first("Usage quota exceeded.", 4291001)},
		{
			"refused", fault.BackendRefused, nil, "nhn/5030001/connection", 503,
			`{"header":{"resultCode":5030001,"resultMessage":"Upstream Service Unavailable (Connection refused)","isSuccessful":false}}`,
		},
		{
			"forbidden address looks refused", fault.BackendForbidden, nil, "nhn/5030001/connection", 503,
			`{"header":{"resultCode":5030001,"resultMessage":"Upstream Service Unavailable (Connection refused)","isSuccessful":false}}`,
		},
		{"reset", fault.BackendReset, nil, "nhn/5020001", 502, first("Upstream Bad Gateway (Connection reset by peer)", 5020001)},
		{
			"timeout", fault.BackendTimeout,
			fault.Args{"limit": "25000"},
			"nhn/5040001", 504,
			first("Gateway Timeout (Upstream ReadTimeout. limit: 25000ms)", 5040001),
		},
		{
			"query", fault.RequestQuery,
			fault.Args{"name": "type"},
			"nhn/4000007", 400,
			first("Bad Request (required query string 'type' is missing)", 4000007),
		},
		{
			"model", fault.RequestModel,
			fault.Args{"at": "$.price", "problem": "must be number"},
			"nhn/4000007", 400,
			first("Bad Request ($.price: must be number)", 4000007),
		},
		{
			"template", fault.DefinitionTemplate, nil, "nhn/500000002", 500,
			first("Parsing failed due to an incorrect template format in the Context Variable. Please check API Gateway settings", 500000002),
		},
		{"host", fault.RouteHost, nil, "nhn/4041007", 404, first("URL Not Found", 4041007)},
		{"malformed", fault.RequestMalformed, nil, "nhn/undocumented/request", 400, first("Bad Request", 4000000)},
		{"ours", fault.Internal, nil, "nhn/undocumented/internal", 500, first("Internal Server Error", 5000000)},
		{"store", fault.InternalStore, nil, "nhn/undocumented/unavailable", 503, first("Service Unavailable", 5030000)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{}
			got := newDialect(t).Render(fault.New(tt.kind, tt.args, nil), x)
			if x.Refusal.Row != tt.row || got.Status != tt.status || string(got.Body) != tt.body {
				t.Errorf("Render(%s) = %s %d %s, want %s %d %s", tt.kind, x.Refusal.Row, got.Status, got.Body, tt.row, tt.status,
					tt.body)
			}
			if h := got.Header.Get("Content-Type"); h != "application/json;charset=UTF-8" || got.Cut {
				t.Errorf("Render(%s): Content-Type %s, cut %v", tt.kind, h, got.Cut)
			}
		})
	}
}

func TestEveryLimitHasItsRow(t *testing.T) {
	d := newDialect(t)
	for _, owner := range fault.Owners() {
		for unit, want := range map[string]string{"rate": "nhn/4291000", "quota": "nhn/4291001"} {
			if row, _ := d.Catalogue.Answer(fault.New(fault.LimitKind(owner, unit), nil, nil)); row.ID != want {
				t.Errorf("limit.%s.%s is answered by %s, want %s", owner, unit, row.ID, want)
			}
		}
	}
}

func TestLargeAnswerIsCut(t *testing.T) {
	x := &gateway.Exchange{}
	if got := newDialect(t).Render(fault.New(fault.BackendSize, nil, nil),
		x); !got.Cut || got.Status != 500 || x.Refusal.Code != "500000001" {
		t.Errorf("Render(backend.size) = %d, cut %v, code %s, want 500, cut, 500000001", got.Status, got.Cut, x.Refusal.Code)
	}
}

func TestKo(t *testing.T) {
	d := newKo(t)
	if d.Name != "nhn" || d.Profile != "ko" {
		t.Errorf("NewKo() is %s/%s, want nhn/ko", d.Name, d.Profile)
	}
	for _, tt := range []struct {
		kind   fault.Kind
		status int
		body   string
	}{
		{fault.AuthJWTMissing, 401, first("Authorization is empty.", 4012001)},
		{fault.AuthJWTScheme, 401, first("Token type is invalid.", 4012002)},
		{fault.AuthJWTInvalid, 401, first("Token is invalid.", 4012003)},
		{fault.AuthJWTExpired, 401, first("Token is invalid.", 4012003)},
		{fault.AuthJWKSDown, 500, first("jwks url is unavailable.", 5012001)},
		{fault.AuthJWKSFormat, 500, first("jwks format is invalid.", 5012002)},
		{fault.AuthHMACMissing, 401, first("Authorization is empty.", 4011001)},
	} {
		if got := d.Render(fault.New(tt.kind, nil, nil),
			&gateway.Exchange{}); got.Status != tt.status || string(got.Body) != tt.body {
			t.Errorf("Render(%s) = %d %s, want %d %s", tt.kind, got.Status, got.Body, tt.status, tt.body)
		}
	}
	for i, row := range newDialect(t).Catalogue.Rows() {
		if got := d.Catalogue.Rows()[i].ID; got != row.ID {
			t.Errorf("row %d is %s, want %s: the profiles have the same rows", i, got, row.ID)
		}
	}
}

func TestDialect(t *testing.T) {
	d := newDialect(t)
	if d.Name != "nhn" || d.Profile != "" || !d.Redefines || !d.ChecksForwardedFor {
		t.Errorf("New() = %s/%s, redefines %v, checks X-Forwarded-For %v", d.Name, d.Profile, d.Redefines, d.ChecksForwardedFor)
	}
	if want := (dialect.Defaults{RequestSize: 10485760, ResponseSize: 10485760, Timeout: time.Minute}); d.Defaults != want {
		t.Errorf("Defaults = %+v, want %+v", d.Defaults, want)
	}
	if !slices.Equal(d.KeyHeaders, []string{"Authorization", "X-Nhn-Apikey"}) {
		t.Errorf("KeyHeaders = %q", d.KeyHeaders)
	}
}

func TestOrder(t *testing.T) {
	order := newDialect(t).Order
	if order[0] != "route" || order[len(order)-1] != "forward" {
		t.Errorf("Order = %q, want it from route to forward", order)
	}
	// nhn.md, section 8.1; each before the next.
	chain := []string{
		"client-address", "cors", "access", "limit.api", "hmac.read", "hmac.clock", "hmac.verify",
		"jwt.read", "jwt.verify",
		"api-key.read", "api-key.verify", "limit.app", "body", "validate", "pre-call", "outbound", "request",
	}
	if !slices.IsSortedFunc(chain, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) }) {
		t.Errorf("Order = %q, want %q in this order", order, chain)
	}
	seen := map[string]bool{}
	for _, name := range order {
		if seen[name] {
			t.Errorf("Order has %s twice", name)
		}
		seen[name] = true
	}
	for _, name := range append(chain, "upgrade", "limit.route", "limit.host", "limit.client", "limit.header", "limit.path") {
		if !seen[name] {
			t.Errorf("Order lacks %s", name)
		}
	}
	for _, name := range []string{"maintenance", "rewrite"} {
		if seen[name] {
			t.Errorf("Order has %s: the vendor has none", name)
		}
	}
}
