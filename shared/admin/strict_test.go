package admin_test

import (
	"strings"
	"testing"
)

// TestStrict: a body that is not what the call takes is refused with the place of every defect.
func TestStrict(t *testing.T) {
	b := filled(t, inMemory())
	const app, registry = "PUT /v1/apps/a", "PATCH /v1/registry"
	for _, tt := range []struct {
		call, body string
		want       string // of errors, or of the detail
	}{
		{app, `{"key":[]}`, `{"pointer":"/key","detail":"there is no such member; did you mean \"keys\"?"}`},
		{app, `{"zzz":{"a":[1]}}`, `{"pointer":"/zzz","detail":"there is no such member; there are: name, keys, access-keys, grants, owner, flags"}`},
		{app, `{"Keys":[]}`, `"/Keys"`},
		{app, `{"keys":[{"name":"a","primary":"` + plantedKey + `","secundary":"` + plantedSecond + `"}]}`, `{"pointer":"/keys/0/secundary","detail":"there is no such member; did you mean \"secondary\"?"}`},
		{app, `{"keys":[],"keys":[]}`, `{"pointer":"/keys","detail":"it stands there twice"}`},
		{app, `{"grants":{"m":"none","m":"none"}}`, `"/grants/m"`},
		{app, `{"grants":{"a/b~c":7}}`, `{"pointer":"/grants/a~1b~0c","detail":"a string or an object belongs here"}`},
		{app, `{"grants":null}`, `{"pointer":"/grants","detail":"this is no object"}`},
		{app, `{"grants":[{"a":[]},2]}`, `{"pointer":"/grants","detail":"this is no object"}`},
		{app, `{"keys":{"a":1}}`, `{"pointer":"/keys","detail":"this is no list"}`},
		{app, `{"keys":["` + plantedKey + `"]}`, `{"pointer":"/keys/0","detail":"this is no object"}`},
		{app, `{"keys":[{"name":null}]}`, `{"pointer":"/keys/0/name","detail":"null is no value: leave the member out"}`},
		{app, `{"keys":[{"inactive":"yes"}]}`, `{"pointer":"/keys/0/inactive","detail":"a boolean belongs here, not a string"}`},
		{app, `{"flags":["off"]}`, `{"pointer":"/flags/0","detail":"there is no flag \"off\": write disabled (apps), legal (hosts, APIs), moved or expired (APIs) or overdue (owners)"}`},
		{app, `{"flags":[7],"kees":1}`, `{"pointer":"/kees"`},
		{app, `[]`, `{"detail":"this is no object"}`},
		{app, `"` + plantedKey + `"`, `{"detail":"this is no object"}`},
		{app, `{}{}`, "the body is no JSON, after"},
		{app, `{} x`, "the body is no JSON, after"},
		{app, `{"name":"` + plantedSecret, "the body is no JSON, after"},
		{app, `{"keys":[{]}`, "the body is no JSON, after 10 bytes"},
		{app, `{"grants":["a",`, "the body is no JSON"},
		{app, `{"grants":[{"a":`, "the body is no JSON"},
		{app, "{\"name\":\"\xff\"}", "the body is no UTF-8"},
		{app, ``, "the body is missing"},
		{registry, `{"version":"1"}`, `{"pointer":"/version","detail":"a whole number belongs here, not a string"}`},
		{registry, `{"version":1.5}`, `{"pointer":"/version","detail":"a whole number belongs here, not a number"}`},
		{registry, `{"version":1,"plans":{"free":{"rate":"fast"}}}`, `{"pointer":"/plans/free/rate","detail":"`},
		{registry, `{"version":1,"plans":{"free":{"rate":{}}}}`, `{"pointer":"/plans/free/rate","detail":"a string belongs here, not a object"}`},
		{registry, `{"version":1,"secrets":{"a":["` + plantedSecret + `"]}}`, `{"pointer":"/secrets/a","detail":"a string belongs here, not a array"}`},
		{"POST /v1/apps/lab/keys", `{"nam":"` + plantedKey + `"}`, `did you mean \"name\"?`},
		{"POST /v1/apps/lab/keys/web/rotate", `{"name":"x"}`, `there are: secret`},
		{"POST /v1/apps/lab/keys/web/finish", `{}`, "this call takes no body"},
		{"PUT /v1/secrets/a", `"` + plantedSecret + `"`, `this is no object`},
		{"PUT /v1/secrets/a", `{"valeu":"` + plantedSecret + `"}`, `{"pointer":"/valeu"`},
		{"POST /v1/quotas/reset", `{"owner":{}}`, `"/owner"`},
		{"DELETE /v1/apps/lab", `{}`, "this call takes no body"},
		{"PUT /v1/plans/free", `{"rate":"1/s","burst":3}`, `"/burst"`},
		{"PUT /v1/apps/lab/grants/members", `{"plan":7}`, `"/plan"`},
	} {
		method, path, _ := strings.Cut(tt.call, " ")
		b.call(method, path, tt.body).refused(400, "malformed", tt.want)
	}
	if r := b.call("PUT", "/v1/apps/a", `{"nope":1,"flags":[7],"keys":3}`); strings.Count(r.text, `"pointer"`) != 3 {
		t.Errorf("of three defects it says %s", r.text)
	}
	b.call("PUT", "/v1/apps/a", `{}`, "Content-Type: application/json; charset=UTF-8").is(201)
	for _, kind := range []string{"text/plain", "application/json; charset=latin1", "application/merge-patch+json", ";", ""} {
		b.call("PUT", "/v1/apps/a", `{}`, "Content-Type: "+kind).refused(415, "media-type", "application/json")
	}
	long := strings.Repeat(" ", 64<<10)
	b.call("PUT", "/v1/apps/a", "{}"+long[2:]).is(200)
	b.call("PUT", "/v1/apps/a", "{} "+long[2:]).refused(413, "too-large", "65536 bytes")
	b.call("PATCH", "/v1/registry", `{"version":1}`+long).is(200)
	b.call("PATCH", "/v1/registry", `{"version":1}`+strings.Repeat(" ", 5<<20)).refused(413, "too-large")
}

// FuzzBody: whatever a body is, the answer is a problem or the app, and the next one is answered as before.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{`{}`, `{"keys":[{"name":"a","primary":"abcdefghij"}]}`, `{"grants":{"a":null}}`, `[[[`, `{"a":{"b":[1,"\ud800"]}}`, "\x00"} {
		f.Add(seed)
	}
	b := newBench(f, inMemory())
	f.Fuzz(func(t *testing.T, body string) {
		b.TB = t
		if body == "" || len(body) > 1<<10 {
			return
		}
		switch r := b.call("PUT", "/v1/apps/a", body); r.status {
		case 200, 201:
			if again := b.call("PUT", "/v1/apps/a", r.text).is(200); again.text != r.text {
				t.Errorf("%q is shown as %s and, put once more, as %s", body, r.text, again.text)
			}
		case 400, 422:
		default:
			t.Errorf("%q = %d %s", body, r.status, r.text)
		}
	})
}
