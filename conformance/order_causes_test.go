package conformance_test

// The causes, by the steps in their order (aliyun.md 5, and 4.1 for the plug-ins). Those of one step are not compared.
//
// What a cause needs for itself: m method, p path, q query, b body, t content type, s stage, f X-Forwarded-For, o Origin,
// k key, x secret, c time, n backend, w owner, g grant, j token, a password.

func lineCauses() [][]cause {
	return [][]cause{
		{
			{"request.uri", "I400RU", "q", func(s *situation) { s.query = "x=%zz" }},
			{"request.path", "I400PA", "p", func(s *situation) { s.path = "/v1/users/%00" }},
		},
		{{"request.method", "I405UM", "m", func(s *situation) { s.method = "PROPFIND" }}},
		{{"request.head", "I413UL", "", func(s *situation) { s.header["X-Pad"] = `${repeat 9000 "x"}` }}},
		{{"request.size", "I413RL", "b", func(s *situation) {
			s.api["sizes"], s.body = "{request: 1B}", "Content-Length: ${length}\n\nab\n"
		}}},
		{{"request.loop", "I508LD", "", func(s *situation) { s.header["X-Ca-Proxy-Hops"] = "5" }}},
	}
}

func stateCauses() [][]cause {
	limit := func(text string) func(*situation) {
		return func(s *situation) { s.apiLimits = append(s.apiLimits, text) }
	}
	flag := func(name string) func(*situation) {
		return func(s *situation) {
			if s.flags != "" {
				name = s.flags + ", " + name
			}
			s.flags = name
		}
	}
	return [][]cause{
		{{"route.host.legal", "B451DO", "", func(s *situation) { s.hosts = "api.example.test: [legal]" }}},
		{{"route.owner", "X403DG", "w", func(s *situation) { s.api["owner"] = "nobody" }}},
		{{"route.moved", "I410GG", "", flag("moved")}},
		{{"route.legal", "B451GO", "", flag("legal")}},
		{{"route.overdue", "B403OD", "w", func(s *situation) { s.owner = "acme: [overdue]" }}},
		{{"limit.host.quota", "T429ID", "", limit(`inner: {per: "host:inner", quota: 0/day}`)}},
		{{"limit.gateway.quota", "T429IN", "", limit("machine: {per: gateway, quota: 0/second}")}},
		{{"limit.server.quota", "T429SR", "", limit("process: {per: server, quota: 0/second}")}},
		{{"limit.api.quota", "T429GR", "", limit("group: {per: api, quota: 0/second}")}},
		{{"route.stage", "I400SG", "s", func(s *situation) { s.header["X-Ca-Stage"] = "QA" }}},
	}
}

func routeCauses() [][]cause {
	backend := func(text string) func(*situation) { return func(s *situation) { s.api["backend"] = text } }
	return [][]cause{
		{
			{"route.path", "I404NF", "p", func(s *situation) { s.path = "/v1/nothing" }},
			{"route.preflight", "I404CO", "pmo", func(s *situation) {
				s.api["cors"], s.method, s.path = `{origins: ["*"]}`, "OPTIONS", "/v1/nothing"
				s.header["Origin"], s.header["Access-Control-Request-Method"] = "https://app.example.com", "GET"
			}},
		},
		{
			{"definition.expired", "X500ED", "", func(s *situation) {
				if s.flags != "" {
					s.flags += ", "
				}
				s.flags += "expired"
			}},
			{"definition.route", "X500AM", "n", func(s *situation) { s.route["backend"] = "none" }},
			{"definition.policy", "X400PM", "", func(s *situation) { s.limits = append(s.limits, "broken: {per: route}") }},
			{"definition.resource", "I404NR", "n", backend("{vpc-access: gone}")},
			{"route.variable", "I404SR", "n", func(s *situation) {
				s.api["variables"], s.api["backend"] = "{other: a}", `{url: "http://#gone#"}`
			}},
		},
		{{"access.origin", "A403CO", "o", func(s *situation) {
			s.route["cors"], s.header["Origin"] = `{origins: ["https://app.example.com"]}`, "https://evil.test"
		}}},
		{{"request.upgrade", "I400HD", "", func(s *situation) { s.header["Connection"], s.header["Upgrade"] = "upgrade", "websocket" }}},
		{{"request.address", "I400HD", "f", func(s *situation) {
			s.top["trusted-hops"], s.header["X-Forwarded-For"] = "1", "nobody"
		}}},
		{{"request.protocol", "I403PT", "", func(s *situation) { s.route["protocols"] = "[https]" }}},
		{
			{"access.public", "A403IN", "f", func(s *situation) {
				s.top["trusted-hops"], s.header["X-Forwarded-For"] = "1", "203.0.113.9"
				s.access = append(s.access, "public: closed")
			}},
			{"access.network", "A403VN", "", func(s *situation) { s.access = append(s.access, "networks: [vpc-1]") }},
		},
		{{"request.size", "I413RL", "b", func(s *situation) {
			s.api["sizes"], s.body = "{request: 1B}", "Transfer-Encoding: chunked\n\n2\r\nab\r\n0\r\n\r\n\n"
		}}},
		{
			{"request.type", "I400CT", "tb", func(s *situation) {
				s.header["Content-Type"], s.body = "multipart/form-data", "Content-Length: ${length}\n\nab\n"
			}},
			{"request.body", "I400BD", "tb", func(s *situation) {
				s.header["Content-Type"], s.body = "application/x-www-form-urlencoded", "Content-Length: ${length}\n\na=%zz\n"
			}},
		},
	}
}

func credentialCauses() [][]cause {
	return [][]cause{
		{
			{"auth.hmac.missing", "A400MA", "kxc", func(s *situation) { s.key, s.secret = "", "" }},
			{"request.header", "I400MH", "x", func(s *situation) { s.secret = "" }},
			{"request.field", "I400HD", "c", func(s *situation) { s.header["X-Ca-Timestamp"] = "yesterday" }},
		},
		{{"auth.hmac.key", "A400IK", "k", func(s *situation) { s.key = "999" }}},
		{{"request.digest", "I400I5", "", func(s *situation) { s.header["Content-MD5"] = "AAAA" }}},
		{{"auth.hmac.expired", "S403TE", "c", func(s *situation) { s.header["X-Ca-Timestamp"] = "1795261000000" }}},
		{{"auth.hmac.mismatch", "A403IS", "x", func(s *situation) { s.secret = "wrong" }}},
		{{"auth.replay.missing", "I400NC", "", func(s *situation) { s.route["replay"] = "required" }}},
		{
			{"auth.grant.missing", "A403PR", "g", func(s *situation) { s.grant = "" }},
			{"auth.grant.expired", "A403EP", "g", func(s *situation) { s.grant = "{until: 2026-11-20T00:00:00Z}" }},
		},
		{{"auth.jwt.missing", "I400JR", "j", tokens("", "")}},
		{
			{"auth.jwt.malformed", "I400JD", "j", tokens("", "not.a.jwt")},
			{"auth.jwt.invalid", "A403JT", "j", tokens("", token("another-key-0123456789", "k1", "{}"))},
			{"auth.jwt.key", "A403JK", "j", tokens("", token(tokenKey, "k2", "{}"))},
			{"auth.jwt.expired", "A403JE", "j", tokens("", token(tokenKey, "k1", `{"exp":1}`))},
			{"definition.jwt", "I400JP", "j", func(s *situation) {
				s.header["X-Token"], s.auth = "t", append(s.auth, `{jwt: {from: "header:X-Token", keys: [{kty: RSA}]}}`)
			}},
		},
		{{"auth.jwt.no-id", "S403JI", "j", tokens(", once: true", token(tokenKey, "k1", "{}"))}},
		{{"auth.basic.missing", "A403PR", "a", passwords("")}},
		{{"auth.basic.invalid", "A403PR", "a", passwords("Basic cmVhZGVyOmd1ZXNz")}},
	}
}

const tokenKey = "a-shared-key-of-the-tests-0123456789"

func token(key, kid, claims string) string {
	return `${jwt "` + key + "\" `{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}` `" + claims + "`}"
}

func tokens(rules, token string) func(*situation) {
	return func(s *situation) {
		s.auth = append(s.auth, `{jwt: {from: "header:X-Token", keys: [{kty: oct, kid: k1, alg: HS256, k: "${b64 "`+tokenKey+`"}"}]`+rules+`}}`)
		s.header["X-Token"] = token
	}
}

func passwords(header string) func(*situation) {
	return func(s *situation) {
		s.auth, s.header["Authorization"] = append(s.auth, "{basic: {users: {reader: a-password}}}"), header
	}
}

func laterCauses() [][]cause {
	limit := func(text string) func(*situation) {
		return func(s *situation) { s.limits = append(s.limits, text) }
	}
	return [][]cause{
		{{"limit.route.quota", "T429PA", "", limit("calls: {per: route, quota: 0/minute}")}},
		{{"limit.owner.quota", "T429PR", "", limit("accounts: {per: owner, quota: 0/minute}")}},
		{{"limit.app.quota", "T429PR", "", limit("callers: {per: app, quota: 0/minute}")}},
		{{"limit.client.quota", "T429MR", "", limit("addresses: {per: client, quota: 0/minute}")}},
		{{"limit.header.quota", "T429MR", "", limit(`devices: {per: "header:X-Device", quota: 0/minute}`)}},
		{{"limit.path.quota", "T429MR", "", limit(`users: {per: "path:userId", quota: 0/minute}`)}},
		{{"limit.parameter.quota", "T429MR", "", limit(`kinds: {per: "parameter:kind", quota: 0/minute}`)}},
		{{"access.address", "A403IP", "", func(s *situation) { s.access = append(s.access, `deny: ["0.0.0.0/0"]`) }}},
		{
			{"request.parameter", "I400MP", "", func(s *situation) { s.parameters = append(s.parameters, "needed: {in: header, required: true}") }},
			{"request.value", "I400IP", "", func(s *situation) { s.parameters = append(s.parameters, `X-Device: {in: header, values: [b]}`) }},
		},
		{{"request.header", "I400MH", "", func(s *situation) { s.route["validate"] = "{headers: [X-Needed]}" }}},
		{{"backend.refused", "D504CO", "n", func(s *situation) { s.backend = "dead" }}},
	}
}
