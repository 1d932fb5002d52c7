package event_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/event"
)

// TestDecisions: each API gets the answer that it understands, of its own method alone.
func TestDecisions(t *testing.T) {
	d := event.Decision{Principal: "shop\xff", Context: map[string]string{"b": "2\xff", "a": "\"1\"\n"}}
	context := map[string]any{"a": "\"1\"\n", "b": "2\ufffd"}
	for name, o := range map[string]event.AuthorizerOptions{"policy": {Policy: true}, "simple": {}} {
		for _, data := range []string{askedREST, askedHTTP, askedHTTP1, askedToken} {
			for allow, effect := range map[bool]string{false: "Deny", true: "Allow"} {
				d.Allow = allow
				out := ask(t, data, o).Encode(d)
				if data == askedHTTP && name == "simple" {
					var got events.APIGatewayV2CustomAuthorizerSimpleResponse
					if err := json.Unmarshal(out, &got); err != nil || got.IsAuthorized != allow || !reflect.DeepEqual(got.Context, context) {
						t.Errorf("%s: %+v, %v", out, got, err)
					}
					continue
				}
				var got events.APIGatewayCustomAuthorizerResponse
				want := events.APIGatewayCustomAuthorizerResponse{PrincipalID: "shop\ufffd", Context: context}
				want.PolicyDocument = events.APIGatewayCustomAuthorizerPolicy{Version: "2012-10-17", Statement: []events.IAMPolicyStatement{
					{Action: []string{"execute-api:Invoke"}, Effect: effect, Resource: []string{arn}},
				}}
				if err := unmarshalPolicy(out, &got); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %+v, %v, want %+v", out, got, err, want)
				}
			}
		}
	}
	if got := string(ask(t, askedHTTP, event.AuthorizerOptions{}).Encode(event.Decision{})); got != `{"isAuthorized":false,"context":{}}` {
		t.Errorf("nothing said: %s", got)
	}
	if got := string(ask(t, askedREST, event.AuthorizerOptions{}).Encode(event.Decision{})); !strings.HasPrefix(got, `{"principalId":"nobody",`) {
		t.Errorf("nobody: %s, want a principal: the API demands one", got)
	}
}

// unmarshalPolicy knows that Action and Resource may be a text or a list.
func unmarshalPolicy(data []byte, to *events.APIGatewayCustomAuthorizerResponse) error {
	for _, name := range []string{"Action", "Resource"} {
		before, rest, ok := strings.Cut(string(data), `"`+name+`":"`)
		if value, after, found := strings.Cut(rest, `"`); ok && found {
			data = fmt.Appendf(nil, `%s"%s":["%s"]%s`, before, name, value, after)
		}
	}
	return json.Unmarshal(data, to)
}

// TestLongResource: API Gateway takes 512 characters.
func TestLongResource(t *testing.T) {
	for _, n := range []int{512, 513, 1600} {
		long := arn + strings.Repeat("é", 800)
		long = strings.ToValidUTF8(long[:n], "x")
		out := ask(t, strings.Replace(askedREST, arn, long, 1), event.AuthorizerOptions{}).Encode(event.Decision{Allow: true})
		var got events.APIGatewayCustomAuthorizerResponse
		if err := unmarshalPolicy(out, &got); err != nil {
			t.Fatal(err)
		}
		resource := got.PolicyDocument.Statement[0].Resource[0]
		begin, wild := strings.CutSuffix(resource, "*")
		if len(resource) > 512 || wild != (n > 512) || !strings.HasPrefix(long, begin) || len(begin) < 509 {
			t.Errorf("%d bytes: resource of %d, %s", n, len(resource), resource)
		}
	}
}

// TestDenied is understood by every API: as a policy, and as a simple answer.
func TestDenied(t *testing.T) {
	var simple events.APIGatewayV2CustomAuthorizerSimpleResponse
	var policy events.APIGatewayCustomAuthorizerResponse
	if err := json.Unmarshal(event.Denied(), &simple); err != nil || simple.IsAuthorized || !strings.Contains(string(event.Denied()), `"isAuthorized":false`) {
		t.Errorf("simple: %+v, %v", simple, err)
	}
	if err := unmarshalPolicy(event.Denied(), &policy); err != nil || policy.PrincipalID == "" || len(policy.PolicyDocument.Statement) != 1 {
		t.Fatalf("policy: %+v, %v", policy, err)
	}
	if s := policy.PolicyDocument.Statement[0]; s.Effect != "Deny" || s.Resource[0] != "*" {
		t.Errorf("statement %+v", s)
	}
}
