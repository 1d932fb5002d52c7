package dynamo

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/meter"
)

const (
	batchSize     = 100 // keys, at most
	batchAttempts = 3
)

var errUnprocessed = errors.New("not all keys were processed")

// batch reads items by their keys. Those that do not exist are not in the answer.
func (t *Table) batch(ctx context.Context, keys []string, consistent bool) (map[string]item, error) {
	keys = slices.Compact(slices.Sorted(slices.Values(keys))) // a key twice would be refused
	found := make(map[string]item, len(keys))
	for chunk := range slices.Chunk(keys, batchSize) {
		in := &dynamodb.BatchGetItemInput{RequestItems: t.request(chunk, consistent)}
		_, err := t.repeat(ctx, batchAttempts, func(ctx context.Context) (item, error) {
			meter.Read(ctx)
			out, err := t.Client.BatchGetItem(ctx, in)
			if err != nil {
				return nil, err
			}
			for _, i := range out.Responses[t.Name] {
				found[textOf(i[KeyAttribute])] = i
			}
			if len(out.UnprocessedKeys) > 0 {
				in.RequestItems = out.UnprocessedKeys
				return nil, errUnprocessed
			}
			return nil, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (t *Table) request(keys []string, consistent bool) map[string]types.KeysAndAttributes {
	wanted := types.KeysAndAttributes{ConsistentRead: &consistent}
	for _, key := range keys {
		wanted.Keys = append(wanted.Keys, keyOf(key))
	}
	return map[string]types.KeysAndAttributes{t.Name: wanted}
}

// scan reads the whole table, a page at a time: for operators alone.
func (t *Table) scan(ctx context.Context, each func(item) error) error {
	yes := true
	return t.scanned(ctx, &dynamodb.ScanInput{ConsistentRead: &yes}, each)
}

// scanned hands over every item that a scan finds.
func (t *Table) scanned(ctx context.Context, in *dynamodb.ScanInput, each func(item) error) error {
	in.TableName = &t.Name
	for {
		var page *dynamodb.ScanOutput
		_, err := t.repeat(ctx, batchAttempts, func(ctx context.Context) (found item, err error) {
			meter.Read(ctx)
			page, err = t.Client.Scan(ctx, in)
			return nil, err
		})
		if err != nil {
			return err
		}
		for _, i := range page.Items {
			if err := each(i); err != nil {
				return err
			}
		}
		if in.ExclusiveStartKey = page.LastEvaluatedKey; in.ExclusiveStartKey == nil {
			return nil
		}
	}
}
