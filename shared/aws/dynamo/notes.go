package dynamo

import (
	"bytes"
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// noteAttribute is what a note says: B.
const noteAttribute = "note"

// Notes are kept for a while in the state table, each under a name. It is safe for concurrent use.
type Notes struct{ Table *Table }

// Put keeps a note until a time, where there is what was says, or, without, nothing or what has expired at the time at.
// Otherwise it returns what is there. A note that is there already is put: every attempt must have a note of its own.
func (n *Notes) Put(ctx context.Context, name string, was, note []byte, at, until time.Time) (there []byte, err error) {
	in := &dynamodb.PutItemInput{
		Item: item{
			KeyAttribute:  text("i#" + name),
			TTLAttribute:  number(until.Unix()),
			noteAttribute: &types.AttributeValueMemberB{Value: note},
		},
		ConditionExpression:       aws.String("attribute_not_exists(#key) OR #exp <= :now"),
		ExpressionAttributeNames:  map[string]string{"#key": KeyAttribute, "#exp": TTLAttribute},
		ExpressionAttributeValues: item{":now": number(at.Unix())},
	}
	if was != nil {
		in.ConditionExpression = aws.String("#note = :was")
		in.ExpressionAttributeNames = map[string]string{"#note": noteAttribute}
		in.ExpressionAttributeValues = item{":was": &types.AttributeValueMemberB{Value: was}}
	}
	r, err := n.Table.put(ctx, in, writeAttempts)
	if err != nil || r.held {
		return nil, err
	}
	found, _ := r.item[noteAttribute].(*types.AttributeValueMemberB)
	switch {
	case found == nil:
		return []byte{}, nil
	case bytes.Equal(found.Value, note):
		return nil, nil
	default:
		return found.Value, nil
	}
}
