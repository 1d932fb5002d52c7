package lambda_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/lambda"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

// noon of 2040-11-21.
func noon() time.Time { return time.Unix(2237112000, 0) }

func client(endpoint string) *lambda.Client {
	env := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "token",
		"AWS_ENDPOINT_URL_LAMBDA": endpoint,
	}
	c := awsenv.Config(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "AWS_ENDPOINT_URL_LAMBDA")
	return lambda.New(c, noon)
}

func function(t *testing.T, endpoint, name string) forward.Caller {
	t.Helper()
	f, err := client(endpoint).Function(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func exchange() *gateway.Exchange {
	return &gateway.Exchange{
		Request: &gateway.Request{ID: "r1", Method: "GET", Host: "api.example.com:8443", Path: "/v1/users/4%2F2", Received: noon()},
		API:     &gateway.API{Name: "members"}, Client: netip.MustParseAddr("203.0.113.9"),
		Outbound: &gateway.Outbound{Method: "GET", Path: "/v1/users/4%2F2", RawQuery: "a=1&a=2&b=%20x&c", Header: http.Header{}},
	}
}

func limits() forward.Limits { return forward.Limits{Timeout: time.Minute, Size: 1 << 20} }

const plain = `{"statusCode": 201, "headers": {"x-a": "1"}, "body": "hello"}`

func TestInvoke(t *testing.T) {
	s := serve(t, reply{status: 200, body: plain})
	a, err := function(t, s.URL+"/", "users").Call(t.Context(), exchange(), limits())
	if err != nil || a.Status != 201 || string(a.Body) != "hello" || a.Header.Get("X-A") != "1" {
		t.Fatalf("Call() = %+v, %v", a, err)
	}
	if s.path != "/2015-03-31/functions/users/invocations" || s.calls != 1 {
		t.Errorf("called %s, %d times", s.path, s.calls)
	}
}

func TestNames(t *testing.T) {
	for name, path := range map[string]string{
		"users": "users", "users:live": "users%3Alive", "users:7": "users%3A7", "users:$LATEST": "users%3A%24LATEST",
		"123456789012:function:users":                                    "123456789012%3Afunction%3Ausers",
		"arn:aws:lambda:us-east-2:123456789012:function:users:live":      "arn%3Aaws%3Alambda%3Aus-east-2%3A123456789012%3Afunction%3Ausers%3Alive",
		"arn:aws-cn:lambda:cn-north-1:123456789012:function:my_users-v2": "arn%3Aaws-cn%3Alambda%3Acn-north-1%3A123456789012%3Afunction%3Amy_users-v2",
	} {
		s := serve(t, reply{status: 200, body: plain})
		if _, err := function(t, s.URL, name).Call(t.Context(), exchange(), limits()); err != nil {
			t.Error(err)
		}
		if want := "/2015-03-31/functions/" + path + "/invocations"; s.path != want {
			t.Errorf("%s is called at %s, want %s", name, s.path, want)
		}
	}
	for _, name := range []string{"", "a b", "users/../x", "users:", "https://x", "arn:aws:s3:::bucket", "arn:aws:lambda:eu-west-1:1:function:users", "users:live:1", "a?b"} {
		if f, err := client("").Function(name); err == nil || f != nil || !strings.Contains(err.Error(), "write its name") {
			t.Errorf("Function(%q) = %v, %v, want an error", name, f, err)
		}
	}
}

// TestEndpoints: a function of another region is called there.
func TestEndpoints(t *testing.T) {
	for name, want := range map[string]string{
		"users": "https://lambda.eu-west-1.amazonaws.com",
		"arn:aws:lambda:us-east-2:123456789012:function:users":     "https://lambda.us-east-2.amazonaws.com",
		"arn:aws-cn:lambda:cn-north-1:123456789012:function:users": "https://lambda.cn-north-1.amazonaws.com.cn",
	} {
		f, err := client("").Function(name)
		if err != nil {
			t.Fatal(err)
		}
		out, err := lambda.Request(t.Context(), f, []byte("{}"))
		if err != nil || out.Scheme+"://"+out.Authority != want || !strings.Contains(out.Header.Get("Authorization"), strings.Split(want, ".")[1]+"/lambda/") {
			t.Errorf("%s is called at %+v, %v, want %s", name, out, err, want)
		}
	}
}

func TestFailures(t *testing.T) {
	problem := func(p string) fault.Args { return fault.Args{"problem": p} }
	denied := func(code string) fault.Args { return fault.Args{"id": "5f2f3c3e", "problem": code} }
	for _, tt := range []struct {
		name  string
		reply reply
		want  fault.Kind
		args  fault.Args
	}{
		{"unhandled", reply{200, "Unhandled", "", `{"errorType":"Runtime.ExitError","errorMessage":"hunter2"}`, false}, fault.BackendFunction, problem("the function failed")},
		{"handled", reply{200, "Handled", "", `no JSON`, false}, fault.BackendFunction, problem("the function failed")},
		{"too large for Lambda", reply{200, "Unhandled", "", `{"errorType":"Function.ResponseSizeTooLarge"}`, false}, fault.BackendSize, nil},
		{"no proxy answer", reply{status: 200, body: `"hello"`}, fault.BackendFunction, problem("it is no object with statusCode")},
		{"denied", reply{403, "", "AccessDeniedException:http://internal.amazon.com/", `{"Message":"User arn:aws:sts::1:x is not authorized"}`, false}, fault.BackendDenied, denied("AccessDeniedException")},
		{"expired", reply{403, "", "com.amazonaws#ExpiredTokenException", "", false}, fault.BackendDenied, denied("ExpiredTokenException")},
		{"refused by a proxy", reply{status: 403, body: "<html>"}, fault.BackendDenied, denied("Forbidden")},
		{"not there", reply{404, "", "ResourceNotFoundException", "", false}, fault.DefinitionResource, fault.Args{"resource": "Function users"}},
		{"event too large for Lambda", reply{413, "", "RequestTooLargeException", "", false}, fault.RequestSize, fault.Args{"limit": "6291456"}},
		{"throttled", reply{429, "", "TooManyRequestsException", "", false}, fault.BackendRefused, nil},
		{"down", reply{500, "", "ServiceException", "", false}, fault.BackendRefused, nil},
		{"being changed", reply{409, "", "ResourceConflictException", "", false}, fault.BackendRefused, nil},
		{"wrong event", reply{400, "", "InvalidRequestContentException", "", false}, fault.Internal, nil},
		{"over the limit", reply{status: 200, body: `{"statusCode":200,"body":"` + strings.Repeat("a", 1<<20+1) + `"}`}, fault.BackendSize, nil},
		{"endless", reply{status: 200, body: strings.Repeat(" ", 7<<20)}, fault.BackendSize, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.reply)
			a, err := function(t, s.URL, "arn:aws:lambda:eu-west-1:123456789012:function:users:live").Call(t.Context(), exchange(), limits())
			if err == nil {
				t.Fatalf("Call() = %+v, want %s", a, tt.want)
			}
			f := fault.From(err)
			if f.Kind != tt.want || fmt.Sprint(f.Args) != fmt.Sprint(tt.args) || s.calls != 1 {
				t.Errorf("Call() = %v, %v after %d calls, want %s, %v after 1", err, f.Args, s.calls, tt.want, tt.args)
			}
			if text := err.Error() + fmt.Sprint(f.Args); strings.Contains(text, "hunter2") || strings.Contains(text, "not authorized") {
				t.Errorf("the fault shows what the function or AWS said: %s", text)
			}
		})
	}
}

func TestNobodyAnswers(t *testing.T) {
	s := serve(t, reply{wait: true})
	l := limits()
	l.Timeout = 50 * time.Millisecond
	_, err := function(t, s.URL, "users").Call(t.Context(), exchange(), l)
	if f := fault.From(err); f.Kind != fault.BackendTimeout || f.Args["limit"] != "50" {
		t.Errorf("Call() = %v, %v, want %s after 50 ms", err, f.Args, fault.BackendTimeout)
	}
	for endpoint, want := range map[string]fault.Kind{
		"http://127.0.0.1:1": fault.BackendRefused, "https://" + strings.TrimPrefix(s.URL, "http://"): fault.BackendConnect,
		"http://169.254.169.254": fault.BackendConnect,
	} {
		_, err := function(t, endpoint, "users").Call(t.Context(), exchange(), limits())
		if f := fault.From(err); f.Kind != want || f.Args != nil {
			t.Errorf("%s: Call() = %v, %v, want %s without a fact of AWS", endpoint, err, f.Args, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := function(t, s.URL, "users").Call(ctx, exchange(), limits()); fault.From(err).Kind != fault.ClientGone {
		t.Errorf("Call() = %v, want %s", err, fault.ClientGone)
	}
}

// TestNotSent: what cannot be sent costs no call.
func TestNotSent(t *testing.T) {
	s := serve(t, reply{status: 200, body: plain})
	for want, change := range map[fault.Kind]func(*gateway.Outbound){
		fault.RequestMalformed: func(out *gateway.Outbound) { out.Header.Set("X-A", "1\r\nX-B: 2") },
		fault.BackendURI:       func(out *gateway.Outbound) { out.Path = "/../x" },
		fault.RequestSize:      func(out *gateway.Outbound) { out.Body = make([]byte, 6<<20) },
	} {
		x := exchange()
		change(x.Outbound)
		if _, err := function(t, s.URL, "users").Call(t.Context(), x, limits()); err == nil || fault.From(err).Kind != want || s.calls != 0 {
			t.Errorf("Call() = %v after %d calls, want %s after none", err, s.calls, want)
		}
	}
}

func TestCredentials(t *testing.T) {
	none := errors.New("no such file")
	for want, provider := range map[string]aws.CredentialsProvider{
		"there are no credentials": nil,
		"credentials: no such file": aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, none
		}),
	} {
		f, err := lambda.New(aws.Config{Region: "eu-west-1", Credentials: provider}, noon).Function("users")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Call(t.Context(), exchange(), limits()); err == nil || !strings.Contains(err.Error(), want) || fault.From(err).Kind != fault.Internal {
			t.Errorf("Call() = %v, want %q", err, want)
		}
	}
	f, err := lambda.New(aws.Config{Region: "eu west"}, noon).Function("users")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Call(t.Context(), exchange(), limits()); err == nil {
		t.Error("Call() in no region = nil, want an error")
	}
}

// TestResource: an answer names a function without its region, account and version.
func TestResource(t *testing.T) {
	s := serve(t, reply{404, "", "ResourceNotFoundException", "", false})
	for _, name := range []string{"users", "users:live", "123456789012:function:users", "arn:aws:lambda:eu-west-1:123456789012:function:users:7"} {
		_, err := function(t, s.URL, name).Call(t.Context(), exchange(), limits())
		if got := fault.From(err).Args["resource"]; got != "Function users" {
			t.Errorf("%s: %v, resource %q, want Function users", name, err, got)
		}
	}
}

// TestHead: there is no body to a HEAD, whatever the function says.
func TestHead(t *testing.T) {
	s := serve(t, reply{status: 200, body: plain})
	x := exchange()
	x.Outbound.Method = "HEAD"
	if a, err := function(t, s.URL, "users").Call(t.Context(), x, limits()); err != nil || a.Body != nil || a.Status != 201 {
		t.Errorf("Call() = %+v, %v, want no body", a, err)
	}
}
