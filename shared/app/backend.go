package app

import (
	"postern/shared/forward"
	"postern/shared/gateway"
)

// outbound is where requests go to.
func (b *build) outbound() []gateway.Step {
	backend := b.policy.Backend
	if backend == nil || !backend.Answers() {
		return nil
	}
	switch {
	case backend.Ways() > 1:
		b.problem("backend", "a backend is one of url, vpc-access, function, device and mock: keep one of them")
	case backend.Mock != nil || backend.Device != nil:
		return nil
	}
	to := b.backendAt(backend)
	if to == nil {
		return nil
	}
	target := forward.Target{
		Method: backend.Method, Scheme: to.Scheme, Authority: to.Authority, Prefix: to.Path, Base: b.api.Base,
		PreserveHost: backend.PreserveHost, Without: b.keyQuery(),
	}
	if backend.Path != "" {
		path, err := b.backendPath(backend.Path)
		if err != nil {
			return []gateway.Step{b.broken("backend.path", "outbound", err)}
		}
		target.Path = path
	}
	return []gateway.Step{target.Step()}
}

// backend is who answers: a service, a function, a device or a mock.
func (b *build) backend() []gateway.Step {
	backend := b.policy.Backend
	switch {
	case backend == nil || !backend.Answers():
		return nil
	case backend.Device != nil:
		return b.device(backend.Device)
	case backend.Mock == nil:
		return []gateway.Step{b.service(backend)}
	default:
		return []gateway.Step{b.mock("backend.mock", "forward", backend.Mock)}
	}
}
