package admin_test

import (
	"strings"
	"testing"
)

// wholeRegistry: applied, shown, replaced; a dry run changes nothing.
func wholeRegistry(t *testing.T, s stores) {
	b := newBench(t, s)
	empty := b.call("GET", "/v1/registry", "").is(200, `"version":1`)
	added := `{"changes":[{"change":"added","kind":"secret","name":"members-hmac"},{"change":"added","kind":"plan","name":"free"},` +
		`{"change":"added","kind":"plan","name":"gold"},{"change":"added","kind":"app","name":"shop"},{"change":"added","kind":"app","name":"lab"}]}`
	b.call("PATCH", "/v1/registry?dry-run=true", partners, "If-Match: "+empty.etag()).is(200, added)
	b.call("PATCH", "/v1/registry?dry-run=true", partners, `If-Match: "other"`).refused(412, "changed")
	if again := b.call("GET", "/v1/registry", ""); again.text != empty.text || again.etag() != empty.etag() {
		t.Errorf("after a dry run the registry is %s", again.text)
	}
	b.call("PATCH", "/v1/registry", partners).is(200, added)
	b.call("PATCH", "/v1/registry", partners).is(200, `{"change":"unchanged","kind":"secret","name":"members-hmac"}`, `{"change":"unchanged","kind":"app","name":"shop"}`)
	shown := b.call("GET", "/v1/registry", "").is(200, sha(plantedKey), `"members-hmac":"sealed:`, `"secret":"sealed:`)

	b.call("PUT", "/v1/registry", shown.text).refused(428, "unconditional", "If-Match")
	b.call("PUT", "/v1/registry", shown.text, "If-Match: "+empty.etag()).refused(412, "changed")
	b.call("PUT", "/v1/registry", shown.text, "If-Match: "+shown.etag()).is(200, `{"changes":[]}`)
	fewer := strings.Replace(shown.text, `"members":"gold"`, `"members":"none"`, 1)
	fewer = strings.Replace(fewer, `,"gold":{"rate":"50/s","quota":"100/day"}`, "", 1)
	want := `{"changes":[{"change":"changed","kind":"app","name":"lab","details":["grant members gold -> none"]},{"change":"removed","kind":"plan","name":"gold"}]}`
	b.call("PUT", "/v1/registry?dry-run=true", fewer, "If-Match: "+shown.etag()).is(200, want)
	if again := b.call("GET", "/v1/registry", ""); again.text != shown.text {
		t.Errorf("after a dry run the registry is %s", again.text)
	}
	r := b.call("PUT", "/v1/registry", fewer, "If-Match: "+shown.etag()).is(200, want)
	if changes, _ := r.record["changes"].([]any); len(changes) != 2 || changes[1] != "removed   plan gold" {
		t.Errorf("the record is %v", r.record)
	}
	if after := b.call("GET", "/v1/registry", ""); after.text != fewer {
		t.Errorf("the registry is %s, want %s", after.text, fewer)
	}
	for name, text := range map[string]string{
		"a plan that is not there": `{"version":1,"apps":[{"name":"a","grants":{"members":"glod"}}]}`,
		"another's key":            `{"version":1,"apps":[{"name":"a","keys":[{"name":"x","primary":"` + plantedKey + `"}]},{"name":"b","keys":[{"name":"x","primary":"` + plantedKey + `"}]}]}`,
		"a masked secret":          `{"version":1,"secrets":{"a":"***"}}`,
		"another version":          `{"version":2}`,
	} {
		for _, call := range []string{"PATCH /v1/registry", "PATCH /v1/registry?dry-run=true", "PUT /v1/registry", "PUT /v1/registry?dry-run=true"} {
			if name == "another version" && strings.HasPrefix(call, "PATCH") {
				continue // the version is that of the form, not an entry
			}
			method, path, _ := strings.Cut(call, " ")
			if got := b.call(method, path, text, "If-Match: *"); got.status != 422 {
				t.Errorf("%s of %s = %d %s, want 422", call, name, got.status, got.text)
			}
		}
	}
	b.call("PATCH", "/v1/registry", `{"version":1,"secrets":{"a":"sealed:0011223344556677"}}`).refused(409, "conflict")
	b.call("PATCH", "/v1/registry", `{"version":1,"apps":[{"name":"a","grants":{"m":"glod","n":"gld"}}]}`).
		refused(422, "invalid", `"detail":"the registry would not be one","request-id"`, `{"detail":"app \"a\".grants.m: there is no plan \"glod\" (none: without a plan)"},{`)
}
