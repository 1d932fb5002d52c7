//go:build dynamodb

package dynamo_test

import (
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
)

// armed does a fault to the next requests of an operation, when it is told to.
type armed struct {
	mu    sync.Mutex
	op    string
	fault dynamotest.Fault
	skip  int // requests that get through before
	left  int
}

func (a *armed) next(count int, op string, f dynamotest.Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left, a.op, a.fault = count, op, f
}

func (a *armed) script(op string, _ int) dynamotest.Fault {
	a.mu.Lock()
	defer a.mu.Unlock()
	if op != a.op || a.left == 0 {
		return dynamotest.None
	}
	if a.skip > 0 {
		a.skip--
		return dynamotest.None
	}
	a.left--
	return a.fault
}

// stored is the item of this key; nil: there is none.
func stored(t *testing.T, table *dynamo.Table, key string) map[string]types.AttributeValue {
	t.Helper()
	consistent := true
	out, err := table.Client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &table.Name, ConsistentRead: &consistent,
		Key: map[string]types.AttributeValue{dynamo.KeyAttribute: &types.AttributeValueMemberS{Value: key}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

// attribute is the text or the number of an attribute; "": there is none.
func attribute(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	}
	return ""
}

func deliver(t *testing.T, f *dynamotest.Faults) {
	t.Helper()
	if err := f.Deliver(); err != nil {
		t.Fatal(err)
	}
}
