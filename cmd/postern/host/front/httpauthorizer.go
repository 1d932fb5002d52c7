package front

import (
	"net/http"
	"strings"
)

// authorize asks the authorizer. What it lets through has its context; nil without one.
func (d *HTTP) authorize(x *exchange, path string) (map[string]any, error) {
	a := d.Authorizer
	if a == nil {
		return nil, nil
	}
	identity, complete := a.identity(x)
	if !complete {
		return nil, &Refusal{Status: http.StatusUnauthorized, Why: "an identity source is missing"}
	}
	route := arn(routeKey, x.Method, path)
	if err := checkARN(route); err != nil {
		return nil, err
	}
	event, err := d.authorizerEvent(x, path, route, identity)
	if err != nil {
		return nil, err
	}
	said, err := a.ask(identity, httpAuthorizerTime, event)
	if err != nil {
		return nil, &Refusal{Status: http.StatusInternalServerError, Why: "the authorizer: " + err.Error()}
	}
	if allowed, _ := said.allows(route); !allowed {
		return nil, &Refusal{Status: http.StatusForbidden, Why: "the authorizer does not allow it"}
	}
	return said.context, nil
}

func (d *HTTP) authorizerEvent(x *exchange, path, route string, identity []string) (any, error) {
	e, err := d.frame(x, path)
	if err != nil {
		return nil, err
	}
	if d.Authorizer.Kind == KindV1 {
		return v1Event(x, e, route, identity), nil
	}
	e.Type, e.RouteARN, e.Identity = KindRequest, route, identity
	return e, nil
}

// v1AuthorizerEvent is what an authorizer of payload format 1.0 gets.
type v1AuthorizerEvent struct {
	Version    string            `json:"version"`
	Type       string            `json:"type"`
	MethodARN  string            `json:"methodArn"`
	Identity   string            `json:"identitySource"`
	Token      string            `json:"authorizationToken"`
	Resource   string            `json:"resource"`
	Path       string            `json:"path"`
	Method     string            `json:"httpMethod"`
	Header     *joined           `json:"headers"`
	Queries    *joined           `json:"queryStringParameters"`
	Parameters map[string]string `json:"pathParameters"`
	Variables  map[string]string `json:"stageVariables"`
	Context    restContext       `json:"requestContext"`
}

func v1Event(x *exchange, e *v2Event, route string, identity []string) v1AuthorizerEvent {
	who := strings.Join(identity, ",")
	return v1AuthorizerEvent{
		Version: KindV1, Type: KindRequest, MethodARN: route, Identity: who, Token: who,
		Resource: routeKey, Path: e.Path, Method: x.Method, Header: e.Header, Queries: e.Queries,
		Parameters: map[string]string{}, Variables: map[string]string{},
		Context: restContext{
			Account: account, API: apiID, Domain: x.domain(), Prefix: x.prefix(), Extended: x.extended, Method: x.Method,
			Identity: restIdentity{Peer: x.Peer.String(), Agent: x.userAgent()},
			Path:     e.Path, Protocol: x.Proto, ID: x.extended, Time: x.time(), Epoch: x.at.UnixMilli(),
			ResourcePath: routeKey, Stage: routeKey,
		},
	}
}
