package config_test

import (
	"strings"
	"testing"

	"postern/shared/config"
)

func contains(p config.Problem, path, text string) bool {
	return p.Path == path && strings.Contains(p.Text, text)
}

// TestCheckTokens: tokens that are verified with keys of the definition, and what becomes of their claims.
func TestCheckTokens(t *testing.T) {
	keys := []map[string]any{{"kty": "oct"}}
	place := func(in, name string) config.Place { return config.Place{In: in, Name: name} }
	for _, tt := range []struct {
		name string
		j    config.JWT
		want string
	}{
		{"keys", config.JWT{Keys: keys, Once: true, Optional: true, NoExpiry: true}, ""},
		{"no keys", config.JWT{Keys: []map[string]any{}}, ": jwt needs an algorithm"},
		{"keys and an algorithm", config.JWT{Keys: keys, Algorithm: "HS256", Secret: "x"}, ".keys: each of the keys"},
		{"keys and a secret", config.JWT{Keys: keys, Secret: "x"}, ": tokens are verified"},
		{"keys and a key", config.JWT{Keys: keys, PublicKey: "x"}, ": tokens are verified"},
		{"keys and a key set", config.JWT{Keys: keys, JWKS: "https://a.com"}, ": tokens are verified"},
		{"of a form", config.JWT{Keys: keys, From: &config.Place{In: "form", Name: "t"}}, ".from: a token is sent"},
		{"of a path", config.JWT{Keys: keys, From: &config.Place{In: "path", Name: "t"}}, ".from: a token is sent"},
		{"of a cookie", config.JWT{Keys: keys, From: &config.Place{In: "cookie", Name: "t"}}, ""},
		{"claims", config.JWT{Keys: keys, Forward: map[string]config.Place{"sub": place("header", "X-User"), "tid": place("query", "tenant")}}, ""},
		{"a claim in a cookie", config.JWT{Keys: keys, Forward: map[string]config.Place{"sub": place("cookie", "u")}}, ".forward.sub: a claim goes"},
		{"a claim in no header", config.JWT{Keys: keys, Forward: map[string]config.Place{"sub": place("header", "X User")}}, `.forward.sub: "X User" is no name`},
		{
			"two claims in one place",
			config.JWT{Keys: keys, Forward: map[string]config.Place{"sub": place("header", "X-User"), "uid": place("header", "x-user")}},
			".forward.uid: another claim",
		},
		{"two claims of one name", config.JWT{Keys: keys, Forward: map[string]config.Place{"sub": place("header", "user"), "uid": place("query", "user")}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			def := sound()
			jwt(def, tt.j)
			if tt.want != "" {
				tt.want = "apis[0].auth[0].jwt" + tt.want
			}
			judge(t, config.Check(def), tt.want)
		})
	}
	def := sound()
	def.APIs[0].Auth = []config.Auth{{Any: []config.Auth{{APIKey: &config.APIKey{}}, {JWT: &config.JWT{Keys: keys, Optional: true}}}}}
	judge(t, config.Check(def), "apis[0].auth[0].any[1].jwt.optional: within any")
}

func TestCheckPasswords(t *testing.T) {
	for _, tt := range []struct {
		name  string
		users map[string]string
		want  string
	}{
		{"some", map[string]string{"ann": "a", "bob": "b:c"}, ""},
		{"none", nil, "apis[0].auth[0].basic.users: name at least one user"},
		{"no name", map[string]string{"": "a"}, `apis[0].auth[0].basic.users: "" is no name`},
		{"colon", map[string]string{"a:b": "a"}, `apis[0].auth[0].basic.users: "a:b" is no name`},
		{"no password", map[string]string{"ann": ""}, "apis[0].auth[0].basic.users.ann: a user needs a password"},
	} {
		def := sound()
		def.APIs[0].Auth = []config.Auth{{Basic: &config.Basic{Users: tt.users}}}
		judge(t, config.Check(def), tt.want)
	}
}
