package function_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestFunctionAsBackend: a function of a function is invoked with the credentials in the environment, signed for its clock.
func TestFunctionAsBackend(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		scope := "Credential=AKIDEXAMPLE/20261121/eu-west-1/lambda/"
		if q.URL.Path != "/2015-03-31/functions/users:live/invocations" || !strings.Contains(q.Header.Get("Authorization"), scope) {
			t.Errorf("called at %s, signed %q, want %s", q.URL.Path, q.Header.Get("Authorization"), scope)
		}
		fmt.Fprint(w, `{"statusCode": 418, "headers": {"x-a": "1"}, "body": "tea"}`)
	}))
	defer service.Close()
	b := newBench(t, given{
		definition: strings.Replace(members, `mock: {status: 200, headers: {X-Stage: "${env:STAGE}"}, body: hello}`, `function: "users:live"`, 1),
		env: map[string]string{
			"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL_LAMBDA": service.URL,
		},
	})
	if a := b.invoke(t.Context(), get("/a")); a.Status != 418 || a.Body != "tea" {
		t.Errorf("answered %+v, want the function's", a)
	}
}
