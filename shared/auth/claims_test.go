package auth_test

import (
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
)

const (
	invalid = fault.AuthJWTInvalid
	expired = fault.AuthJWTExpired
)

func TestTokenTimes(t *testing.T) {
	const skew = 10 * time.Second // the request is received at 1714521600
	for _, tt := range []struct {
		name, claims string
		want         fault.Kind
		strict       fault.Kind // without skew
	}{
		{name: "none", claims: `{}`},
		{name: "exp ahead", claims: `{"exp":1714521601}`},
		{name: "exp now", claims: `{"exp":1714521600}`},
		{name: "exp just over", claims: `{"exp":1714521599}`, strict: expired},
		{name: "exp at the skew", claims: `{"exp":1714521590}`, strict: expired},
		{name: "exp past the skew", claims: `{"exp":1714521589}`, want: expired, strict: expired},
		{name: "exp with a fraction", claims: `{"exp":1714521599.5}`, strict: expired},
		{name: "exp with a fraction past the skew", claims: `{"exp":1714521589.5}`, want: expired, strict: expired},
		{name: "exp with an exponent", claims: `{"exp":1.714521600e9}`},
		{name: "exp in milliseconds", claims: `{"exp":1714521600000}`},
		{name: "exp as late as may be", claims: `{"exp":9007199254740992}`},
		{name: "exp 0", claims: `{"exp":0}`, want: expired, strict: expired},
		{name: "exp -1", claims: `{"exp":-1}`, want: expired, strict: expired},
		{name: "nbf over", claims: `{"nbf":1714521599}`},
		{name: "nbf now", claims: `{"nbf":1714521600}`},
		{name: "nbf just ahead", claims: `{"nbf":1714521600.25}`, strict: invalid},
		{name: "nbf at the skew", claims: `{"nbf":1714521610}`, strict: invalid},
		{name: "nbf past the skew", claims: `{"nbf":1714521611}`, want: invalid, strict: invalid},
		{name: "iat now", claims: `{"iat":1714521600}`},
		{name: "iat at the skew", claims: `{"iat":1714521610}`, strict: invalid},
		{name: "iat past the skew", claims: `{"iat":1714521611}`, want: invalid, strict: invalid},
		{name: "over and not begun", claims: `{"exp":1,"nbf":2000000000}`, want: invalid, strict: invalid},
		{name: "over and nbf no time", claims: `{"exp":1,"nbf":"x"}`, want: invalid, strict: invalid},
		{name: "EXP is not exp", claims: `{"EXP":1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token := hsToken(j1Secret, j1Header, tt.claims)
			if got := kind(hs256(t, j1Secret, auth.TokenRules{Skew: skew}).Verify(t.Context(), token, j1Time())); got != tt.want {
				t.Errorf("Verify(%s) = %q, want %q", tt.claims, got, tt.want)
			}
			if got := kind(hs256(t, j1Secret, auth.TokenRules{}).Verify(t.Context(), token, j1Time())); got != tt.strict {
				t.Errorf("Verify(%s) without skew = %q, want %q", tt.claims, got, tt.strict)
			}
		})
	}
}

func TestTokenClaims(t *testing.T) {
	one := func(name string, rule auth.ClaimRule) map[string]auth.ClaimRule {
		return map[string]auth.ClaimRule{name: rule}
	}
	required := auth.ClaimRule{Required: true}
	orders := auth.ClaimRule{Values: []string{"orders", "stock"}}
	for _, tt := range []struct {
		name   string
		rules  map[string]auth.ClaimRule
		claims string
		want   fault.Kind
	}{
		{name: "nothing asked", rules: one("aud", auth.ClaimRule{}), claims: `{}`},
		{name: "nothing asked, any type", rules: one("aud", auth.ClaimRule{}), claims: `{"aud":1}`},
		{name: "nothing asked, empty list", rules: one("aud", auth.ClaimRule{Values: []string{}}), claims: `{"aud":"x"}`},
		{name: "required, there", rules: one("jti", required), claims: `{"jti":"x"}`},
		{name: "required, false is there", rules: one("admin", required), claims: `{"admin":false}`},
		{name: "required, absent", rules: one("jti", required), claims: `{}`, want: invalid},
		{name: "required, null", rules: one("jti", required), claims: `{"jti":null}`, want: invalid},
		{name: "required, in upper case", rules: one("jti", required), claims: `{"JTI":"x"}`, want: invalid},
		{name: "required exp, absent", rules: one("exp", required), claims: `{}`, want: invalid},
		{name: "required exp, there", rules: one("exp", required), claims: `{"exp":1714521600}`},
		{name: "value, the first", rules: one("iss", orders), claims: `{"iss":"orders"}`},
		{name: "value, the last", rules: one("sub", orders), claims: `{"sub":"stock"}`},
		{name: "value, other", rules: one("iss", orders), claims: `{"iss":"blog"}`, want: invalid},
		{name: "value, prefix", rules: one("iss", orders), claims: `{"iss":"order"}`, want: invalid},
		{name: "value, longer", rules: one("iss", orders), claims: `{"iss":"orders/"}`, want: invalid},
		{name: "value, in upper case", rules: one("iss", orders), claims: `{"iss":"Orders"}`, want: invalid},
		{name: "value, absent", rules: one("iss", orders), claims: `{}`},
		{name: "value, null", rules: one("iss", orders), claims: `{"iss":null}`},
		{name: "required value, absent", rules: one("iss", auth.ClaimRule{Required: true, Values: orders.Values}), claims: `{}`, want: invalid},
		{name: "value, empty", rules: one("iss", orders), claims: `{"iss":""}`, want: invalid},
		{name: "value, number", rules: one("iss", auth.ClaimRule{Values: []string{"1"}}), claims: `{"iss":1}`, want: invalid},
		{name: "value, object", rules: one("iss", orders), claims: `{"iss":{"orders":"orders"}}`, want: invalid},
		{name: "iss is no array", rules: one("iss", orders), claims: `{"iss":["orders"]}`, want: invalid},
		{name: "sub is no array", rules: one("sub", orders), claims: `{"sub":["orders"]}`, want: invalid},
		{name: "jti is no array", rules: one("jti", orders), claims: `{"jti":["orders"]}`, want: invalid},
		{name: "aud, a string", rules: one("aud", orders), claims: `{"aud":"orders"}`},
		{name: "aud, one of several", rules: one("aud", orders), claims: `{"aud":["blog","stock","x"]}`},
		{name: "aud, none of several", rules: one("aud", orders), claims: `{"aud":["blog","x"]}`, want: invalid},
		{name: "aud, an empty array", rules: one("aud", orders), claims: `{"aud":[]}`, want: invalid},
		{name: "aud, nested", rules: one("aud", orders), claims: `{"aud":[["orders"]]}`, want: invalid},
		{name: "aud, not all strings", rules: one("aud", orders), claims: `{"aud":["orders",1]}`, want: invalid},
		{name: "a claim of its own", rules: one("roles", orders), claims: `{"roles":["orders"]}`},
		{
			name:  "both hold",
			rules: map[string]auth.ClaimRule{"iss": orders, "aud": orders}, claims: `{"iss":"orders","aud":"stock"}`,
		},
		{
			name:  "one of two fails",
			rules: map[string]auth.ClaimRule{"iss": orders, "aud": orders}, claims: `{"iss":"orders","aud":"x"}`, want: invalid,
		},
		{name: "expired and another issuer", rules: one("iss", orders), claims: `{"iss":"blog","exp":1}`, want: invalid},
		{name: "expired and the right issuer", rules: one("iss", orders), claims: `{"iss":"orders","exp":1}`, want: expired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := hs256(t, j1Secret, auth.TokenRules{Claims: tt.rules})
			if got := kind(v.Verify(t.Context(), hsToken(j1Secret, j1Header, tt.claims), j1Time())); got != tt.want {
				t.Errorf("Verify(%s) = %q, want %q", tt.claims, got, tt.want)
			}
		})
	}
}
