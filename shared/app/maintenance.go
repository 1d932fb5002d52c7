package app

import (
	"maps"
	"slices"

	"postern/shared/config"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

// maintenance answers every request with the same.
func (b *build) maintenance() []gateway.Step {
	if b.policy.Maintenance == nil {
		return nil
	}
	return []gateway.Step{b.mock("maintenance", "maintenance", b.policy.Maintenance)}
}

// mock is a fixed answer as the step of this name.
func (b *build) mock(key, step string, m *config.Mock) gateway.Step {
	if m.Status < 200 || m.Status > 999 {
		b.problem(key+".status", "%d ends no exchange: write a status from 200 on", m.Status)
	}
	last := step == "forward"
	mock := forward.Mock{Status: m.Status, Headers: make(map[string]gateway.Text, len(m.Headers)), Body: []byte(m.Body)}
	for _, name := range slices.Sorted(maps.Keys(m.Headers)) {
		at := key + ".headers." + name
		if err := forward.CheckField(name, m.Headers[name]); err != nil {
			b.problem(at, "%v", err)
		}
		value, err := b.dialect.Text(m.Headers[name])
		if err != nil {
			broken := b.broken(at, step, err)
			broken.Last = last
			return broken
		}
		mock.Headers[name] = value
	}
	return gateway.Step{Name: step, Last: last, Run: mock.Answer}
}

// broken refuses where the dialect cannot read a text.
func (b *build) broken(key, step string, err error) gateway.Step {
	return b.defect(key, step, fault.DefinitionTemplate, err)
}
