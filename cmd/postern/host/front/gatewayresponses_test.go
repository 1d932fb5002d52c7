package front_test

import (
	"strings"
	"testing"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
)

func responses(t *testing.T, text string) front.GatewayResponses {
	t.Helper()
	all, err := front.ReadGatewayResponses([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestGatewayResponses: statuses, headers and templates in place of API Gateway's own.
func TestGatewayResponses(t *testing.T) {
	const context = `"context":{"code":"4011008","text":"say \"no\""}`
	tests := []struct{ name, given, header, want string }{
		{"none", `{}`, "", `403 Forbidden|Content-Type: application/json|x-amzn-ErrorType: AccessDeniedException|Content-Length: 82||` +
			`{"message":"User is not authorized to access this resource with an explicit deny"}`},
		{
			"template", `{"ACCESS_DENIED":{"StatusCode":401,"ResponseTemplates":{"application/json":"{\"code\":$context.authorizer.code, \"id\":\"${context.error.responseType}\"}."}}}`, "",
			`401 Unauthorized|Content-Type: application/json|x-amzn-ErrorType: AccessDeniedException|Content-Length: 39||{"code":4011008, "id":"ACCESS_DENIED"}.`,
		},
		{"nothing is escaped", `{"ACCESS_DENIED":{"ResponseTemplates":{"application/json":"$context.authorizer.text. $context.nothing.$stageVariables.x!"}}}`, "", `||say "no". !`},
		{
			"default", `{"DEFAULT_4XX":{"StatusCode":"418","ResponseTemplates":{"text/plain":"$context.error.message"}}}`, "",
			`418 I'm a teapot|Content-Type: text/plain|x-amzn-ErrorType: AccessDeniedException|Content-Length: 68||User is not`,
		},
		{"status of the default", `{"DEFAULT_4XX":{"StatusCode":418},"ACCESS_DENIED":{"ResponseTemplates":{"text/plain":"x"}}}`, "", `418 I'm a teapot|Content-Type: text/plain|`},
		{"not of this class", `{"DEFAULT_5XX":{"StatusCode":418}}`, "", `403 Forbidden|`},
		{"accepted type", `{"ACCESS_DENIED":{"ResponseTemplates":{"application/json":"j","text/xml":"x"}}}`, "\nAccept: text/html, Text/XML;q=0.1", `||x`},
		{"no accepted type", `{"ACCESS_DENIED":{"ResponseTemplates":{"application/json":"j","text/xml":"x"}}}`, "\nAccept: text/html", `||j`},
		{"headers", `{"ACCESS_DENIED":{"ResponseParameters":{"Headers":{"A":"'text'","B":"method.request.header.x-b","C":"method.request.querystring.q",` +
			`"D":"method.request.header.no","E":"method.request.path.p"}}}}`, "\nX-B: b", `|A: text|B: b|C: 1|x-amzn-ErrorType`},
		{"another type", `{"ACCESS_DENIED":{"ResponseParameters":{"Headers":{"content-type":"'text/x'"}}}}`, "", `403 Forbidden|content-type: text/x|x-amzn-ErrorType`},
		{"headers as OpenAPI writes them", `{"ACCESS_DENIED":{"responseParameters":{"gatewayresponse.header.A":"'text'"}}}`, "", `|A: text|`},
		{
			"parameters", `{"ACCESS_DENIED":{"ResponseTemplates":{"application/json":"$method.request.header.x-b $context.httpMethod $context.path $context.identity.sourceIp"}}}`,
			"\nX-B: b", `||b GET /p 127.0.0.1`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGate(front.KindRequest)
			g.says = `{"principalId":"p",` + denyAll + `,` + context + `}`
			door := &front.REST{Invoke: g.function, Authorizer: &g.Authorizer, Responses: responses(t, tt.given)}
			got := own.ReplaceAllString(flat(talk(t, door, wire("GET /p?q=1 HTTP/1.1\nHost: h"+tt.header, ""))), "")
			if !strings.Contains(got, tt.want) {
				t.Errorf("the answer is\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestGatewayResponseTypes: which failure is of which type.
func TestGatewayResponseTypes(t *testing.T) {
	const each = `{"ResponseTemplates":{"text/plain":"$context.error.responseType"}}`
	given := responses(t, `{"DEFAULT_4XX":`+each+`,"DEFAULT_5XX":`+each+`}`)
	for want, err := range map[string]error{"INTEGRATION_FAILURE": host.ErrThrottled, "DEFAULT_5XX": &host.FunctionError{}} {
		got := fails(t, func(i front.Invoke) front.Door { return &front.REST{Invoke: i, Responses: given} }, err)
		if !strings.HasSuffix(got, "||"+want) {
			t.Errorf("after %v: %s, want type %s", err, got, want)
		}
	}
	for want, err := range map[string]error{
		"UNAUTHORIZED":                   &host.FunctionError{Message: "Unauthorized"},
		"AUTHORIZER_FAILURE":             &host.FunctionError{Message: "x"},
		"AUTHORIZER_CONFIGURATION_ERROR": host.ErrThrottled,
	} {
		g := newGate(front.KindRequest)
		g.fails = err
		door := &front.REST{Invoke: g.function, Authorizer: &g.Authorizer, Responses: given}
		if got := flat(talk(t, door, wire("GET / HTTP/1.1\nHost: h", ""))); !strings.HasSuffix(got, "||"+want) {
			t.Errorf("after %v: %s, want type %s", err, got, want)
		}
	}
	large := talk(t, &front.REST{Responses: given}, wire("POST / HTTP/1.1\nHost: h\nContent-Length: 10485761", ""))
	if !strings.HasSuffix(large, `{"message":"Request Too Long"}`) {
		t.Errorf("a body that is too large: %s, want what cannot be customised", large)
	}
}

func TestReadGatewayResponsesRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                       "gateway responses: ",
		`{"A":{"StatusCode":"x"}}`: "gateway responses: ",
		`{"A":{"StatusCode":600}}`: "StatusCode 600",
		`{"A":{"ResponseParameters":{"Paths":{}}}}`:                             "Paths",
		`{"A":{"ResponseParameters":[]}}`:                                       "gateway responses: ",
		`{"A":{"ResponseParameters":{"Headers":{"a":1}}}}`:                      "gateway responses: ",
		`{"A":{"ResponseParameters":{"Headers":{"a":"text"}}}}`:                 "nothing else is documented",
		`{"A":{"ResponseParameters":{"Headers":{"a":"context.authorizer.a"}}}}`: "nothing else is documented",
	} {
		if _, err := front.ReadGatewayResponses([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadGatewayResponses(%s) = %v, want %q", text, err, want)
		}
	}
}
