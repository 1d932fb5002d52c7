package event_test

import (
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
)

func TestModes(t *testing.T) {
	two := `"x-forwarded-for":["192.0.2.1, 192.0.2.2","192.0.2.3, 192.0.2.4"]`
	tests := []struct {
		name, header, mode string
		client             string
		rest               []string
	}{
		{"append, two lines", two, event.Append, "192.0.2.4", []string{"192.0.2.1, 192.0.2.2", "192.0.2.3"}},
		{"append, a line of its own", `"x-forwarded-for":["192.0.2.1","192.0.2.4"]`, "", "192.0.2.4", []string{"192.0.2.1"}},
		{"append, IPv6 with port", `"x-forwarded-for":["a b,[2001:db8::1]:443"]`, "", "2001:db8::1", []string{"a b"}},
		{"append, mapped", `"x-forwarded-for":["::ffff:192.0.2.1"]`, "", "192.0.2.1", nil},
		{"append, blanks", `"x-forwarded-for":["192.0.2.1 \t,192.0.2.2"]`, "", "192.0.2.2", []string{"192.0.2.1"}},
		{"append, nothing", ``, "", "invalid IP", nil},
		{"preserve", two, event.Preserve, "invalid IP", []string{"192.0.2.1, 192.0.2.2", "192.0.2.3, 192.0.2.4"}},
		{"preserve, no address", `"x-forwarded-for":["unknown"]`, event.Preserve, "invalid IP", []string{"unknown"}},
		{"remove", two, event.Remove, "invalid IP", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := read(t, albEvent(tt.header, ``), event.Options{Client: tt.mode}).Request
			if r.Client.String() != tt.client || !reflect.DeepEqual(r.Header["X-Forwarded-For"], tt.rest) {
				t.Errorf("client %v, rest %q, want %v and %q", r.Client, r.Header["X-Forwarded-For"], tt.client, tt.rest)
			}
		})
	}
	_, err := event.ALB([]byte(albEvent(``, ``)), received, event.Options{Client: "apend"})
	if err == nil || !strings.Contains(err.Error(), "use append") {
		t.Errorf("ALB with mode apend = %v", err)
	}
}

func TestTraceID(t *testing.T) {
	tests := []struct{ name, header, want string }{
		{"root", `["Root=1-a-b"]`, "1-a-b"},
		{"self first", `["Self=1-c-d;Root=1-a-b"]`, "1-c-d"},
		{"self last", `["Root=1-a-b; Self=1-c-d"]`, "1-c-d"},
		{"a client's field", `["Foo=bar;Root=1-a-b"]`, "1-a-b"},
		{"two selfs", `["Self=1-c-d;Self=1-e-f;Root=1-a-b"]`, "made"},
		{"two lines", `["Root=1-a-b","Root=1-c-d"]`, "made"},
		{"no id in self", `["Self=<script>;Root=1-a-b"]`, "made"},
		{"too long", `["Root=1-` + strings.Repeat("a", 63) + `"]`, "made"},
		{"empty", `["Root="]`, "made"},
		{"neither", `["Parent=1-a-b"]`, "made"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := read(t, albEvent(`"x-amzn-trace-id":`+tt.header, ``), event.Options{ID: func(time.Time) string { return "made" }})
			if e.Request.ID != tt.want {
				t.Errorf("ID = %q, want %q", e.Request.ID, tt.want)
			}
		})
	}
	if id := read(t, albEvent(``, ``), event.Options{}).Request.ID; id != "" {
		t.Errorf("ID = %q without a trace id and a way to make one, want none", id)
	}
}

func TestTrustTLS(t *testing.T) {
	sent := `"x-amzn-tls-version":["TLSv1.3"],"x-amzn-tls-cipher-suite":["c"],"x-amzn-mtls-clientcert-leaf":["l"],` +
		`"x_amzn_mtls-clientcert-leaf":["client"],"x-amzn-tlsx":["1"],"x-amzn-other":["2"]`
	others := http.Header{"X-Amzn-Tlsx": {"1"}, "X-Amzn-Other": {"2"}}
	if h := read(t, albEvent(sent, ``), event.Options{}).Request.Header; !reflect.DeepEqual(h, others) {
		t.Errorf("not trusted: %v, want %v", h, others)
	}
	want := http.Header{"X-Amzn-Tls-Version": {"TLSv1.3"}, "X-Amzn-Tls-Cipher-Suite": {"c"}}
	maps.Copy(want, others)
	if h := read(t, albEvent(sent, ``), event.Options{TrustTLS: true}).Request.Header; !reflect.DeepEqual(h, want) {
		t.Errorf("TLS trusted: %v, want %v", h, want)
	}
	want = http.Header{"X-Amzn-Mtls-Clientcert-Leaf": {"l"}}
	maps.Copy(want, others)
	if h := read(t, albEvent(sent, ``), event.Options{TrustMTLS: true}).Request.Header; !reflect.DeepEqual(h, want) {
		t.Errorf("mTLS trusted: %v, want %v", h, want)
	}
}

// TestHealth: a client that names itself so is told by what the load balancer adds to it, whatever its mode.
func TestHealth(t *testing.T) {
	agent := `"user-agent":["ELB-HealthChecker/2.0"]`
	tests := []struct {
		name, headers string
		want          bool
	}{
		{"real", agent, true},
		{"another version", `"user-agent":["ELB-HealthChecker/3.1"]`, true},
		{"another agent", `"user-agent":["curl/8 ELB-HealthChecker/2.0"]`, false},
		{"none", ``, false},
		{"two agents", `"user-agent":["ELB-HealthChecker/2.0","x"]`, false},
		{"client, append", agent + `,"x-forwarded-for":["192.0.2.1"]`, false},
		{"client, remove", agent + `,"x-forwarded-proto":["https"]`, false},
		{"client, port", agent + `,"x-forwarded-port":["443"]`, false},
		{"client, trace", agent + `,"x-amzn-trace-id":["Root=1-a-b"]`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := read(t, albEvent(tt.headers, ``), event.Options{}).Health; got != tt.want {
				t.Errorf("Health = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestHost(t *testing.T) {
	r := read(t, albEvent(`"host":["first.example.com","second.example.com"]`, ``), event.Options{}).Request
	if _, left := r.Header["Host"]; r.Host != "first.example.com" || left {
		t.Errorf("Host = %q, left in the header: %v", r.Host, left)
	}
	if r := read(t, strings.Replace(albEvent(``, ``), `"/"`, `"*"`, 1), event.Options{}).Request; r.Path != "*" {
		t.Errorf("Path = %q, want *", r.Path)
	}
	bare := read(t, `{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/"}`, event.Options{}).Request
	if bare.Header == nil || len(bare.Header) > 0 || bare.Host != "" {
		t.Errorf("without headers: %q, host %q, want an empty map", bare.Header, bare.Host)
	}
}
