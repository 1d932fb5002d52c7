package app

import (
	"slices"

	"postern/shared/gateway"
	"postern/shared/guard"
	"postern/shared/validate"
)

// content checks that bodies are what their types and digests say, where the vendor does.
func (b *build) content() []gateway.Step {
	if b.route == nil {
		return nil
	}
	var steps []gateway.Step
	if slices.Contains(b.dialect.Order, "content") {
		var c validate.Content
		if v := b.policy.Validate; v != nil {
			c = validate.Content{Types: v.ContentTypes, JSON: v.Body != ""}
		}
		steps = append(steps, c.Step())
	}
	if slices.Contains(b.dialect.Order, "digest") {
		steps = append(steps, guard.Digest())
	}
	return steps
}
