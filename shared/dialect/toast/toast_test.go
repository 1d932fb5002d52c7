package toast_test

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
	"postern/shared/dialect/toast"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// documented are the rows that were collected from seed 003: id, status, code, text.
//
//go:embed testdata/rows.tsv
var documented string

func newDialect(t testing.TB) *dialect.Dialect {
	t.Helper()
	d := toast.New()
	if err := d.Catalogue.Check(); err != nil {
		t.Fatal(err)
	}
	return d
}

func reader(t testing.TB, scheme string) auth.Reader {
	t.Helper()
	read, err := newDialect(t).Schemes[scheme](auth.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// request is what arrives for a request line and lines of headers.
func request(line string, headers ...string) *gateway.Request {
	method, target, _ := strings.Cut(line, " ")
	r := &gateway.Request{Method: method, Scheme: "https", Host: "api-gw.cloud.toast.com", Header: http.Header{}}
	r.Path, r.RawQuery, _ = strings.Cut(target, "?")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		r.Header.Add(name, strings.TrimPrefix(value, " "))
	}
	return r
}

func TestEveryDocumentedRow(t *testing.T) {
	rows := map[string]catalogue.Row{}
	for _, r := range newDialect(t).Catalogue.Rows() {
		rows[r.ID] = r
	}
	lines := strings.Split(strings.TrimSpace(documented), "\n")
	if len(lines) != 12 {
		t.Fatalf("%d documented rows, want 12", len(lines))
	}
	for _, line := range lines {
		f := strings.Split(line, "\t")
		id, text := f[0], f[3]
		if id == "toast/20005" { // the collection shows the sample's text and the table's
			text = "URI Pattern's syntax is invalid"
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
		if !strings.HasPrefix(id, "toast/undocumented/") || r.Undocumented == "" {
			t.Errorf("row %s is not documented, and not marked so", id)
		}
		if r.Code != strconv.Itoa(r.Status) {
			t.Errorf("row %s has code %s, want its status %d", id, r.Code, r.Status)
		}
		if phrase := http.StatusText(r.Status); phrase != "" && r.Message != r.Code+" "+phrase {
			t.Errorf("row %s says %q, want the status and its phrase", id, r.Message)
		}
	}
}

func TestEveryTextBeginsWithItsCode(t *testing.T) {
	for _, r := range newDialect(t).Catalogue.Rows() {
		if !strings.HasPrefix(r.Message, r.Code+" ") {
			t.Errorf("row %s says %q, want its code %s in front", r.ID, r.Message, r.Code)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		kind    fault.Kind
		row     string
		status  int
		code    int
		message string
	}{
		{fault.LimitKind("api", "quota"), "toast/20004", 403, 20004, "20004 Usage quota exceeded"},
		{fault.LimitKind("route", "rate"), "toast/20004", 403, 20004, "20004 Usage quota exceeded"},
		{
			fault.AuthHMACNoDate, "toast/20001/timestamp-empty", 401, 20001,
			"20001 HMAC authentication failed (The timestamp field is empty)",
		},
		{
			fault.AuthHMACMismatch, "toast/20001/authorization-invalid", 401, 20001,
			"20001 HMAC authentication failed (Invalid authorization)",
		},
		{
			fault.AuthHMACScheme, "toast/20001/authorization-invalid", 401, 20001,
			"20001 HMAC authentication failed (Invalid authorization)",
		},
		{fault.AuthJWTExpired, "toast/20002/expired", 401, 20002, "20002 JWT authentication failed (Exceeded expiration time)"},
		{
			fault.AuthJWTInvalid, "toast/20002/authorization-invalid", 401, 20002,
			"20002 JWT authentication failed (Invalid authorization)",
		},
		{fault.Precall, "toast/20008", 502, 20008, "20008 Pre api connection failed"},
		{fault.DefinitionPattern, "toast/20005", 500, 20005, "20005 URI Pattern's syntax is invalid"},
		{fault.DefinitionRewrite, "toast/20006", 500, 20006, "20006 Rewrite URI's syntax is invalid"},
		{fault.RouteMethod, "toast/undocumented/route", 404, 404, "404 Not Found"},
		{fault.AccessAddress, "toast/undocumented/access", 403, 403, "403 Forbidden"},
		{fault.RequestSize, "toast/undocumented/size", 413, 413, "413 Request Entity Too Large"},
		{fault.BackendURI, "toast/undocumented/request", 400, 400, "400 Bad Request"},
		{fault.BackendRefused, "toast/undocumented/backend", 502, 502, "502 Bad Gateway"},
		{fault.BackendTimeout, "toast/undocumented/timeout", 504, 504, "504 Gateway Timeout"},
		{fault.BackendBreaker, "toast/undocumented/unavailable", 503, 503, "503 Service Unavailable"},
		{fault.InternalStore, "toast/undocumented/unavailable", 503, 503, "503 Service Unavailable"},
		{fault.Internal, "toast/undocumented/internal", 500, 500, "500 Internal Server Error"},
		{fault.AuthKeyMissing, "toast/undocumented/auth", 401, 401, "401 Unauthorized"},
	} {
		t.Run(string(tt.kind), func(t *testing.T) {
			x := &gateway.Exchange{}
			got := newDialect(t).Render(fault.New(tt.kind, nil, nil), x)
			body := fmt.Sprintf(`{"header":{"resultCode":%d,"resultMessage":"%s","isSuccessful":false}}`, tt.code, tt.message)
			if x.Refusal.Row != tt.row || got.Status != tt.status || string(got.Body) != body || got.Cut {
				t.Errorf("Render(%s) = %s %d %s, want %s %d %s", tt.kind, x.Refusal.Row, got.Status, got.Body, tt.row, tt.status, body)
			}
			if h := got.Header.Get("Content-Type"); h != "application/json;charset=UTF-8" {
				t.Errorf("Content-Type = %s", h)
			}
		})
	}
}

func TestDialect(t *testing.T) {
	d := newDialect(t)
	if d.Name != "toast" || d.Profile != "" || d.Redefines || d.ChecksForwardedFor {
		t.Errorf("New() = %s/%s, redefines %v, checks X-Forwarded-For %v", d.Name, d.Profile, d.Redefines, d.ChecksForwardedFor)
	}
	if d.Template != nil || d.Schemes["api-key"] != nil {
		t.Error("New() has context variables or API keys: the vendor has none")
	}
	if want := (dialect.Defaults{RequestSize: 10485760, ResponseSize: 10485760, Timeout: time.Minute}); d.Defaults != want {
		t.Errorf("Defaults = %+v, want %+v", d.Defaults, want)
	}
	if !slices.Equal(d.KeyHeaders, []string{"Authorization"}) {
		t.Errorf("KeyHeaders = %q", d.KeyHeaders)
	}
}

// Access control, authentication, custom, proxy; the endpoint's quota before the domain's (console guide 2020-07).
func TestOrder(t *testing.T) {
	got := strings.Join(newDialect(t).Order, " ")
	want := "route upgrade maintenance client-address cors access limit.route limit.api " +
		"hmac.read hmac.clock hmac.verify jwt.read jwt.verify body pre-call outbound rewrite request forward"
	if got != want {
		t.Errorf("Order = %s, want %s", got, want)
	}
}
