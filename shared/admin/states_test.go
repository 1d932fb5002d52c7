package admin_test

import "testing"

// states: hosts, APIs and owners have flags of their own, and an owner is there without any.
func states(t *testing.T, s stores) {
	b := filled(t, s)
	b.call("PUT", "/v1/hosts/api.example.com/flags/legal", "").is(204)
	b.call("PUT", "/v1/hosts/api.example.com/flags/legal", "").is(204)
	b.call("GET", "/v1/hosts", "").is(200, `{"items":[{"name":"api.example.com","flags":["legal"]}]}`)
	b.call("PUT", "/v1/hosts/api.example.com/flags/moved", "").refused(404, "not-found", "the flag moved is for APIs: hosts have legal")
	b.call("PUT", "/v1/hosts/a%20b/flags/legal", "").refused(422, "invalid", `\"a b\" is no host`)
	b.call("DELETE", "/v1/hosts/api.example.com/flags/legal", "").is(204)
	b.call("GET", "/v1/hosts/api.example.com", "").refused(404, "not-found", `there is no host \"api.example.com\"`)
	b.call("DELETE", "/v1/hosts/api.example.com/flags/legal", "").is(204)

	b.call("PUT", "/v1/apis/members", `{"flags":["moved","legal"]}`).is(201, `{"name":"members","flags":["legal","moved"]}`)
	b.call("PUT", "/v1/apis/members/flags/expired", "").is(204)
	b.call("GET", "/v1/apis/members", "").is(200, `{"name":"members","flags":["expired","legal","moved"]}`)
	b.call("PUT", "/v1/apis/members", `{"name":"orders"}`).refused(422, "invalid")
	b.call("PUT", "/v1/apis/members", `{"flags":["overdue"]}`).refused(422, "invalid", "the flag overdue is for owners: APIs have legal, moved, expired")
	b.call("DELETE", "/v1/apis/members", "").is(204)
	b.call("DELETE", "/v1/apis/members", "").refused(404, "not-found")

	b.call("PUT", "/v1/owners/acme/flags/overdue", "").refused(404, "not-found", `there is no owner \"acme\"`)
	b.call("PUT", "/v1/owners/acme", `{}`).is(201, `{"name":"acme","flags":[]}`)
	b.call("PUT", "/v1/owners/acme/flags/overdue", "").is(204)
	b.call("DELETE", "/v1/owners/acme/flags/overdue", "").is(204)
	b.call("GET", "/v1/owners/acme", "").is(200, `{"name":"acme","flags":[]}`)
	b.call("PUT", "/v1/apps/lab", `{"owner":"acmee"}`).refused(422, "invalid", `there is no owner \"acmee\"; did you mean \"acme\"?`)
	b.call("PUT", "/v1/apps/lab", `{"owner":"acme"}`).is(200, `"owner":"acme"`)
	b.call("DELETE", "/v1/owners/acme", "").refused(409, "conflict", `app \"lab\" belongs to owner acme`)
	b.call("PUT", "/v1/apps/lab", `{}`).is(200)
	b.call("PUT", "/v1/owners/acme/flags/overdue", "", `If-Match: "x"`).refused(412, "changed")
	b.call("DELETE", "/v1/owners/acme", "").is(204)
}
