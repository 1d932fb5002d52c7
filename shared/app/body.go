package app

import (
	"cmp"

	"postern/shared/config"
	"postern/shared/gateway"
	"postern/shared/guard"
)

// body reads the request's body up to its limit.
func (b *build) body() []gateway.Step {
	return []gateway.Step{guard.Body{Limit: b.bodySize(b.policy)}.Step()}
}

// bodySize is the limit of a policy, or the vendor's documented one.
func (b *build) bodySize(p *config.Policy) int64 {
	limit := b.dialect.Defaults.RequestSize
	if p.Sizes != nil {
		limit = cmp.Or(int64(p.Sizes.Request), limit)
	}
	return limit
}

// longestBody is what some route takes: whichever is asked for is not known yet.
func (b *build) longestBody() int64 {
	if len(b.api.Routes) == 0 {
		return b.bodySize(b.policy)
	}
	var longest int64
	for i := range b.api.Routes {
		r := &b.api.Routes[i]
		longest = max(longest, b.bodySize(&r.Policy))
		for _, stage := range r.Stages {
			longest = max(longest, b.bodySize(&stage))
		}
	}
	return longest
}
