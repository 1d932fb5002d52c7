package event

import (
	"maps"
	"slices"
	"strings"
)

// maxResource is how long a policy's Resource may be (API Gateway's guide, output of a Lambda authorizer).
const maxResource = 512

// Decision is what an authorizer says.
type Decision struct {
	Allow     bool
	Principal string            // for the access log of the API; "": nobody
	Context   map[string]string // what the function behind, or a gateway response, gets to know
}

// Denied is a decision that every API takes for a refusal, whatever it has asked.
func Denied() []byte {
	out := append([]byte(`{"isAuthorized":false,`), Decision{}.policy("*")[1:]...)
	return out
}

// policy allows or denies what is called, and nothing else. A name that is too long is cut: no answer is kept for another
// request, because the results of authorizers are not cached.
func (d Decision) policy(arn string) []byte {
	effect, principal := "Deny", d.Principal
	if d.Allow {
		effect = "Allow"
	}
	if principal == "" {
		principal = "nobody"
	}
	if len(arn) > maxResource {
		arn = strings.ToValidUTF8(arn[:maxResource-1], "") + "*"
	}
	out := appendText(append(make([]byte, 0, 1024), `{"principalId":`...), strings.ToValidUTF8(principal, "\ufffd"))
	out = append(out, `,"policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"`...)
	out = appendText(append(append(out, effect...), `","Resource":`...), arn)
	return d.appendContext(append(out, `}]}`...))
}

// simple is the answer of payload format 2.0.
func (d Decision) simple() []byte {
	out := append(make([]byte, 0, 1024), `{"isAuthorized":false`...)
	if d.Allow {
		out = append(out[:0], `{"isAuthorized":true`...)
	}
	return d.appendContext(out)
}

// appendContext ends an answer. A REST API takes texts, numbers and booleans alone, and makes texts of all of them.
func (d Decision) appendContext(out []byte) []byte {
	out = append(out, `,"context":{`...)
	for i, key := range slices.Sorted(maps.Keys(d.Context)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendText(append(appendText(out, key), ':'), strings.ToValidUTF8(d.Context[key], "\ufffd"))
	}
	return append(out, "}}"...)
}
