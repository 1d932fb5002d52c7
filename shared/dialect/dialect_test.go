package dialect_test

import (
	"errors"
	"strings"
	"testing"

	"postern/shared/catalogue"
	"postern/shared/dialect"
	"postern/shared/fault"
	"postern/shared/gateway"
)

const rows = `[
{"id":"all","status":500,"code":"5","message":"all","undocumented":"test","kinds":{"internal":"","client":"","request":"","route":"","auth":"","access":"","limit":"","precall":"","definition":"","backend":""}},
{"id":"late","status":504,"code":"7","message":"after ${limit}ms","source":"test","kinds":{"backend.timeout":""}},
{"id":"big","status":502,"code":"8","message":"big","source":"test","log-only":"cut","kinds":{"backend.size":""}}]`

func testDialect(t *testing.T) *dialect.Dialect {
	t.Helper()
	c, err := catalogue.Parse([]byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	return &dialect.Dialect{
		Name: "test", Catalogue: c,
		Envelope: func(row catalogue.Row, message string, x *gateway.Exchange) *gateway.Response {
			return &gateway.Response{Status: row.Status, Body: []byte(x.Refusal.Row + "/" + message), Cut: row.ID == "late"}
		},
	}
}

func TestRender(t *testing.T) {
	for _, tt := range []struct {
		name   string
		f      *fault.Fault
		status int
		body   string
		cut    bool
		code   string
	}{
		{"a row", fault.New(fault.Auth, nil, errors.New("hidden")), 500, "all/all", false, "5"},
		{
			"the envelope's cut stays", fault.New(fault.BackendTimeout, fault.Args{"limit": "9"}, nil), 504, "late/after 9ms",
			true, "7",
		},
		{"a row for the log alone is cut", fault.New(fault.BackendSize, nil, nil), 502, "big/big", true, "8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{}
			got := testDialect(t).Render(tt.f, x)
			if got.Status != tt.status || string(got.Body) != tt.body || got.Cut != tt.cut {
				t.Errorf("Render(%s) = %d %s cut %v, want %d %s cut %v",
					tt.f.Kind, got.Status, got.Body, got.Cut, tt.status, tt.body, tt.cut)
			}
			row, message, _ := strings.Cut(tt.body, "/")
			if r := x.Refusal; r.Fault != tt.f || r.Row != row || r.Code != tt.code || r.Message != message {
				t.Errorf("Render(%s) refuses with %+v, want row %s, code %s, message %q", tt.f.Kind, r, row, tt.code, message)
			}
		})
	}
}

func TestText(t *testing.T) {
	d := testDialect(t)
	plain, err := d.Text("${x}")
	if err != nil || plain(nil) != "${x}" {
		t.Errorf("Text without a template language = %v, want the text as it is", err)
	}
	broken := errors.New("broken")
	d.Template = func(string) (gateway.Text, error) { return nil, broken }
	if _, err := d.Text("${x"); !errors.Is(err, broken) {
		t.Errorf("Text = %v, want the template's error", err)
	}
}
