//go:build dynamodb

package dynamo_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"testing"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
)

// local is the server of all tests of this package, each with tables of its own.
var local *dynamotest.Server

func TestMain(m *testing.M) {
	started, err := dynamotest.Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	local = started
	code := m.Run()
	local.Stop()
	os.Exit(code)
}

func server() *dynamotest.Server { return local }

// table is an empty one.
func table(t *testing.T) *dynamo.Table {
	t.Helper()
	made, err := local.Table(t.Context(), rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// faulty is a fresh table and the same table as called through the script's faults.
func faulty(t *testing.T, script dynamotest.Script) (plain, broken *dynamo.Table, faults *dynamotest.Faults) {
	t.Helper()
	plain = table(t)
	faults = dynamotest.Faulty(nil, script)
	return plain, local.FaultyTable(plain.Name, faults), faults
}
