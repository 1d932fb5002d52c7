// Package dynamo keeps the gateway's state and its registry in DynamoDB.
//
// It promises what the interfaces it satisfies ask for, whatever the network does: every write is one item and one condition,
// carries the id of its attempt through all its copies, and recognises its own copy in whatever comes back. Nothing is
// scanned, transacted or waited for while a request is served. Of an outcome that cannot be known it says so.
//
// It imports the packages whose interfaces it satisfies, and the AWS SDK.
package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/meter"
)

// Names of both tables' attributes.
const (
	KeyAttribute = "pk"  // S, the partition key; there is no sort key
	TTLAttribute = "exp" // N, seconds since 1970, of the state table alone
)

// item is what a table keeps under one key.
type item = map[string]types.AttributeValue

// Table is one table and how patiently it is called. Client and Name are required, the rest has defaults.
type Table struct {
	Client  *dynamodb.Client // that repeats nothing by itself: see NewClient
	Name    string
	Attempt time.Duration        // for one copy of a call; 0: 250 ms
	Pause   func() time.Duration // before the next copy; nil: random, 5 to 25 ms
}

// NewClient is a client whose calls are sent once: tables repeat them, and must know how often.
func NewClient(c aws.Config) *dynamodb.Client {
	return dynamodb.NewFromConfig(c, func(o *dynamodb.Options) {
		o.Retryer, o.HTTPClient = aws.NopRetryer{}, whole{o.HTTPClient}
	})
}

// reply is what a write found.
type reply struct {
	held      bool // its condition did
	item      item // as it is now, nil after a put; where the condition did not hold: as it was found, nil: absent
	ambiguous bool // an earlier copy of this write may have been carried out without an answer
}

// put sends a conditional put, up to attempts times.
func (t *Table) put(ctx context.Context, in *dynamodb.PutItemInput, attempts int) (reply, error) {
	in.TableName = &t.Name
	in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	return t.repeat(ctx, attempts, func(ctx context.Context) (item, error) {
		meter.Write(ctx)
		_, err := t.Client.PutItem(ctx, in)
		return nil, err
	})
}

// update sends a conditional update, up to attempts times.
func (t *Table) update(ctx context.Context, in *dynamodb.UpdateItemInput, attempts int) (reply, error) {
	in.TableName = &t.Name
	in.ReturnValues = types.ReturnValueAllNew
	in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	return t.repeat(ctx, attempts, func(ctx context.Context) (item, error) {
		meter.Write(ctx)
		out, err := t.Client.UpdateItem(ctx, in)
		if err != nil {
			return nil, err
		}
		return out.Attributes, nil
	})
}

// get reads one item; nil: there is none.
func (t *Table) get(ctx context.Context, key string, consistent bool) (item, error) {
	in := &dynamodb.GetItemInput{TableName: &t.Name, Key: keyOf(key), ConsistentRead: &consistent}
	r, err := t.repeat(ctx, 2, func(ctx context.Context) (item, error) {
		meter.Read(ctx)
		out, err := t.Client.GetItem(ctx, in)
		if err != nil {
			return nil, err
		}
		return out.Item, nil
	})
	return r.item, err
}

func keyOf(key string) item { return item{KeyAttribute: &types.AttributeValueMemberS{Value: key}} }
