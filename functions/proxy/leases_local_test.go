//go:build dynamodb

package main_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"postern/functions/internal/functiontest"
	"postern/shared/aws/dynamo/dynamotest"
)

// TestLeasesGoBack: what the function has booked ahead is in the table again when its environment has ended.
func TestLeasesGoBack(t *testing.T) {
	server, err := dynamotest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	if _, err := server.Table(t.Context(), "state"); err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var updates atomic.Int64
	forward := httputil.NewSingleHostReverseProxy(to)
	forward.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.Header.Get("X-Amz-Target"), ".UpdateItem") {
			updates.Add(1)
		}
		forward.ServeHTTP(w, q)
	}))
	t.Cleanup(between.Close)

	definition := strings.Replace(members, "rate: 1000000/s", "rate: 1000/s", 1)
	env := append(functiontest.Variables(t, "state", definition), "POSTERN_REGISTRY_TABLE=memory", "AWS_ENDPOINT_URL_DYNAMODB="+between.URL)
	p := functiontest.Start(t, bootstraps.Build(t, "proxy", "."), env...)
	for range 20 { // the server is slow at first
		if answer, _ := p.Invoke(t, signed()); strings.Contains(answer, `"statusCode":200`) {
			break
		}
	}
	updates.Store(0)
	const invocations = 40
	for i := range invocations {
		if answer, _ := p.Invoke(t, signed()); !strings.Contains(answer, `"statusCode":200`) {
			t.Fatalf("answer %d: %s", i, answer)
		}
	}
	before := updates.Load()
	if before >= invocations {
		t.Errorf("%d writes for %d requests: nothing was booked ahead", before, invocations)
	}
	p.Terminate(t)
	if p.Failed != nil || updates.Load() == before {
		t.Errorf("ended with %v after %d writes more, want one at least, which gives back", p.Failed, updates.Load()-before)
	}
}
