package app

import (
	"cmp"

	"postern/shared/gateway"
	"postern/shared/guard"
)

// body reads the request's body up to its limit: the definition's, or the vendor's documented one.
func (b *build) body() []gateway.Step {
	limit := b.dialect.Defaults.RequestSize
	if b.policy.Sizes != nil {
		limit = cmp.Or(int64(b.policy.Sizes.Request), limit)
	}
	return []gateway.Step{guard.Body{Limit: limit}.Step()}
}
