package app

import (
	"cmp"
	"time"

	"postern/shared/config"
	"postern/shared/forward"
	"postern/shared/gateway"
)

const (
	breakerFailures = 5
	breakerOpen     = 30 * time.Second
	trialSlack      = 5 * time.Second // beyond the backend's own time limit, then another call may try
)

// service is who answers for a backend that is called.
func (b *build) service(backend *config.Backend) gateway.Step {
	service := forward.Backend{Name: b.api.Name, Client: b.caller(backend), Limits: b.callLimits(backend.Timeout), Now: b.Now}
	if breaker := backend.Breaker; breaker != nil {
		if breaker.Failures < 0 {
			b.problem("backend.breaker.failures", "a breaker opens after at least 1 failure")
		}
		service.Breaker, service.Circuit = b.Breaker, b.circuit(backend, service.Limits)
		if breaker.Fallback != nil {
			service.Fallback = b.mock("backend.breaker.fallback", "forward", breaker.Fallback).Run
		}
	}
	return service.Step()
}

// caller is what calls a backend; nil, with a problem, where nothing can.
func (b *build) caller(backend *config.Backend) forward.Caller {
	if backend.Function != "" {
		return b.function(backend.Function)
	}
	client := b.client
	if backend.VPCAccess != "" {
		client = b.insideClient
	}
	client, err := client.With(time.Duration(backend.Connect), backend.CA)
	if err != nil {
		b.problem("backend.ca", "there is no certificate in it: write PEM, from -----BEGIN CERTIFICATE----- on")
	}
	return client
}

func (b *build) function(name string) forward.Caller {
	if b.Function == nil {
		b.problem("backend.function", "functions are not called here: write a url")
		return nil
	}
	f, err := b.Function(name)
	if err != nil {
		b.problem("backend.function", "%v", err)
	}
	return f
}

// circuit is that of all routes of the API with the same backend, and the same ways to count its failures.
func (b *build) circuit(backend *config.Backend, limits forward.Limits) forward.Circuit {
	breaker := backend.Breaker
	c := forward.Circuit{
		Backend:  b.api.Name + " " + b.origin(backend),
		Failures: cmp.Or(breaker.Failures, breakerFailures),
		Window:   time.Duration(breaker.Window),
		Timeouts: breaker.Counts == "timeouts",
		Open:     cmp.Or(time.Duration(breaker.Open), breakerOpen),
		Trial:    limits.Timeout + trialSlack,
	}
	if c.Window > 0 {
		c.Backend += " " + c.Window.String()
	}
	if c.Timeouts {
		c.Backend += " timeouts"
	}
	return c
}

// origin is what tells backends apart.
func (b *build) origin(backend *config.Backend) string {
	to := b.inside[backend.VPCAccess]
	switch {
	case backend.Function != "":
		return "function:" + backend.Function
	case backend.URL != "":
		to, _ = forward.ParseURL(backend.URL)
	}
	if to == nil {
		return "" // outbound reports it
	}
	return to.Scheme + "://" + to.Authority
}

// callLimits are those of the definition, else the dialect's, else what the client of backends has by itself.
func (b *build) callLimits(timeout config.Duration) forward.Limits {
	defaults := b.dialect.Defaults
	l := forward.Limits{Timeout: cmp.Or(time.Duration(timeout), defaults.Timeout), Size: defaults.ResponseSize}
	if sizes := b.policy.Sizes; sizes != nil && sizes.Response != 0 {
		l.Size = int64(sizes.Response)
	}
	return l
}
