package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"postern/shared/catalogue"
	"postern/shared/fault"
)

// roots answers every kind that no other row answers.
const roots = `{"id":"root","status":500,"code":"R","message":"root","undocumented":"test","kinds":` +
	`{"internal":"","client":"","request":"","route":"","auth":"","access":"","limit":"","precall":"","definition":"","backend":""}}`

func mustParse(t *testing.T, data string, overlays ...string) *catalogue.Catalogue {
	t.Helper()
	var more [][]byte
	for _, o := range overlays {
		more = append(more, []byte(o))
	}
	c, err := catalogue.Parse([]byte(data), more...)
	if err != nil {
		t.Fatalf("Parse(%s) = %v, want a catalogue", data, err)
	}
	return c
}

func row(fields string) string { return `[` + roots + `,{"source":"seed",` + fields + `}]` }

func TestAnswer(t *testing.T) {
	c := mustParse(t, `[`+roots+`,
		{"id":"size","status":413,"code":"S","message":"over ${limit} bytes, ${limit}","source":"seed","kinds":{"request.size":""}},
		{"id":"check","status":400,"code":"C","message":"Bad (${detail})","source":"seed","kinds":
			{"request.query":"query '${name}'","request.header":"header '${name}'","request.model":"${at}: ${problem}","request.json":"no JSON"}},
		{"id":"hmac","status":401,"code":"H","message":"bad signature","source":"seed","kinds":{"auth.hmac":""}}]`)
	for _, tt := range []struct {
		name    string
		kind    fault.Kind
		args    fault.Args
		row     string
		message string
	}{
		{"own row, argument twice", fault.RequestSize, fault.Args{"limit": "10"}, "size", "over 10 bytes, 10"},
		{"wording with an argument", fault.RequestQuery, fault.Args{"name": "q"}, "check", "Bad (query 'q')"},
		{"another wording of the row", fault.RequestHeader, fault.Args{"name": "h"}, "check", "Bad (header 'h')"},
		{
			"wording with two arguments", fault.RequestModel,
			fault.Args{"at": "$.a", "problem": "must be ${name}"},
			"check",
			"Bad ($.a: must be ${name})",
		},
		{"wording without arguments", fault.RequestJSON, nil, "check", "Bad (no JSON)"},
		{
			"a value is not read again", fault.RequestQuery,
			fault.Args{"name": "${detail}$HOME"},
			"check",
			"Bad (query '${detail}$HOME')",
		},
		{"an argument that is not there", fault.RequestSize, nil, "size", "over  bytes, "},
		{"the parent's row", fault.AuthHMACMismatch, nil, "hmac", "bad signature"},
		{"the root's row", fault.AuthJWTExpired, nil, "root", "root"},
		{"an unknown kind", "request.nonsense", nil, "root", "root"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, message := c.Answer(fault.New(tt.kind, tt.args, nil))
			if r.ID != tt.row || message != tt.message {
				t.Errorf("Answer(%s) = %s, %q, want %s, %q", tt.kind, r.ID, message, tt.row, tt.message)
			}
		})
	}
}

// TestDefer: what is read late is the same, and a defect costs no panic.
func TestDefer(t *testing.T) {
	c := catalogue.Defer([]byte(`[` + roots + `]`))
	if r, message := c.Answer(fault.New(fault.Internal, nil, nil)); r.ID != "root" || message != "root" || c.Check() != nil || len(c.Rows()) != 1 {
		t.Errorf("Answer = %+v, %q; Check = %v", r, message, c.Check())
	}
	broken := catalogue.Defer([]byte(`[]`))
	if r, message := broken.Answer(fault.New(fault.Internal, nil, nil)); r.Status != 500 || message != "" || broken.Check() == nil {
		t.Errorf("Answer of a broken one = %+v, %q; Check = %v", r, message, broken.Check())
	}
}

func TestUnknownKindIsInternal(t *testing.T) {
	c := mustParse(t, `[`+strings.Replace(roots, `"internal":"",`, "", 1)+`,
		{"id":"own","status":500,"code":"I","message":"internal","source":"seed","kinds":{"internal":""}}]`)
	if r, _ := c.Answer(fault.New("request.nonsense", nil, nil)); r.ID != "own" {
		t.Errorf("Answer(request.nonsense) = %s, want the row of internal", r.ID)
	}
}

func TestParseAcceptsRowsThatAreNeverSent(t *testing.T) {
	c := mustParse(t, row(`"id":"net","status":0,"code":"","message":"$host is gone","never":"there is no HTTP answer"`))
	if got := len(c.Rows()); got != 2 {
		t.Errorf("len(Rows()) = %d, want 2", got)
	}
}

func TestParseNamesEveryDefect(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"no JSON", `[`, "catalogue: unexpected EOF"},
		{"unknown field", row(`"id":"a","status":500,"message":"m","kinds":{"auth.jwt":""},"colour":"red"`), "colour"},
		{"something after the rows", `[` + roots + `] []`, "something follows"},
		{"no id", row(`"status":500,"message":"m","kinds":{"auth.jwt":""}`), `row "": the id is empty or taken`},
		{
			"id taken", row(`"id":"root","status":500,"message":"m","kinds":{"auth.jwt":""}`),
			`row "root": the id is empty or taken`,
		},
		{"no status", row(`"id":"a","message":"m","kinds":{"auth.jwt":""}`), "status 0"},
		{"informational status", row(`"id":"a","status":199,"message":"m","kinds":{"auth.jwt":""}`), "status 199"},
		{"status of four digits", row(`"id":"a","status":1000,"message":"m","kinds":{"auth.jwt":""}`), "status 1000"},
		{"wrong status of a row that is never sent", row(`"id":"a","status":7,"message":"m","never":"x"`), "status 7"},
		{"neither kinds nor never", row(`"id":"a","status":500,"message":"m"`), "needs kinds"},
		{"kinds and never", row(`"id":"a","status":500,"message":"m","kinds":{"auth.jwt":""},"never":"x"`), "needs kinds"},
		{
			"source and undocumented", row(`"id":"a","status":500,"message":"m","kinds":{"auth.jwt":""},"undocumented":"x"`),
			"needs a source",
		},
		{"unknown kind", row(`"id":"a","status":500,"message":"m","kinds":{"auth.magic":""}`), "unknown kind auth.magic"},
		{"kind of another row", row(`"id":"a","status":500,"message":"m","kinds":{"auth":""}`), "auth is answered by root too"},
		{
			"missing root", `[` + strings.Replace(roots, `"limit":"",`, "", 1) + `]`,
			"no row answers limit.app.quota or anything above it",
		},
		{
			"foreign argument", row(`"id":"a","status":500,"message":"m ${limit}","kinds":{"auth.jwt":""}`),
			"${limit} is no argument of auth.jwt",
		},
		{
			"foreign argument in a wording", row(`"id":"a","status":500,"message":"${detail}","kinds":{"auth.jwt":"${name}"}`),
			"${name} is no argument of auth.jwt",
		},
		{
			"argument that a descendant lacks",
			row(`"id":"a","status":500,"message":"${limit}","kinds":{"backend.timeout":"","backend.dns":""}`),
			"${limit} is no argument of backend.dns",
		},
		{"bare dollar", row(`"id":"a","status":500,"message":"$limit","kinds":{"backend.timeout":""}`), "a $ in the message"},
		{
			"unclosed placeholder", row(`"id":"a","status":500,"message":"${limit","kinds":{"backend.timeout":""}`),
			"a $ in the message",
		},
		{"empty placeholder", row(`"id":"a","status":500,"message":"${}","kinds":{"backend.timeout":""}`), "a $ in the message"},
		{
			"bare dollar in a wording", row(`"id":"a","status":500,"message":"${detail}","kinds":{"backend.timeout":"5$"}`),
			"a $ in the wording of backend.timeout",
		},
		{
			"detail in a wording", row(`"id":"a","status":500,"message":"${detail}","kinds":{"backend.timeout":"${detail}"}`),
			"a $ in the wording of backend.timeout",
		},
		{
			"wording without a place", row(`"id":"a","status":500,"message":"m","kinds":{"backend.timeout":"late"}`),
			"has no ${detail} to stand in",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := catalogue.Parse([]byte(tt.data))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse(%s) = %v, want an error with %q", tt.data, err, tt.want)
			}
		})
	}
	_, err := catalogue.Parse([]byte(row(`"id":"a","status":1,"message":"$x","kinds":{"no":""}`)))
	for _, want := range []string{"status 1", "a $ in", "unknown kind"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse of three defects = %v, want %q too", err, want)
		}
	}
}

func TestOverlay(t *testing.T) {
	base := row(`"id":"a","status":401,"code":"1","message":"base","kinds":{"auth.jwt":""}`)
	c := mustParse(t, base,
		`[{"id":"a","status":403,"code":"2","message":"over","source":"seed","kinds":{"auth.jwt":""}}]`,
		`[{"id":"b","status":404,"code":"3","message":"more","source":"seed","kinds":{"auth.key":""}}]`)
	var got []string
	for _, r := range c.Rows() {
		got = append(got, fmt.Sprintf("%s %d %s", r.ID, r.Status, r.Message))
	}
	if want := "root 500 root, a 403 over, b 404 more"; strings.Join(got, ", ") != want {
		t.Errorf("Rows() = %s, want %s", strings.Join(got, ", "), want)
	}
	if r, _ := c.Answer(fault.New(fault.AuthKeyMissing, nil, nil)); r.ID != "b" {
		t.Errorf("Answer(auth.key.missing) = %s, want the overlay's b", r.ID)
	}
	if _, err := catalogue.Parse([]byte(base), []byte(`[{]`)); err == nil {
		t.Error("Parse with a broken overlay = nil, want an error")
	}
	if _, err := catalogue.Parse([]byte(base),
		[]byte(`[{"id":"a","status":403,"message":"over","source":"s","kinds":{"auth":""}}]`)); err == nil {
		t.Error("Parse with an overlay that takes another row's kind = nil, want an error")
	}
}

func TestRowsAreACopy(t *testing.T) {
	c := mustParse(t, `[`+roots+`]`)
	c.Rows()[0].Message = "changed"
	if _, message := c.Answer(fault.New(fault.Internal, nil, nil)); message != "root" {
		t.Errorf("Answer after a change to Rows() = %q, want %q", message, "root")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`[` + roots + `]`))
	f.Add([]byte(row(`"id":"a","status":400,"message":"${detail} ${at}","kinds":{"request.model":"${problem}"}`)))
	f.Add([]byte(row(`"id":"a","status":400,"message":"${","kinds":{"request.model":"$"}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := catalogue.Parse(data)
		if err != nil {
			return
		}
		for kind, params := range fault.Params() {
			args := fault.Args{}
			for _, name := range params {
				args[name] = "value"
			}
			if _, message := c.Answer(fault.New(kind, args, nil)); strings.Contains(message, "$") {
				t.Errorf("Answer(%s) = %q, want every ${name} filled in", kind, message)
			}
		}
	})
}
