package function_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/dialect/aliyun"
	"postern/shared/function"
	"postern/shared/gateway"
	"postern/shared/memory"
)

const group = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: aliyun
    auth: [{hmac: {hashes: [sha256]}}, {jwt: {keys: [{kty: oct, k: MDEyMzQ1Njc4OWFiY2RlZg}], from: "header:X-Token", optional: true}}]
    backend: {mock: {status: 200, body: hello, headers: {X-Stage: "${CaStage}", X-App: "${CaAppId}"}}}
    stages: {release: {}, test: {}}
    routes: [{path: /a, methods: [GET]}]
`

// shopStores know the access key 1 of shop, which was granted as many routes.
func shopStores(routes int) func(*function.Options) {
	grant := auth.Grant{Routes: []string{"GET /a"}, Until: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	for i := range routes {
		grant.Routes = append(grant.Routes, fmt.Sprintf("route number %d", i))
	}
	key := auth.Key{Name: "1", App: "shop", Owner: "acme", Secrets: []*auth.Secret{auth.NewSecret("s")}, Grants: map[string]auth.Grant{"members": grant}}
	return func(o *function.Options) {
		o.Stores = func(*config.Definition, function.Settings, function.Options) (function.Stores, error) {
			return function.Stores{
				Keys: oneKey{"1", key}, Plans: memory.NewRegistry(), Counter: memory.NewCounter(), Breaker: &memory.Breaker{}, Nonces: memory.NewNonces(),
			}, nil
		}
	}
}

// vendorSigned is a message that the vendor's client signs.
func vendorSigned(t *testing.T, secret, stage string, headers map[string]string) message {
	t.Helper()
	r := &gateway.Request{Method: "GET", Path: "/a", Header: map[string][]string{}}
	signing := dialect.Signing{KeyID: "1", Secret: secret, Stage: stage, At: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	for name, value := range headers {
		r.Header.Set(name, value)
		signing.Headers = append(signing.Headers, name)
	}
	if err := aliyun.New().Sign(r, signing); err != nil {
		t.Fatal(err)
	}
	m := message{method: "GET", path: "/a", headers: map[string]string{"Content-Length": "0"}} // else an authorizer waits for a body
	for name, values := range r.Header {
		m.headers[name] = values[0]
	}
	return m
}

// TestVendorHandover: what the authorizer found out is there behind it: stage, caller, claims; and a verdict that is too large
// loses what can be done without.
func TestVendorHandover(t *testing.T) {
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "u"}).SignedString([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	long := map[string]string{"X-A": strings.Repeat("x", 5000)}
	for _, tt := range []struct {
		name, secret, stage string
		routes              int
		headers             map[string]string
		status              int
		code, message       string
	}{
		{name: "granted", secret: "s", status: 200},
		{name: "in a stage", secret: "s", stage: "test", status: 200},
		{name: "with a token", secret: "s", headers: map[string]string{"X-Token": token}, status: 200},
		{name: "with a bad token", secret: "s", headers: map[string]string{"X-Token": "x"}, status: 400, code: "I400JD", message: "`x`"},
		{name: "many routes granted", secret: "s", routes: 400, status: 200},
		{name: "mismatch", secret: "x", status: 403, code: "A403IS", message: "StringToSign:`GET#"},
		{name: "mismatch of a long string", secret: "x", headers: long, status: 403, code: "A403IS", message: "StringToSign:``"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doors(t, func(t *testing.T, kind string) {
				a := newAPI(t, kind, group, shopStores(tt.routes))
				m := vendorSigned(t, tt.secret, tt.stage, tt.headers)
				event := a.event(m)
				s := a.asks(event)
				if n := len(s.Context["postern.verdict"]); !s.allowed() || n > 4096 {
					t.Fatalf("allowed %v, verdict of %d bytes", s.allowed(), n)
				}
				got := a.proxy.invoke(t.Context(), text(t, a.behind(event, m, s.Context)))
				if got.Status != tt.status || headerOf(got, "X-Ca-Error-Code") != tt.code || !strings.Contains(headerOf(got, "X-Ca-Error-Message"), tt.message) {
					t.Fatalf("answer %d %s, want %d %s …%s…", got.Status, headerOf(got, "X-Ca-Error-Message")[:min(200, len(headerOf(got, "X-Ca-Error-Message")))], tt.status, tt.code, tt.message)
				}
				stage := strings.ToUpper(tt.stage)
				if stage == "" {
					stage = "RELEASE"
				}
				if tt.status == 200 && (headerOf(got, "X-Stage") != stage || headerOf(got, "X-App") != "shop") {
					t.Errorf("behind the authorizer the stage is %q, the app %q", headerOf(got, "X-Stage"), headerOf(got, "X-App"))
				}
			})
		})
	}
}

// headerOf is a header of an answer, in whatever form its door has it.
func headerOf(a answered, name string) string {
	for other, value := range a.Single {
		if strings.EqualFold(other, name) {
			return value
		}
	}
	for other, values := range a.Headers {
		if strings.EqualFold(other, name) {
			return strings.Join(values, ",")
		}
	}
	return ""
}

// hanging answers when it is told to give up.
type hanging struct{ auth.Keys }

func (hanging) Key(ctx context.Context, _ string) (*auth.Key, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestVendorTimeout: a store that hangs until the time is over is the vendor's timeout, not its failure.
func TestVendorTimeout(t *testing.T) {
	m := vendorSigned(t, "s", "", nil)
	headers := ""
	for name, value := range m.headers {
		headers += fmt.Sprintf(`%q:[%q],`, strings.ToLower(name), value)
	}
	event := strings.Replace(get("/a"), `"multiValueHeaders":{`, `"multiValueHeaders":{`+headers, 1)
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, given{definition: group, change: func(o *function.Options) {
			o.Stores = func(*config.Definition, function.Settings, function.Options) (function.Stores, error) {
				return function.Stores{Keys: hanging{}, Plans: memory.NewRegistry(), Counter: memory.NewCounter(), Breaker: &memory.Breaker{}, Nonces: memory.NewNonces()}, nil
			}
		}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if a := b.invoke(ctx, event); a.Status != 504 || headerOf(a, "X-Ca-Error-Code") != "X504TO" {
			t.Errorf("answer %+v, want X504TO", a)
		}
	})
}
