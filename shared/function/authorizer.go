package function

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"postern/shared/event"
	"postern/shared/gateway"
)

// authorizerTime is how long an HTTP API waits for its authorizer (API Gateway's guide, Lambda authorizers).
const authorizerTime = 10 * time.Second

var errStampless = errors.New("the event names no request: a TOKEN authorizer can hand over nothing, use REQUEST")

// Authorizer is the function as the Lambda authorizer of a REST or HTTP API. In the mode enforce it says by itself whether a
// request may pass; in the mode annotate every request passes, with a verdict for the proxy.
type Authorizer struct{ *Function }

// Invoke answers an event. Its error is always nil. data is written into.
func (a Authorizer) Invoke(ctx context.Context, data []byte) (said []byte, _ error) {
	ctx, cancel := context.WithTimeout(ctx, authorizerTime)
	defer cancel()
	a.protect(ctx, func(ctx context.Context) { said = a.decide(ctx, data) }, func() { said = event.Denied() })
	return said, nil
}

func (a Authorizer) decide(ctx context.Context, data []byte) []byte {
	o := a.settings.Authorizer
	o.Options = a.settings.Events
	e, err := event.ReadAuthorizer(data, a.Now(), o)
	if err != nil {
		a.foreign.error(ctx, "an event of no authorizer is refused", err)
		return event.Denied()
	}
	g, _ := a.gateway(ctx)
	e.Request.ID = a.requestID(ctx, e.Request.ID)
	if o.Enforce {
		return e.Encode(enforce(g.Admit(ctx, e.Request)))
	}
	return e.Encode(a.annotate(ctx, g, e))
}

// annotate lets pass what the proxy can tell from other requests.
func (a Authorizer) annotate(ctx context.Context, g *gateway.Gateway, e *event.AuthorizerEvent) event.Decision {
	if e.Stamp == (event.Stamp{}) {
		a.foreign.error(ctx, "an event without an identity is refused", errStampless)
		return event.Decision{}
	}
	v := g.Authorize(ctx, e.Request)
	sealed, err := seal(v, e.Stamp)
	if err != nil {
		a.log.ErrorContext(ctx, "the verdict cannot be handed over: the request is refused",
			"cause", err.Error(), "request_id", e.Request.ID)
	}
	return event.Decision{Allow: true, Principal: name(v.Principal), Context: sealed}
}

// What a gateway response can show of a refusal, and what an integration can read of the caller. A dot in a name would be
// taken for a member by the templates of API Gateway.
const (
	StatusKey  = "posternStatus"
	CodeKey    = "posternCode"
	MessageKey = "posternMessage" // as it stands between the quotes of a JSON string
	DialectKey = "posternDialect"
	AppKey     = "posternApp"
	KeyKey     = "posternKey"
	PlanKey    = "posternPlan"
)

// enforce says what became of a request. What a step would answer is refused, too: an authorizer cannot answer.
func enforce(x *gateway.Exchange) event.Decision {
	d := event.Decision{
		Allow: x.Answer == nil, Principal: name(x.Principal), Context: map[string]string{DialectKey: x.API.Dialect},
	}
	if p := x.Principal; d.Allow && p != nil {
		d.Context[AppKey], d.Context[KeyKey], d.Context[PlanKey] = p.App, p.KeyID, p.Plan
	}
	if d.Allow {
		return d
	}
	status := strconv.Itoa(x.Answer.Status)
	d.Context[StatusKey], d.Context[CodeKey], d.Context[MessageKey] = status, status, quotable(http.StatusText(x.Answer.Status))
	if r := x.Refusal; r != nil {
		d.Context[CodeKey], d.Context[MessageKey] = r.Code, quotable(r.Message)
	}
	return d
}

func name(p *gateway.Principal) string {
	if p == nil {
		return ""
	}
	return cmp.Or(p.App, p.KeyID)
}

// quotable is a text as it stands between the quotes of a JSON string, with <, > and & as they are.
func quotable(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string can always be encoded
	return string(bytes.Trim(b.Bytes(), "\n")[1 : b.Len()-2])
}
