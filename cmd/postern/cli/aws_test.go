package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// awsEnvironment is an environment of credentials for nothing, and nothing else.
func awsEnvironment(t *testing.T, region, dynamoDB string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_REGION": region, "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": plantedSecret,
		"AWS_SESSION_TOKEN": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_ENDPOINT_URL_DYNAMODB": dynamoDB, "AWS_ENDPOINT_URL_KMS": "http://127.0.0.1:1",
	} {
		t.Setenv(name, value)
	}
}

// TestFailuresOfAWS: each says what to do, and shows no secret.
func TestFailuresOfAWS(t *testing.T) {
	for _, tt := range []struct{ region, code, want string }{
		{"", "", "no region: set AWS_REGION"},
		{"eu-west-1", "ResourceNotFoundException", "there is no table t in this region and account"},
		{"eu-west-1", "AccessDeniedException", "these credentials may not do this: allow it"},
		{"eu-west-1", "ExpiredTokenException", "these credentials are not valid"},
		{"eu-west-1", "ValidationException", "table t: operation error DynamoDB"},
	} {
		t.Run(tt.code, func(t *testing.T) {
			dynamoDB := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/x-amz-json-1.0")
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"no"}`, tt.code)
			}))
			defer dynamoDB.Close()
			awsEnvironment(t, tt.region, dynamoDB.URL)
			k := &keeper{t: t}
			for _, args := range [][]string{
				{"registry", "show", "--table", "t"},
				{"registry", "rm", "app", "a", "--table", "t"},
				{"flag", "set", "app/a", "disabled", "--table", "t"},
				{"quota", "show", "--state-table", "t"},
				{"quota", "reset", "app:a:b", "--state-table", "t"},
			} {
				if out, err := k.do(1, "", args...); out != "" || !strings.Contains(err, tt.want) {
					t.Errorf("%v prints %q and %q, want %q", args, out, err, tt.want)
				}
			}
			k.silent()
		})
	}
	awsEnvironment(t, "eu-west-1", "")
	if _, err := (&keeper{t: t}).do(1, "", "registry", "show", "--table", "t", "--key-file", "/nowhere/key"); !strings.Contains(err, "there is no key file /nowhere/key") {
		t.Errorf("a missing key file: %s", err)
	}
}
