package admin_test

import (
	"regexp"
	"strings"
	"testing"
)

// keys: both kinds, from their creation to their end. Each new secret is said once.
func keys(t *testing.T, s stores) {
	b := filled(t, s)
	for _, tt := range []struct {
		path, name, form string
	}{
		{"/v1/apps/lab/keys", "key-1", `^[A-Z2-7]{26}$`},
		{"/v1/apps/lab/access-keys", "", `^[A-Z2-7]{52}$`},
	} {
		made := b.call("POST", tt.path, "").is(201)
		first, name := made.str("secret"), made.str("name")
		if !regexp.MustCompile(tt.form).MatchString(first) || tt.name != "" && name != tt.name || made.header.Get("Location") != tt.path+"/"+name {
			t.Errorf("create = %s, at %s", made.text, made.header.Get("Location"))
		}
		one := tt.path + "/" + name
		b.never(first, b.call("GET", one, "").is(200))
		second := b.call("POST", one+"/rotate", "{}").is(200).str("secret")
		if second == first || !regexp.MustCompile(tt.form).MatchString(second) {
			t.Errorf("rotate gives %q after %q", second, first)
		}
		b.never(second, b.call("GET", one, "").is(200, `"secondary":"`))
		b.call("POST", one+"/rotate", "").refused(409, "conflict", "drop the old one first")
		for range 2 {
			if r := b.call("POST", one+"/finish", "").is(200); strings.Contains(r.text, "secondary") {
				t.Errorf("after finish the key is %s", r.text)
			}
		}
		for range 2 {
			b.call("POST", one+"/disable", "").is(200, `"inactive":true`)
		}
		if r := b.call("POST", one+"/enable", "").is(200); strings.Contains(r.text, "inactive") {
			t.Errorf("after enable the key is %s", r.text)
		}
		b.call("GET", tt.path, "").is(200, `{"items":[{"`, name)
		stale := `If-Match: "stale"`
		for _, act := range []string{"/rotate", "/finish", "/disable"} {
			b.call("POST", one+act, "", stale).refused(412, "changed")
		}
		b.call("DELETE", one, "", stale).refused(412, "changed")
		if r := b.call("DELETE", one, "").is(204); r.record["of_key"] != name || r.record["of_app"] != "lab" {
			t.Errorf("the record is %v", r.record)
		}
		for _, call := range []string{"GET ", "DELETE ", "POST /rotate", "POST /finish", "POST /enable"} {
			method, act, _ := strings.Cut(call, " ")
			b.call(method, one+act, "").refused(404, "not-found", "has no key")
		}
		b.call("GET", strings.Replace(tt.path, "lab", "nobody", 1), "").refused(404, "not-found", "there is no app")
		b.call("POST", strings.Replace(tt.path, "lab", "nobody", 1), "").refused(404, "not-found", "there is no app")
	}
	given(t, b)
}

// given: secrets that exist already are not said again.
func given(_ *testing.T, b *bench) {
	b.call("POST", "/v1/apps/lab/keys", `{"name":"mobile","secret":"`+plantedSecond+`"}`).is(201, `{"app":"lab","kind":"api-key","name":"mobile"}`)
	b.call("GET", "/v1/apps/lab/keys/mobile", "").is(200, sha(plantedSecond))
	b.call("POST", "/v1/apps/lab/keys/mobile/rotate", `{"secret":"`+plantedSecond+`"}`).is(200, `{"app":"lab","kind":"api-key","name":"mobile"}`)
	b.call("POST", "/v1/apps/lab/keys", `{"name":"mobile"}`).refused(409, "conflict", "has a key")
	b.call("POST", "/v1/apps/lab/keys", `{"secret":"`+plantedKey+`"}`).refused(422, "invalid", "has this value too")
	b.call("POST", "/v1/apps/lab/keys", `{"secret":"short"}`).refused(422, "invalid", "10 to 40 letters and digits")
	before := b.call("GET", "/v1/apps/shop/access-keys/AK1", "").is(200)
	b.call("POST", "/v1/apps/shop/access-keys/AK1/rotate", `{"secret":"`+plantedOther+`"}`).is(200, `{"app":"shop","kind":"access-key","name":"AK1"}`)
	b.call("GET", "/v1/apps/shop/access-keys/AK1", "").is(200, `"secondary":"sealed:`)
	b.call("POST", "/v1/apps/lab/access-keys", `{"name":"AK1"}`).refused(422, "invalid", "has this id too")
	b.call("POST", "/v1/apps/lab/access-keys", `{"name":"a b"}`).refused(422, "invalid", "the id of an access key has")
	b.call("POST", "/v1/apps/lab/access-keys", `{"secret":"`+before.str("secret")+`"}`).refused(422, "invalid", "what is shown in the place of a secret")
}

func (b *bench) never(secret string, r *result) {
	b.Helper()
	if strings.Contains(r.text+b.log.String(), secret) {
		b.Errorf("%s shows a secret: %s %s", r.what, r.text, b.log.String())
	}
}
