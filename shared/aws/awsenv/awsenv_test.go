package awsenv_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"postern/shared/aws/awsenv"
)

func environment(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := env[name]; return v, ok }
}

func TestConfig(t *testing.T) {
	const name = "AWS_ENDPOINT_URL_DYNAMODB"
	for env, want := range map[string]string{"": "", "http://127.0.0.1:8000": "http://127.0.0.1:8000"} {
		c := awsenv.Config(environment(map[string]string{"AWS_REGION": "eu-west-1", name: env}), name)
		if c.Region != "eu-west-1" || aws.ToString(c.BaseEndpoint) != want || (c.BaseEndpoint == nil) != (want == "") {
			t.Errorf("Config with %s=%q: region %q, endpoint %v; want eu-west-1, %q", name, env, c.Region, c.BaseEndpoint, want)
		}
	}
	if c := awsenv.Config(environment(nil), name); c.BaseEndpoint != nil || c.Region != "" {
		t.Errorf("Config of nothing: region %q, endpoint %v; want none", c.Region, c.BaseEndpoint)
	}
}

// TestCredentials: they are those of the moment, whole or not at all.
func TestCredentials(t *testing.T) {
	env := map[string]string{}
	c := awsenv.Config(environment(env), "")
	tests := []struct {
		name, id, secret, token string
		fails                   bool
	}{
		{"nothing", "", "", "", true},
		{"no secret", "id", "", "token", true},
		{"no id", "", "hush", "token", true},
		{"no token", "id", "hush", "", false},
		{"all", "id", "hush", "token", false},
		{"others", "id2", "hush2", "token2", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"] = tt.id, tt.secret, tt.token
			got, err := c.Credentials.Retrieve(t.Context())
			if tt.fails {
				if err == nil || strings.Contains(err.Error(), "hush") || got.HasKeys() {
					t.Errorf("Retrieve() = %v, %v, want an error without a secret", got, err)
				}
				return
			}
			if err != nil || got.AccessKeyID != tt.id || got.SecretAccessKey != tt.secret || got.SessionToken != tt.token || got.CanExpire {
				t.Errorf("Retrieve() = %v, %v, want %s, %s, %s", got, err, tt.id, tt.secret, tt.token)
			}
		})
	}
}

// TestClient: no proxy of the environment, and no connection that outlives a freeze for long.
func TestClient(t *testing.T) {
	client, ok := awsenv.Config(environment(nil), "").HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		t.Fatal("the client is not the SDK's")
	}
	transport := client.GetTransport()
	if transport.Proxy != nil || transport.IdleConnTimeout > 30*time.Second || transport.MaxIdleConnsPerHost < 64 {
		t.Errorf("proxy %v, idle for %v, %d connections; want none, 30 s at most, 64 at least",
			transport.Proxy != nil, transport.IdleConnTimeout, transport.MaxIdleConnsPerHost)
	}
	if transport.TLSClientConfig != nil && transport.TLSClientConfig.InsecureSkipVerify {
		t.Error("certificates are not verified")
	}
}

// TestEndpoint: the domains are of the AWS General Reference, "AWS service endpoints".
func TestEndpoint(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1":      "https://lambda.eu-west-1.amazonaws.com",
		"us-gov-west-1":  "https://lambda.us-gov-west-1.amazonaws.com",
		"cn-north-1":     "https://lambda.cn-north-1.amazonaws.com.cn",
		"eusc-de-east-1": "https://lambda.eusc-de-east-1.amazonaws.eu",
	} {
		if got := awsenv.Endpoint("lambda", region); got != want {
			t.Errorf("Endpoint(lambda, %s) = %s, want %s", region, got, want)
		}
	}
}
