package app

import (
	"cmp"
	"crypto"
	"fmt"
	"maps"
	"slices"
	"strings"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/gateway"
)

// alternative is one scheme of the auth list, with its key in the policy.
type alternative struct {
	*config.Auth
	key string
}

// auth verifies each entry of the list; of an any, the first scheme that the request uses.
func (b *build) auth() []gateway.Step {
	var steps []gateway.Step
	slot := 0
	for i := range b.policy.Auth {
		var names []string
		var members []auth.Member
		for _, a := range b.alternatives(i) {
			name := schemeName(a.Auth)
			if read := b.reader(name, a); read != nil {
				names = append(names, name+".read")
				members = append(members, auth.Member{Slot: slot, Read: read, Optional: a.JWT != nil && a.JWT.Optional})
				steps = append(steps, b.verify(a, slot)...)
				slot++
			}
		}
		if len(members) > 0 {
			steps = append(steps, auth.Read(b.earliest(names), members...))
		}
	}
	if b.dialect.Checks.Grants && slot > 0 {
		steps = append(steps, auth.CheckGrant())
	}
	return steps
}

func (b *build) alternatives(i int) []alternative {
	entry, key := &b.policy.Auth[i], fmt.Sprintf("auth[%d]", i)
	if schemeName(entry) != "any" {
		return []alternative{{entry, key}}
	}
	list := make([]alternative, len(entry.Any))
	for j := range entry.Any {
		list[j] = alternative{&entry.Any[j], fmt.Sprintf("%s.any[%d]", key, j)}
	}
	return list
}

// schemeName is "" where not exactly one scheme is given.
func schemeName(a *config.Auth) string {
	var names []string
	given := map[string]bool{
		"hmac": a.HMAC != nil, "jwt": a.JWT != nil, "api-key": a.APIKey != nil, "basic": a.Basic != nil, "any": len(a.Any) > 0,
	}
	for name, given := range given {
		if given {
			names = append(names, name)
		}
	}
	if len(names) != 1 {
		return ""
	}
	return names[0]
}

// reader is nil, with a problem, where the dialect cannot read the scheme.
func (b *build) reader(name string, a alternative) auth.Reader {
	schemes := slices.Sorted(maps.Keys(b.dialect.Schemes))
	switch {
	case name == "":
		b.problem(a.key, "name exactly one scheme; dialect %s has: %s", b.dialect.Name, strings.Join(schemes, ", "))
		return nil
	case name == "any":
		b.problem(a.key, "any inside any: list its schemes in the outer one")
		return nil
	case b.dialect.Schemes[name] == nil:
		b.problem(a.key, "dialect %s has no scheme %s; it has: %s", b.dialect.Name, name, strings.Join(schemes, ", "))
		return nil
	}
	read, err := b.dialect.Schemes[name](readerRules(a.Auth))
	if err != nil {
		b.problem(a.key+"."+name, "%v", err)
		return nil
	}
	return read
}

// readerRules are what a route asks of the format of a credential.
func readerRules(a *config.Auth) (rules auth.Rules) {
	switch {
	case a.HMAC != nil:
		rules.RequireHeaders, rules.Quote, rules.RequireTime = a.HMAC.Headers, a.HMAC.Quote, a.HMAC.Time == "required"
		for _, name := range a.HMAC.Hashes {
			rules.Hashes = append(rules.Hashes, map[string]crypto.Hash{"sha1": crypto.SHA1, "sha256": crypto.SHA256}[name])
		}
	case a.JWT != nil && a.JWT.From != nil:
		rules.In, rules.Name = a.JWT.From.In, a.JWT.From.Name
	case a.APIKey != nil:
		rules.Query = a.APIKey.In == "header-or-query"
	}
	return rules
}

// earliest of the steps in the dialect's order: a credential must be read before any step that verifies it.
func (b *build) earliest(names []string) string {
	return slices.MinFunc(names, func(s, t string) int {
		return cmp.Compare(slices.Index(b.dialect.Order, s), slices.Index(b.dialect.Order, t))
	})
}
