//go:build dynamodb

package dynamotest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"postern/shared/aws/dynamo/dynamotest"
)

// TestStartEnds: a server that ends at once is reported with what it said.
func TestStartEnds(t *testing.T) {
	t.Setenv(dynamotest.Folder, t.TempDir())
	if _, err := dynamotest.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "DynamoDBLocal.jar") {
		t.Errorf("Start() = %v, want that there is no DynamoDBLocal.jar", err)
	}
}

func TestStartCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := dynamotest.Start(ctx); err == nil {
		t.Error("Start() passed, want an error")
	}
}

func TestServer(t *testing.T) {
	s, err := dynamotest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Table(t.Context(), "one"); err != nil {
		t.Error(err)
	}
	if _, err := s.Table(t.Context(), "one"); err == nil {
		t.Error("a second table has the same name")
	}
	s.Stop()
	if _, err := http.Get(s.Endpoint); err == nil {
		t.Error("the server answers after Stop")
	}
}
