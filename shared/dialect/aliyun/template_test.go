package aliyun_test

import (
	"net/netip"
	"testing"
	"time"

	"postern/shared/gateway"
)

func exchange() *gateway.Exchange {
	r := request("GET /v1/users/42", "User-Agent: curl/8")
	r.Host, r.ID = "API.example.test:8443", "6d13beb2-c37a-4cca-92fa-4095ddd5b52f"
	r.Received = time.Date(2026, 11, 20, 18, 15, 7, 500, time.FixedZone("", 9*3600))
	return &gateway.Exchange{
		Request: r, Route: &gateway.Route{Name: "U"}, Stage: "release", Client: netip.MustParseAddr("203.0.113.9"),
		Principal: &gateway.Principal{App: "a1"},
	}
}

func TestTemplate(t *testing.T) {
	bare := &gateway.Exchange{Request: request("GET /")}
	for _, tt := range []struct{ text, want, bare string }{
		{"${CaClientIp}", "203.0.113.9", ""},
		{"${CaDomain}", "api.example.test", "api.example.test"},
		{"${CaRequestHandleTime}", "2026-11-20T09:15:07Z", "2018-05-09T13:30:29Z"},
		{"${CaAppId}", "a1", ""},
		{"${CaRequestId}", "6D13BEB2-C37A-4CCA-92FA-4095DDD5B52F", "E3B0C442-98FC-8C14-9AFB-F4C8996FB924"},
		{"${CaApiName}", "U", ""},
		{"${CaHttpSchema}", "https", "https"},
		{"${CaProxy}", "AliCloudApiGateway", "AliCloudApiGateway"},
		{"${CaStage}", "RELEASE", ""},
		{"${CaClientUa}", "curl/8", ""},
		{"a ${CaAppId}\n${CaStage}$ {b} $5", "a a1\nRELEASE$ {b} $5", "a \n$ {b} $5"},
		{"", "", ""},
	} {
		fill, err := newDialect(t).Text(tt.text)
		if err != nil {
			t.Errorf("%q = %v", tt.text, err)
			continue
		}
		if got := fill(exchange()); got != tt.want {
			t.Errorf("%q is filled in as %q, want %q", tt.text, got, tt.want)
		}
		if got := fill(bare); got != tt.bare {
			t.Errorf("%q of a bare exchange is filled in as %q, want %q", tt.text, got, tt.bare)
		}
	}
	x := exchange()
	x.Request.Header["User-Agent"] = []string{"a\r\nb: ${CaAppId}\x00"}
	if fill, err := newDialect(t).Text("<${CaClientUa}>"); err != nil || fill(x) != "<ab: ${CaAppId}>" {
		t.Errorf("a value with control characters is filled in as %q, %v", fill(x), err)
	}
	for _, text := range []string{"${CaAppID}", "${}", "${CaAppId", "a ${b"} {
		if _, err := newDialect(t).Text(text); err == nil {
			t.Errorf("%q = nil, want an error", text)
		}
	}
}
