package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// auth checks one scheme. Lists are never completed by others, so it must be whole wherever it stands.
func (c *checker) auth(path string, a *Auth, within bool) {
	set := 0
	for _, is := range []bool{a.HMAC != nil, a.JWT != nil, a.APIKey != nil, a.Basic != nil, a.Any != nil} {
		if is {
			set++
		}
	}
	switch {
	case set > 1:
		c.problem(path, "an entry of auth is one scheme: begin the other one with a dash of its own")
	case set == 0:
		c.problem(path, "an entry of auth names a scheme: hmac, jwt, api-key, basic or any")
	case a.Any != nil && within:
		c.problem(path+".any", "any cannot stand within any: put all schemes into one list")
	case a.HMAC != nil:
		c.names(path+".hmac.require-headers", a.HMAC.Headers)
	case a.JWT != nil:
		c.jwt(path+".jwt", a.JWT, within)
	case a.Basic != nil:
		c.basic(path+".basic.users", a.Basic.Users)
	}
	for i := range a.Any {
		c.auth(fmt.Sprintf("%s.any[%d]", path, i), &a.Any[i], true)
	}
}

func (c *checker) basic(path string, users map[string]string) {
	if len(users) == 0 {
		c.problem(path, "name at least one user, with a password: ann: ${secret:NAME}")
	}
	for _, name := range sorted(users) {
		switch {
		case name == "" || strings.Contains(name, ":"):
			c.problem(path, "%q is no name of a user: clients send name and password with a colon between them", name)
		case users[name] == "":
			c.problem(path+"."+name, "a user needs a password: write ${secret:NAME}, and the password itself into the registry")
		}
	}
}

func (c *checker) jwt(path string, j *JWT, within bool) {
	switch j.Algorithm {
	case "":
		c.tokenKeys(path, j)
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
	if len(j.Keys) > 0 && j.Algorithm != "" {
		c.problem(path+".keys", "each of the keys says its own algorithm, in alg: remove algorithm, or the keys")
	}
	if j.JWKS != "" {
		c.url(path+".jwks", j.JWKS)
	}
	if j.Optional && within {
		c.problem(path+".optional", "within any, a request without a credential would pass whatever else is asked: "+
			"remove optional, or give jwt an entry of its own")
	}
	if j.From != nil && (j.From.In == "form" || j.From.In == "path") {
		c.problem(path+".from", "a token is sent in a header, the query or a cookie: write header:NAME, query:NAME or cookie:NAME")
	}
	c.forward(path+".forward", j.Forward)
}

// tokenKeys checks a scheme whose keys each say their algorithm.
func (c *checker) tokenKeys(path string, j *JWT) {
	switch {
	case len(j.Keys) == 0:
		c.problem(path, "jwt needs an algorithm, HS256 or RS256, or keys that each say theirs")
	case j.Secret != "" || j.PublicKey != "" || j.JWKS != "":
		c.problem(path, "tokens are verified with the keys here: remove secret, public-key and jwks, or the keys")
	}
}

// forward checks where claims go to: each has a place of its own.
func (c *checker) forward(path string, places map[string]Place) {
	for _, claim := range sorted(places) {
		place, at := places[claim], path+"."+claim
		same := func(other string) bool {
			return other < claim && places[other].In == place.In && strings.EqualFold(places[other].Name, place.Name)
		}
		switch {
		case place.In != "header" && place.In != "query":
			c.problem(at, "a claim goes into a header or the query: write header:NAME or query:NAME")
		case place.In == "header":
			c.header(at, place.Name)
		}
		if slices.ContainsFunc(slices.Collect(maps.Keys(places)), same) {
			c.problem(at, "another claim goes there too: give each a place of its own")
		}
	}
}
