package dynamo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"postern/shared/replay"
)

// byAttribute is the attempt that claimed a nonce.
const byAttribute = "by"

// Nonces is a replay.Nonces in the state table: one item a nonce, one write a claim. It is safe for concurrent use.
type Nonces struct{ table *Table }

var _ replay.Nonces = (*Nonces)(nil)

// NewNonces keeps nonces in t.
func NewNonces(t *Table) *Nonces { return &Nonces{t} }

// Claim implements replay.Nonces. After an error the nonce may be taken: who claims it again, by another ID, finds it used.
func (n *Nonces) Claim(ctx context.Context, c replay.Claim) (bool, error) {
	by := attemptID(c.ID)
	r, err := n.table.put(ctx, &dynamodb.PutItemInput{
		Item: item{
			KeyAttribute: text(nonceKey(c)),
			TTLAttribute: number(lastSecond(c.Until) + 1),
			byAttribute:  text(by),
		},
		ConditionExpression:       aws.String("attribute_not_exists(#key) OR #exp <= :now"),
		ExpressionAttributeNames:  map[string]string{"#key": KeyAttribute, "#exp": TTLAttribute},
		ExpressionAttributeValues: item{":now": number(c.At.Unix())},
	}, 2)
	if err != nil {
		return false, err
	}
	return r.held || textOf(r.item[byAttribute]) == by, nil
}

// nonceKey has the nonce hashed: a client chooses it, and keys end at 2,048 bytes.
func nonceKey(c replay.Claim) string {
	sum := sha256.Sum256([]byte(c.Nonce))
	return "n#" + c.Scope + "#" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// lastSecond is the whole second that t ends in or is.
func lastSecond(t time.Time) int64 {
	if t.Nanosecond() == 0 {
		return t.Unix()
	}
	return t.Unix() + 1
}
