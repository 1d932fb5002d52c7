package dynamo

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/meter"
)

// writeAttempts: an operator waits rather than to find half of a change made.
const writeAttempts = 4

// write is one item to be written, if it is still as it was read.
type write struct {
	key   string
	was   string // the version that was read; "": there was none
	item  item   // without key and version; nil: it is removed
	entry Change // that it belongs to
}

func (a *Admin) write(ctx context.Context, writes []write) error {
	for _, w := range writes {
		if err := a.t.write(ctx, w); err != nil {
			return fmt.Errorf("%s %q: %w", w.entry.Kind, w.entry.Name, err)
		}
	}
	return nil
}

// write puts or removes the item. The version tells its own copies from the writes of others.
func (t *Table) write(ctx context.Context, w write) error {
	version := attemptID(rand.Uint64())
	condition, values := aws.String("attribute_not_exists(#a)"), item(nil)
	names := map[string]string{"#a": KeyAttribute}
	if w.was != "" {
		condition, values, names["#a"] = aws.String("#a = :was"), item{":was": text(w.was)}, versionAttribute
	}
	if w.item == nil {
		r, err := t.remove(ctx, &dynamodb.DeleteItemInput{
			Key: keyOf(w.key), ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
		if err == nil && !r.held && r.item != nil {
			err = ErrChanged
		}
		return err
	}
	put := item{KeyAttribute: text(w.key), versionAttribute: text(version)}
	maps.Copy(put, w.item)
	r, err := t.put(ctx, &dynamodb.PutItemInput{
		Item: put, ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}, writeAttempts)
	if err == nil && !r.held && textOf(r.item[versionAttribute]) != version {
		err = ErrChanged
	}
	return err
}

// remove sends a conditional delete. An item that is not there is removed.
func (t *Table) remove(ctx context.Context, in *dynamodb.DeleteItemInput) (reply, error) {
	in.TableName = &t.Name
	in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	return t.repeat(ctx, writeAttempts, func(ctx context.Context) (item, error) {
		meter.Write(ctx)
		_, err := t.Client.DeleteItem(ctx, in)
		return nil, err
	})
}

// sealer seals with the data key of a state, and makes the first one.
func (a *Admin) sealer(s *state) func(ctx context.Context, place, text string) (string, error) {
	return func(ctx context.Context, place, text string) (string, error) {
		if s.dataKey == "" {
			if err := a.newDataKey(ctx, s); err != nil {
				return "", err
			}
		}
		key, err := a.dataKeys.key(ctx, s.dataKey)
		if err != nil {
			return "", err
		}
		return s.dataKey + "." + base64.RawURLEncoding.EncodeToString(key.Seal(place, []byte(text))), nil
	}
}

// newDataKey makes the data key that is used from now on.
func (a *Admin) newDataKey(ctx context.Context, s *state) error {
	if a.dataKeys.ring == nil {
		return errNoKeyring
	}
	raw, wrapped, err := a.dataKeys.ring.NewKey(ctx)
	if err != nil {
		return err
	}
	id := attemptID(rand.Uint64())
	if _, err := a.dataKeys.remember(id, raw); err != nil {
		return err
	}
	made := item{idAttribute: text(id), wrappedAttribute: &types.AttributeValueMemberB{Value: wrapped}}
	entry := Change{"data key", id, "add"}
	if err := a.write(ctx, []write{
		{key: dataKeyPrefix + id, item: made, entry: entry},
		{key: currentDataKey, was: s.versions[currentDataKey], item: made, entry: entry},
	}); err != nil {
		return err
	}
	s.dataKey = id
	return nil
}
