package admin_test

import "testing"

func apps(t *testing.T, s stores) {
	b := filled(t, s)
	b.call("GET", "/v1/apps/shpo", "").refused(404, "not-found", `there is no app \"shpo\"; did you mean \"shop\"?`)
	shop := b.call("GET", "/v1/apps/shop", "").is(200, `"name":"shop"`, sha(plantedKey), `"sealed:`)
	b.call("PUT", "/v1/apps/shop", shop.text).is(200, shop.text)
	r := b.call("PUT", "/v1/apps/new", `{"keys":[{"name":"k","primary":"`+plantedSecond+`"}],"grants":{"orders":"gold"}}`).is(201, sha(plantedSecond))
	if r.record["of_app"] != "new" || r.etag() != b.call("GET", "/v1/apps/new", "").etag() {
		t.Errorf("the record is %v, the ETag %s", r.record, r.etag())
	}
	b.call("PUT", "/v1/apps/new", `{"name":"new","flags":["disabled"]}`).is(200, `{"name":"new","flags":["disabled"]}`)
	b.call("PUT", "/v1/apps/new", `{"name":"other"}`).refused(422, "invalid", `"pointer":"/name"`)
	b.call("PUT", "/v1/apps/new", `{"grants":{"orders":"glod"}}`).refused(422, "invalid", `there is no plan \"glod\"`)
	b.call("PUT", "/v1/apps/new", `{"access-keys":[{"id":"A","secret":"***"}]}`).refused(422, "invalid", "access key A of app \\\"new\\\": it is masked")
	b.call("DELETE", "/v1/apps/new", "").is(204)
	b.call("DELETE", "/v1/apps/new", "").refused(404, "not-found")
	odd := "/v1/apps/a%2Fb%3Fc%20%C3%BC"
	if r := b.call("PUT", odd, `{}`).is(201, `"name":"a/b?c ü"`); r.record["of_app"] != "a/b?c ü" {
		t.Errorf("the record is %v", r.record)
	}
	b.call("POST", odd+"/keys", `{"name":"x/y"}`).is(201)
	b.call("GET", odd+"/keys/x%2Fy", "").is(200, `"name":"x/y"`)
	b.call("DELETE", odd, "").is(204)
	for _, none := range []string{"/v1/apps/.", "/v1/apps/..", "/v1/apps/%2e%2e", "/v1/apps/", "/v1/apps/%FF", "/v1//apps", "/v1/apps/shop/", "/V1/apps", "/v1", "/"} {
		b.call("GET", none, "").refused(404, "not-found", "GET /v1/openapi")
	}
}

func plans(t *testing.T, s stores) {
	b := filled(t, s)
	b.call("GET", "/v1/plans/gold", "").is(200, `{"name":"gold","rate":"50/s","quota":"100/day"}`)
	b.call("GET", "/v1/plans/glod", "").refused(404, "not-found", `did you mean \"gold\"?`)
	b.call("PUT", "/v1/plans/gold", `{"quota":"7/day in Asia/Seoul"}`).is(200, `{"name":"gold","quota":"7/day in Asia/Seoul"}`)
	b.call("PUT", "/v1/plans/silver", `{"name":"silver","rate":"1/s"}`).is(201, `{"name":"silver","rate":"1/s"}`)
	b.call("PUT", "/v1/plans/silver", `{"name":"gold"}`).refused(422, "invalid", `"/name"`)
	b.call("PUT", "/v1/plans/silver", `{}`).refused(422, "invalid", "a plan needs a rate, a quota or both")
	b.call("PUT", "/v1/plans/silver", `{"quota":"7/day in Nowhere"}`).is(422, "Nowhere")
	b.call("PUT", "/v1/plans/none", `{"rate":"1/s"}`).refused(422, "invalid", "no plan can be called none")
	b.call("DELETE", "/v1/plans/gold", "").refused(409, "conflict", `plan gold is granted to app \"lab\" for API \"members\"`)
	b.call("DELETE", "/v1/plans/silver", "").is(204)
	b.call("DELETE", "/v1/plans/silver", "").refused(404, "not-found")
}

func secrets(t *testing.T, s stores) {
	b := filled(t, s)
	first := b.call("GET", "/v1/secrets/members-hmac", "").is(200, `{"name":"members-hmac","tag":"sealed:`)
	b.call("PUT", "/v1/secrets/members-hmac", `{"value":"`+plantedSecret+`"}`).is(200, first.text)
	second := b.call("PUT", "/v1/secrets/members-hmac", `{"value":"`+plantedOther+`"}`, "If-Match: "+first.etag()).is(200)
	if second.str("tag") == first.str("tag") || second.record["of_secret"] != "members-hmac" || second.record["operation"] != "putSecret" {
		t.Errorf("another secret: %s after %s, record %v", second.text, first.text, second.record)
	}
	b.call("PUT", "/v1/secrets/members-hmac", `{"value":"`+plantedSecret+`"}`, "If-Match: "+first.etag()).refused(412, "changed")
	b.call("PUT", "/v1/secrets/pem", `{"value":"-----\n`+plantedSecret+`"}`).is(201)
	b.call("PUT", "/v1/secrets/pem", `{"value":""}`).refused(422, "invalid", "the secret is empty")
	b.call("PUT", "/v1/secrets/pem", `{"value":"`+second.str("tag")+`"}`).refused(422, "invalid", "what is shown in the place of a secret")
	b.call("PUT", "/v1/secrets/pem", `{"value":"***"}`).refused(422, "invalid", "what is shown in the place of a secret")
	b.call("PUT", "/v1/secrets/a%20b", `{"value":"`+plantedSecret+`"}`).refused(422, "invalid", "cannot be named in a definition")
	b.call("GET", "/v1/secrets", "").is(200, `{"items":[{"name":"members-hmac","tag":"sealed:`, `,{"name":"pem","tag":"`)
	b.call("DELETE", "/v1/secrets/pem", "").is(204)
	b.call("GET", "/v1/secrets/pem", "").refused(404, "not-found", `there is no secret \"pem\"`)
}

func flags(t *testing.T, s stores) {
	b := filled(t, s)
	for range 2 {
		b.call("PUT", "/v1/apps/shop/flags/disabled", "").is(204)
		b.call("GET", "/v1/apps/shop/flags", "").is(200, `{"items":["disabled"]}`)
	}
	b.call("PUT", "/v1/apps/shop/flags/disabeld", "").refused(404, "not-found", `there is no flag \"disabeld\": apps have disabled`)
	b.call("PUT", "/v1/apps/nobody/flags/disabled", "").refused(404, "not-found", `there is no app \"nobody\"`)
	b.call("PUT", "/v1/apps/shop/flags/disabled", "", `If-Match: "x"`).refused(412, "changed")
	for range 2 {
		b.call("DELETE", "/v1/apps/shop/flags/disabled", "").is(204)
		b.call("GET", "/v1/apps/shop/flags", "").is(200, `{"items":[]}`)
	}
	b.call("GET", "/v1/apps/nobody/flags", "").refused(404, "not-found")
}

func grants(t *testing.T, s stores) {
	b := filled(t, s)
	b.call("GET", "/v1/apps/shop/grants", "").is(200, `{"items":[{"api":"members","plan":"free"},{"api":"orders","plan":"none"}]}`)
	b.call("PUT", "/v1/apps/shop/grants/orders", `{"plan":"gold"}`).is(200, `{"api":"orders","plan":"gold"}`)
	b.call("PUT", "/v1/apps/shop/grants/users", `{"plan":"none"}`).is(201)
	b.call("PUT", "/v1/apps/lab/grants/orders", `{"routes":["list"],"stages":["test"],"until":"2027-01-31T09:00:00+09:00"}`).is(201,
		`{"api":"orders","plan":"none","routes":["list"],"stages":["test"],"until":"2027-01-31T00:00:00Z"}`)
	b.call("GET", "/v1/apps/lab", "").is(200, `"orders":{"routes":["list"],"stages":["test"],"until":"2027-01-31T00:00:00Z"}`)
	b.call("PUT", "/v1/apps/lab/grants/orders", `{"until":"tomorrow"}`).refused(400, "malformed", `\"tomorrow\" is no moment`)
	b.call("DELETE", "/v1/apps/lab/grants/orders", "").is(204)
	b.call("PUT", "/v1/apps/lab/grants/users", `{"plan":""}`).is(201, `"plan":"none"`)
	b.call("PUT", "/v1/apps/lab/grants/users", `{"plan":"glod"}`).refused(422, "invalid", `did you mean \"gold\"?`)
	b.call("PUT", "/v1/apps/nobody/grants/users", `{"plan":"gold"}`).refused(404, "not-found", `there is no app \"nobody\"`)
	b.call("GET", "/v1/apps/shop/grants/users", "").is(200, `{"api":"users","plan":"none"}`)
	b.call("DELETE", "/v1/apps/shop/grants/users", "").is(204)
	b.call("DELETE", "/v1/apps/shop/grants/users", "").refused(404, "not-found", `there is no grant \"users\"`)
	b.call("GET", "/v1/apps/nobody/grants", "").refused(404, "not-found")
	b.call("GET", "/v1/apps/nobody/grants/users", "").refused(404, "not-found")
}
