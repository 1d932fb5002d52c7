package app

import (
	"slices"

	"postern/shared/config"
)

const headerOrQuery = "header-or-query"

// keyQuery are the query parameters that may hold the caller's API key. The backend gets none of them.
func (b *build) keyQuery() []string {
	inQuery := func(a config.Auth) bool { return a.APIKey != nil && a.APIKey.In == headerOrQuery }
	for i := range b.policy.Auth {
		if a := &b.policy.Auth[i]; inQuery(*a) || slices.ContainsFunc(a.Any, inQuery) {
			return b.dialect.KeyQuery
		}
	}
	return nil
}
