package app

import (
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
	"postern/shared/transform"
)

// rewrite gives the backend another path below its URL.
func (b *build) rewrite() []gateway.Step {
	rewrite := b.policy.Rewrite
	if rewrite == nil {
		return nil
	}
	r, defect := transform.CompileRewrite(rewrite.Pattern, rewrite.To)
	if defect != nil {
		key := "rewrite.to"
		if defect.Kind == fault.DefinitionPattern {
			key = "rewrite.pattern"
		}
		return []gateway.Step{b.defect(key, "rewrite", defect.Kind, defect.Err)}
	}
	if backend := b.policy.Backend; backend != nil && backend.URL != "" {
		to, err := forward.ParseURL(backend.URL)
		if err != nil {
			return nil // outbound reports it
		}
		r.Prefix = to.Path
	}
	return []gateway.Step{r.Step()}
}
