package function_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"postern/shared/catalogue"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/gateway"
)

var update = flag.Bool("update", false, "write infra/generated")

// gatewayResponse is what a REST API answers by itself, as SAM's GatewayResponses has it. Without a status, it keeps its own.
type gatewayResponse struct {
	StatusCode         string `json:",omitempty"`
	ResponseParameters struct{ Headers map[string]string }
	ResponseTemplates  map[string]string
}

// standIns are the refusals that API Gateway's own stand for. It knows neither the vendor's code nor its text: each has one.
func standIns() map[string]*fault.Fault {
	kind := func(k fault.Kind) *fault.Fault { return fault.New(k, nil, nil) }
	return map[string]*fault.Fault{
		"DEFAULT_4XX": kind(fault.Request), "DEFAULT_5XX": kind(fault.Internal),
		"UNAUTHORIZED": kind(fault.Auth), "AUTHORIZER_FAILURE": kind(fault.Internal), "AUTHORIZER_CONFIGURATION_ERROR": kind(fault.Internal),
		"INVALID_API_KEY": kind(fault.AuthKeyUnknown), "INVALID_SIGNATURE": kind(fault.AuthHMACMismatch), "EXPIRED_TOKEN": kind(fault.AuthJWTExpired),
		"RESOURCE_NOT_FOUND": kind(fault.Route), "MISSING_AUTHENTICATION_TOKEN": kind(fault.Route), // what a path without a resource gets
		"BAD_REQUEST_BODY": kind(fault.Request), "BAD_REQUEST_PARAMETERS": kind(fault.Request), "UNSUPPORTED_MEDIA_TYPE": kind(fault.Request),
		"REQUEST_TOO_LARGE": fault.New(fault.RequestSize, fault.Args{"limit": strconv.Itoa(10 << 20)}, nil),
		"THROTTLED":         kind(fault.LimitKind("api", "rate")), "QUOTA_EXCEEDED": kind(fault.LimitKind("app", "quota")),
		"WAF_FILTERED": kind(fault.Access), "API_CONFIGURATION_ERROR": kind(fault.Internal), "INTEGRATION_FAILURE": kind(fault.Backend),
		"INTEGRATION_TIMEOUT": fault.New(fault.BackendTimeout, fault.Args{"limit": "29000"}, nil),
	}
}

func variable(key string) string { return "$context.authorizer." + key }

// gatewayResponses are those of a dialect. A denial shows what the authorizer says; its status is always the same.
func gatewayResponses(d *dialect.Dialect) map[string]gatewayResponse {
	x := &gateway.Exchange{API: &gateway.API{Dialect: d.Name}}
	row := catalogue.Row{Status: http.StatusForbidden, Code: variable(function.CodeKey)}
	all := map[string]gatewayResponse{"ACCESS_DENIED": templated(d.Envelope(row, variable(function.MessageKey), x))}
	for kind, f := range standIns() {
		all[kind] = templated(d.Render(f, x))
	}
	for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX"} {
		r := all[kind]
		r.StatusCode = ""
		all[kind] = r
	}
	return all
}

func templated(a *gateway.Response) gatewayResponse {
	media, _, _ := strings.Cut(cmp.Or(a.Header.Get("Content-Type"), "application/json"), ";") // a template needs one, be it empty
	r := gatewayResponse{StatusCode: strconv.Itoa(a.Status), ResponseTemplates: map[string]string{media: string(a.Body)}}
	r.ResponseParameters.Headers = map[string]string{}
	for name, values := range a.Header {
		if value := strings.Join(values, ", "); !strings.HasPrefix(value, "$") { // nobody says that a header can be filled in
			r.ResponseParameters.Headers[name] = "'" + value + "'"
		}
	}
	return r
}

func everyDialect(t *testing.T, test func(t *testing.T, name string, d *dialect.Dialect)) {
	t.Helper()
	all, err := builtin.Dialects()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		name := strings.Trim(d.Name+"-"+d.Profile, "-")
		t.Run(name, func(t *testing.T) { test(t, name, d) })
	}
}

// TestGatewayResponses: what is deployed is what the dialects say.
func TestGatewayResponses(t *testing.T) {
	everyDialect(t, func(t *testing.T, name string, d *dialect.Dialect) {
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(gatewayResponses(d)); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("..", "..", "infra", "generated", "gatewayresponses-"+name+".json")
		if *update {
			if err := os.WriteFile(file, want.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not what the dialect says: run make docs (%v)", file, err)
		}
	})
}

// TestDenialShowsTheVendorsBody: with what the authorizer says of a refusal, the template of a denial is the dialect's own body.
func TestDenialShowsTheVendorsBody(t *testing.T) {
	const nasty = "\"\\</é\n&\u2028" // of a client's making
	everyDialect(t, func(t *testing.T, name string, d *dialect.Dialect) {
		denied := gatewayResponses(d)["ACCESS_DENIED"]
		for kind, params := range fault.Params() {
			args := fault.Args{}
			for _, param := range params {
				args[param] = nasty
			}
			x := &gateway.Exchange{API: &gateway.API{Dialect: d.Name}}
			x.Answer = d.Render(fault.New(kind, args, nil), x)
			decision := function.Enforced(x)
			if decision.Allow {
				t.Fatalf("%s passes", kind)
			}
			media, _, _ := strings.Cut(cmp.Or(x.Answer.Header.Get("Content-Type"), "application/json"), ";")
			body := denied.ResponseTemplates[media]
			for key, value := range decision.Context {
				body = strings.ReplaceAll(body, variable(key), value)
			}
			if alone := kind.Under(fault.Backend); body != string(x.Answer.Body) && !alone {
				t.Errorf("%s: denied with\n%s\nwant\n%s", kind, body, x.Answer.Body)
			}
			for name := range x.Answer.Header {
				want := "'" + x.Answer.Header.Get(name) + "'"
				if len(x.Answer.Body) == 0 {
					want = "" // what is in headers alone is of this refusal
				}
				if got := denied.ResponseParameters.Headers[name]; got != want {
					t.Errorf("%s: header %s is %q, want %q", kind, name, got, want)
				}
			}
		}
	})
}

// TestGatewayResponsesAreTaken: CloudFormation takes these types, statuses and headers (AWS::ApiGateway::GatewayResponse).
func TestGatewayResponsesAreTaken(t *testing.T) {
	everyDialect(t, func(t *testing.T, _ string, d *dialect.Dialect) {
		for kind, r := range gatewayResponses(d) {
			if strings.HasPrefix(kind, "DEFAULT") == (r.StatusCode != "") || r.StatusCode != "" && (r.StatusCode < "100" || r.StatusCode > "599") {
				t.Errorf("%s: status %q", kind, r.StatusCode)
			}
			dynamic := false
			for media, template := range r.ResponseTemplates {
				if dynamic = dynamic || strings.Contains(template, "$"); !strings.Contains(media, "/") {
					t.Errorf("%s: %s %s", kind, media, template)
				}
				if strings.Contains(template, "()") || strings.Contains(template, "''") {
					t.Errorf("%s: %s lacks an argument", kind, template)
				}
			}
			for name, value := range r.ResponseParameters.Headers {
				if fmt.Sprintf("'%s'", strings.Trim(value, "'")) != value {
					t.Errorf("%s: header %s is %s, want a text in quotes", kind, name, value)
				}
			}
			_, bare := r.ResponseTemplates["application/json"]
			if bare = bare && r.ResponseTemplates["application/json"] == ""; dynamic != (kind == "ACCESS_DENIED" && !bare) {
				t.Errorf("%s is filled in: %v", kind, dynamic)
			}
		}
	})
}
