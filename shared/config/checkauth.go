package config

import "fmt"

// auth checks one scheme. Lists are never completed by others, so it must be whole wherever it stands.
func (c *checker) auth(path string, a *Auth, within bool) {
	set := 0
	for _, is := range []bool{a.HMAC != nil, a.JWT != nil, a.APIKey != nil, a.Any != nil} {
		if is {
			set++
		}
	}
	switch {
	case set > 1:
		c.problem(path, "an entry of auth is one scheme: begin the other one with a dash of its own")
	case set == 0:
		c.problem(path, "an entry of auth names a scheme: hmac, jwt, api-key or any")
	case a.Any != nil && within:
		c.problem(path+".any", "any cannot stand within any: put all schemes into one list")
	case a.HMAC != nil:
		c.hmac(path+".hmac", a.HMAC)
	case a.JWT != nil:
		c.jwt(path+".jwt", a.JWT)
	}
	for i := range a.Any {
		c.auth(fmt.Sprintf("%s.any[%d]", path, i), &a.Any[i], true)
	}
}

func (c *checker) hmac(path string, h *HMAC) {
	if h.Secret == "" {
		c.problem(path, "hmac needs a secret: write secret: ${secret:NAME}, and the secret itself into the registry")
	}
	c.names(path+".require-headers", h.Headers)
}

func (c *checker) jwt(path string, j *JWT) {
	switch j.Algorithm {
	case "HS256":
		if j.Secret == "" {
			c.problem(path, "HS256 needs a secret: write secret: ${secret:NAME}, and the secret itself into the registry")
		}
		if j.PublicKey != "" || j.JWKS != "" {
			c.problem(path, "HS256 has a secret and no public key: remove public-key and jwks, or write algorithm: RS256")
		}
	case "RS256":
		if (j.PublicKey == "") == (j.JWKS == "") {
			c.problem(path, "RS256 needs either a public-key or the URL of a key set in jwks: write one of them")
		}
		if j.Secret != "" {
			c.problem(path, "RS256 has no secret: remove it, or write algorithm: HS256")
		}
	default:
		c.problem(path, "jwt needs an algorithm: write HS256 or RS256")
	}
	if j.JWKS != "" {
		c.url(path+".jwks", j.JWKS)
	}
}
