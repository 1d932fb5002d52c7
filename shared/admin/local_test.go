//go:build dynamodb

package admin_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/aws/kms"
	"postern/shared/operate/table"
)

// TestInTables does with tables what TestInMemory does without.
func TestInTables(t *testing.T) {
	server, err := dynamotest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	for name, scenario := range scenarios() {
		t.Run(name, func(t *testing.T) { scenario(t, inTables(t, server)) })
	}
}

func inTables(t *testing.T, server *dynamotest.Server) stores {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	if err := kms.CreateFile(file); err != nil {
		t.Fatal(err)
	}
	ring, err := kms.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := server.Table(t.Context(), rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	state, err := server.Table(t.Context(), rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	counter := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }, Exact: true})
	return stores{table.Store{Admin: dynamo.NewAdmin(registry, ring)}, &dynamo.Usage{Table: state}, &dynamo.Notes{Table: state}, counter}
}
