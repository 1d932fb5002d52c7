package front

import (
	"net/http"
	"strings"
	"time"
)

// authorizerTime is how long a REST API waits for an authorizer.
const authorizerTime = 29 * time.Second

// authorize asks the authorizer. What it lets through has its context; nil without one.
func (d *REST) authorize(x *exchange) (map[string]any, error) {
	a := d.Authorizer
	if a == nil {
		return nil, nil
	}
	identity, complete := a.identity(x)
	if !complete && (a.Kind == KindToken || a.TTL > 0) {
		return nil, restFault{"UNAUTHORIZED", http.StatusUnauthorized, "Unauthorized", "an identity source is missing", nil}
	}
	method := arn(stage, x.Method, x.path)
	if err := checkARN(method); err != nil {
		return nil, err
	}
	event, err := d.authorizerEvent(x, method, identity)
	if err != nil {
		return nil, err
	}
	said, err := a.ask(identity, authorizerTime, event)
	if err != nil {
		return nil, authorizerFault(err)
	}
	context, err := said.flat()
	if err != nil {
		return nil, authorizerFault(err)
	}
	if allowed, explicit := said.allows(method); !allowed {
		message := "User is not authorized to access this resource"
		if explicit {
			message += " with an explicit deny"
		}
		return nil, restFault{"ACCESS_DENIED", http.StatusForbidden, message, "the authorizer's policy", context}
	}
	context["integrationLatency"] = "1"
	return context, nil
}

// tokenEvent is all that an authorizer of kind TOKEN gets.
type tokenEvent struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	Token     string `json:"authorizationToken"`
}

func (d *REST) authorizerEvent(x *exchange, method string, identity []string) (any, error) {
	if d.Authorizer.Kind == KindToken {
		return tokenEvent{KindToken, method, strings.Join(identity, ",")}, nil
	}
	e, err := d.frame(x)
	if err != nil {
		return nil, err
	}
	e.Type, e.MethodARN = KindRequest, method
	return e, nil
}
