package dynamotest_test

import (
	"strings"
	"testing"

	"postern/shared/aws/dynamo/dynamotest"
)

// TestStartFails: who cannot start the server is told what to do.
func TestStartFails(t *testing.T) {
	t.Setenv(dynamotest.Folder, "")
	if _, err := dynamotest.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "set POSTERN_DYNAMODB_LOCAL") {
		t.Errorf("Start() without a folder: %v, want what to set", err)
	}
	t.Setenv(dynamotest.Folder, t.TempDir())
	t.Setenv("PATH", "")
	if _, err := dynamotest.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "java") {
		t.Errorf("Start() without Java: %v, want that it is missing", err)
	}
}
