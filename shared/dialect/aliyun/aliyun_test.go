package aliyun_test

import (
	_ "embed"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/catalogue"
	"postern/shared/dialect"
	"postern/shared/dialect/aliyun"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// documented are the rows that were collected from seed 001, section 1: id, status, code, text.
//
//go:embed testdata/rows.tsv
var documented string

func newDialect(t testing.TB) *dialect.Dialect {
	t.Helper()
	d := aliyun.New()
	if err := d.Catalogue.Check(); err != nil {
		t.Fatal(err)
	}
	return d
}

func reader(t testing.TB, scheme string, rules auth.Rules) auth.Reader {
	t.Helper()
	read, err := newDialect(t).Schemes[scheme](rules)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// request is what arrives for a request line and lines of headers; the body follows an empty one.
func request(line string, headers ...string) *gateway.Request {
	method, target, _ := strings.Cut(line, " ")
	r := &gateway.Request{
		Method: method, Scheme: "https", Host: "api.example.test", Header: http.Header{},
		Received: time.Date(2018, 5, 9, 13, 30, 29, 0, time.UTC),
	}
	r.Path, r.RawQuery, _ = strings.Cut(target, "?")
	for i, h := range headers {
		if h == "" {
			r.Body = []byte(strings.Join(headers[i+1:], ""))
			break
		}
		name, value, _ := strings.Cut(h, ":")
		r.Header.Add(name, strings.TrimSpace(value))
	}
	r.Length = int64(len(r.Body))
	return r
}

func TestEveryDocumentedRow(t *testing.T) {
	later := []string{"A403AC", "A403OL", "A403OU", "A401OT", "A401OM", "I404CH", "B403MO", "B403MQ", "B403ME", "B403MI"}
	rows := map[string]catalogue.Row{}
	for _, r := range newDialect(t).Catalogue.Rows() {
		rows[r.ID] = r
	}
	lines := strings.Split(strings.TrimSpace(documented), "\n")
	if len(lines) != 81 || len(rows) != 81 {
		t.Fatalf("%d documented rows and %d of the catalogue, want 81", len(lines), len(rows))
	}
	for _, line := range lines {
		f := strings.Split(line, "\t")
		id, text := f[0], f[3]
		r := rows[id]
		got := r.Vendor
		if got == "" {
			got = r.Message
		}
		if strconv.Itoa(r.Status) != f[1] || r.Code != f[2] || got != text || id != "aliyun/vpc/"+r.Code {
			t.Errorf("row %s = %d %s %q, want %s %s %q", id, r.Status, r.Code, got, f[1], f[2], text)
		}
		if r.Source == "" || r.Undocumented != "" {
			t.Errorf("row %s: a documented row has a source", id)
		}
		if unsent := r.Never != ""; unsent != slices.Contains(later, r.Code) {
			t.Errorf("row %s is never sent: %v", id, unsent)
		}
	}
}

func TestAnswers(t *testing.T) {
	limited := fault.Args{"name": "calls a minute", "limit": "2/min", "owner": "g1.example.test"}
	for _, tt := range []struct {
		kind    fault.Kind
		args    fault.Args
		status  int
		code    string
		message string
	}{
		{fault.RequestField, fault.Args{"name": "X-Ca-Timestamp", "problem": "not a millisecond timestamp"}, 400, "I400HD", "Invalid Header `X-Ca-Timestamp` not a millisecond timestamp"},
		{fault.RequestUpgrade, nil, 400, "I400HD", "Invalid Header `Upgrade` unsupported"},
		{fault.RequestHeader, fault.Args{"name": "X-Ca-Key"}, 400, "I400MH", "Header `X-Ca-Key` is Required"},
		{fault.RequestBody, fault.Args{"problem": "form decode failed"}, 400, "I400BD", "Invalid Body: form decode failed"},
		{fault.RequestModel, fault.Args{"at": "$.price", "problem": "must be number"}, 400, "I400BD", "Invalid Body: $.price must be number"},
		{fault.RequestURI, fault.Args{"uri": "x=%zz"}, 400, "I400RU", "Invalid Request Uri `x=%zz`"},
		{fault.RequestMalformed, nil, 400, "I400RU", "Invalid Request Uri `not HTTP`"},
		{fault.RequestPath, fault.Args{"path": "/%00"}, 400, "I400PA", "Invalid Request Path `/%00`"},
		{fault.RequestMethod, fault.Args{"method": "PROPFIND"}, 405, "I405UM", "Unsupported Method `PROPFIND`"},
		{fault.RequestProtocol, fault.Args{"protocol": "HTTP"}, 403, "I403PT", "Invalid protocol HTTP unsupported"},
		{fault.RequestSize, nil, 413, "I413RL", "Request body too Large"},
		{fault.RequestHead, nil, 413, "I413UL", "Request URL too Large"},
		{fault.RequestType, fault.Args{"type": "text/csv"}, 400, "I400CT", "Invalid Content-Type: `text/csv`"},
		{fault.RequestDigest, fault.Args{"problem": "body is empty"}, 400, "I400I5", "Invalid Content-MD5 body is empty"},
		{fault.RequestParameter, fault.Args{"name": "verbose"}, 400, "I400MP", "Parameter `verbose` is required"},
		{fault.RequestValue, fault.Args{"name": "age", "problem": "not an Int"}, 400, "I400IP", "Invalid parameter `age` not an Int"},
		{fault.RequestLoop, nil, 508, "I508LD", "Loop Detected"},
		{fault.RouteHost, fault.Args{"host": "nobody.test"}, 404, "I404DO", "Invalid Domain `nobody.test`"},
		{fault.RouteHostLegal, nil, 451, "B451DO", "Unavailable Domain for Legal Reasons"},
		{fault.RouteOwner, fault.Args{"owner": "p9"}, 403, "X403DG", "Bad Domain or Group: owner `p9` not found"},
		{fault.RouteMoved, nil, 410, "I410GG", "Group's instance invalid"},
		{fault.RouteLegal, nil, 451, "B451GO", "Unavailable Group for Legal Reasons"},
		{fault.RouteOverdue, nil, 403, "B403OD", "Provider Account Overdue"},
		{fault.RouteStage, nil, 400, "I400SG", "Invalid Stage"},
		{fault.RoutePath, fault.Args{"method": "GET", "path": "/v1/nothing"}, 404, "I404NF", "API not found with `GET /v1/nothing`"},
		{fault.RouteMethod, fault.Args{"method": "DELETE", "path": "/v1"}, 404, "I404NF", "API not found with `DELETE /v1`"},
		{fault.Route, nil, 404, "I404NF", "API not found"},
		{fault.RoutePreflight, fault.Args{"method": "PUT", "path": "/v1"}, 404, "I404CO", "Cross origin resource not found PUT - /v1"},
		{fault.RouteVariable, fault.Args{"name": "host"}, 404, "I404SR", "Stage route missing: `host`"},
		{fault.RouteDevice, fault.Args{"device": "deadbeef@1"}, 404, "I404DD", "Device id deadbeef@1 not found"},
		{fault.DefinitionExpired, nil, 500, "X500ED", "Expired api definition"},
		{fault.DefinitionTemplate, nil, 500, "X500AM", "Invalid Api Meta, try deploy again or contact us via ticket"},
		{fault.DefinitionPolicy, fault.Args{"name": "limits", "problem": "no unit"}, 400, "X400PM", "Invalid plugin meta limits no unit"},
		{fault.DefinitionResource, fault.Args{"resource": "VpcAccess lane-b"}, 404, "I404NR", "VpcAccess lane-b not found"},
		{fault.DefinitionJWT, fault.Args{"problem": "no key"}, 400, "I400JP", "Invalid JWT plugin config: no key"},
		{fault.AuthJWKSDown, nil, 400, "I400JP", "Invalid JWT plugin config: the key set cannot be fetched"},
		{fault.AuthHMACMissing, nil, 400, "A400MA", "Need authorization, `X-Ca-Key` or `Authorization: APPCODE ...` is required"},
		{fault.AuthKeyMissing, nil, 400, "A400MA", "Need authorization, `X-Ca-Key` or `Authorization: APPCODE ...` is required"},
		{fault.AuthHMACKey, nil, 400, "A400IK", "Invalid AppKey"},
		{fault.AuthHMACMismatch, fault.Args{"string-to-sign": "GET#####/"}, 403, "A403IS", "Invalid Signature, Server StringToSign:`GET#####/`"},
		{fault.AuthHMACExpired, nil, 403, "S403TE", "X-Ca-Timestamp is expired"},
		{fault.AuthKeyUnknown, nil, 401, "A401AC", "Invalid AppCode not found"},
		{fault.AuthKeyInactive, nil, 401, "A401AC", "Invalid AppCode disabled"},
		{fault.AuthReplayMissing, nil, 400, "I400NC", "X-Ca-Nonce is required"},
		{fault.AuthReplayUsed, nil, 403, "S403NU", "Nonce Used"},
		{fault.AuthGrantMissing, nil, 403, "A403PR", "Plugin Authorization Needed"},
		{fault.AuthBasicInvalid, nil, 403, "A403PR", "Plugin Authorization Needed"},
		{fault.AuthGrantExpired, nil, 403, "A403EP", "App authorization expired"},
		{fault.AuthJWTMissing, nil, 400, "I400JR", "JWT required"},
		{fault.AuthJWTMalformed, fault.Args{"token": "not.a.jwt"}, 400, "I400JD", "JWT Deserialize Failed: `not.a.jwt`"},
		{fault.AuthJWTInvalid, fault.Args{"problem": "alg not allowed"}, 403, "A403JT", "Invalid JWT: alg not allowed"},
		{fault.AuthJWTKey, fault.Args{"kid": "k2"}, 403, "A403JK", "No matching JWK, `k2` not found"},
		{fault.AuthJWTExpired, fault.Args{"at": "2026-01-01T00:00:00Z"}, 403, "A403JE", "JWT is expired at `2026-01-01T00:00:00Z`"},
		{fault.AuthJWTNoID, nil, 403, "S403JI", "Claim `jti` is required when `preventJtiReplay:true`"},
		{fault.AuthJWTUsed, nil, 403, "A403SV", "Claim `jti` in JWT is used"},
		{fault.AccessAddress, nil, 403, "A403IP", "Access denied by IP Control Policy"},
		{fault.AccessPublic, fault.Args{"route": "U"}, 403, "A403IN", "Access from internet is disabled for API `U`"},
		{fault.AccessNetwork, nil, 403, "A403VN", "Access from invalid VPC is disabled"},
		{fault.AccessOrigin, fault.Args{"origin": "evil.test"}, 403, "A403CO", "Cross origin resource forbidden evil.test"},
		{fault.LimitKind("host", "quota"), limited, 429, "T429ID", "Throttled by INNER DOMAIN Flow Control, g1.example.test is a test domain, only 1000 requests per day"},
		{fault.LimitKind("gateway", "rate"), limited, 429, "T429IN", "Throttled by INSTANCE Flow Control"},
		{fault.LimitKind("api", "rate"), limited, 429, "T429GR", "Throttled by GROUP Flow Control"},
		{fault.LimitKind("route", "quota"), limited, 429, "T429PA", "Throttled by API Flow Control"},
		{fault.LimitKind("app", "quota"), limited, 429, "T429PR", "Throttled by PLUGIN Flow Control"},
		{fault.LimitKind("owner", "quota"), limited, 429, "T429PR", "Throttled by PLUGIN Flow Control"},
		{fault.LimitKind("server", "rate"), limited, 429, "T429SR", "Throttled by SERVER Flow Control"},
		{fault.LimitKind("parameter", "rate"), limited, 429, "T429MR", "Too Many Requests, throttle by `calls a minute`"},
		{fault.LimitKind("header", "quota"), limited, 429, "T429MR", "Too Many Requests, throttle by `calls a minute`"},
		{fault.LimitKind("path", "rate"), limited, 429, "T429MR", "Too Many Requests, throttle by `calls a minute`"},
		{fault.LimitKind("client", "rate"), limited, 429, "T429MR", "Too Many Requests, throttle by `calls a minute`"},
		{fault.BackendDNS, fault.Args{"host": "x.invalid"}, 504, "D504RE", "Backend domain `x.invalid` resolve failed"},
		{fault.BackendForbidden, fault.Args{"host": "x.test", "address": "127.0.0.1"}, 504, "D504IL", "Backend domain `x.test` resolve to illegal address `127.0.0.1`"},
		{fault.BackendRefused, nil, 504, "D504CO", "Backend service connect failed `connection refused`"},
		{fault.BackendConnect, nil, 504, "D504CO", "Backend service connect failed `connect timed out`"},
		{fault.BackendTLS, fault.Args{"problem": "certificate expired"}, 504, "D504CS", "Backend http ssl connect failed `certificate expired`"},
		{fault.BackendTimeout, fault.Args{"limit": "10"}, 504, "D504TO", "Backend service request timeout"},
		{fault.BackendVPC, nil, 504, "X504VE", "Backend service vpc mapped failed"},
		{fault.BackendBusy, nil, 503, "D503BB", "Backend circuit breaker busy"},
		{fault.BackendDenied, fault.Args{"id": "r1", "problem": "AccessDenied"}, 403, "A403FC", "Function Compute AssumeRole failed r1:AccessDenied"},
		{fault.BackendFunction, fault.Args{"problem": "no statusCode"}, 502, "D502FC", "Function Compute response invalid: no statusCode"},
		{fault.Internal, nil, 500, "X500ER", "Service Internal Error"},
		{fault.InternalBusy, nil, 503, "X503BZ", "Service Busy"},
		{fault.InternalStore, nil, 503, "X503BZ", "Service Busy"},
		{fault.InternalTimeout, nil, 504, "X504TO", "Service timeout"},
	} {
		t.Run(string(tt.kind), func(t *testing.T) {
			x := &gateway.Exchange{}
			got := newDialect(t).Render(fault.New(tt.kind, tt.args, nil), x)
			want := http.Header{"X-Ca-Error-Code": {tt.code}, "X-Ca-Error-Message": {tt.message}}
			if got.Status != tt.status || x.Refusal.Row != "aliyun/vpc/"+tt.code || len(got.Body) != 0 || got.Cut {
				t.Errorf("Render = %s %d %q, want %s %d without a body", x.Refusal.Row, got.Status, got.Body, tt.code, tt.status)
			}
			if len(got.Header) != 2 || got.Header.Get("X-Ca-Error-Code") != tt.code || got.Header.Get("X-Ca-Error-Message") != tt.message {
				t.Errorf("Render has headers %v, want %v", got.Header, want)
			}
		})
	}
}

func TestAnAnswerThatNobodyWaitsForIsCut(t *testing.T) {
	x := &gateway.Exchange{}
	if got := newDialect(t).Render(fault.New(fault.ClientGone, nil, nil), x); !got.Cut || x.Refusal.Code != "N502RE" {
		t.Errorf("Render(client.gone) = %s, cut %v, want N502RE, cut", x.Refusal.Code, got.Cut)
	}
}

func TestOrder(t *testing.T) {
	order := newDialect(t).Order
	seen := map[string]bool{}
	for _, name := range order {
		if seen[name] {
			t.Errorf("Order has %s twice", name)
		}
		seen[name] = true
	}
	// aliyun.md, 5: each before the next.
	chain := []string{
		"target", "method", "head", "size", "loop", "state", "limit.host", "limit.gateway", "limit.api", "stage", "route", "cors",
		"protocol", "network", "content", "hmac.read", "hmac.key", "api-key.verify", "digest", "hmac.clock", "hmac.verify", "replay",
		"grant", "jwt.verify", "basic.verify", "limit.route", "limit.app", "access", "parameters", "outbound", "sign", "forward",
	}
	if !slices.IsSortedFunc(chain, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) }) {
		t.Errorf("Order = %q, want %q in this order", order, chain)
	}
	for _, name := range chain {
		if !seen[name] {
			t.Errorf("Order lacks %s", name)
		}
	}
	for _, owner := range fault.Owners() {
		if !seen["limit."+owner] {
			t.Errorf("Order lacks the limit of %s", owner)
		}
	}
}

func TestDialect(t *testing.T) {
	d := newDialect(t)
	want := dialect.Defaults{
		RequestSize: 8388608, ResponseSize: 8388608, Timeout: 10 * time.Second, HeadSize: 8192,
		Skew: 15 * time.Minute, Nonce: 15 * time.Minute,
	}
	if d.Name != "aliyun" || d.Profile != "" || d.Redefines || d.Defaults != want {
		t.Errorf("New() = %s/%s, redefines %v, defaults %+v, want %+v", d.Name, d.Profile, d.Redefines, d.Defaults, want)
	}
	c := d.Checks
	if !c.Target || !c.AccessKeys || !c.Grants || !c.Origins || !c.Definitions || c.Hops != "X-Ca-Proxy-Hops" {
		t.Errorf("Checks = %+v, want all", c)
	}
	if got := strings.Join(c.Methods, " "); got != "GET POST PUT DELETE HEAD PATCH OPTIONS" {
		t.Errorf("methods = %s", got)
	}
	if got := d.KeyHeaders; !slices.Equal(got, []string{"Authorization", "X-Ca-Key"}) {
		t.Errorf("KeyHeaders = %q", got)
	}
}
