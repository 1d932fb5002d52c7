package app

import "postern/shared/gateway"

// checkEnforced reports the steps that need what an authorizer never sees. The announced length of a body it can judge.
func (b *build) checkEnforced(steps []gateway.Step) {
	announced := &gateway.Request{Length: 1}
	for _, s := range steps {
		if s.Body != nil && s.Body(announced) {
			b.problem(s.Name, "an authorizer that enforces never sees a body, and would refuse each: "+
				"remove what asks for one, or let a proxy of postern go on (mode annotate)")
		}
	}
}
