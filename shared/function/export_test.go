package function

import (
	"postern/shared/event"
	"postern/shared/gateway"
)

// Enforced is what an authorizer says of an exchange that was admitted or refused.
func Enforced(x *gateway.Exchange) event.Decision { return enforce(x) }
