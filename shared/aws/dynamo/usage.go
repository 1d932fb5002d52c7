package dynamo

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"postern/shared/limit"
)

// usageAttempts is how often an operator's call is sent.
const usageAttempts = 3

// Usage is the operator's view of a state table: what owners have used. Its calls read the whole table.
type Usage struct{ Table *Table }

// Usage is what the owners whose keys begin with prefix have used of the windows that are not over, in order.
func (u *Usage) Usage(ctx context.Context, prefix string, at time.Time) ([]limit.Usage, error) {
	var used []limit.Usage
	err := u.Table.scanned(ctx, &dynamodb.ScanInput{
		FilterExpression:          aws.String("begins_with(#k, :k)"),
		ExpressionAttributeNames:  map[string]string{"#k": KeyAttribute},
		ExpressionAttributeValues: item{":k": text(counterKey(prefix))},
	}, func(i item) error {
		used = append(used, usageOf(i, at)...)
		return nil
	})
	slices.SortFunc(used, limit.Usage.Compare)
	return used, err
}

// usageOf is what an owner's item says of windows that are not over.
func usageOf(i item, at time.Time) (used []limit.Usage) {
	owner, counts := strings.TrimPrefix(textOf(i[KeyAttribute]), counterKey("")), newReading(i)
	for name := range counts {
		u, ok := counts.usage(name)
		u.Owner = owner
		if ok && u.Ends.After(at) {
			used = append(used, u)
		}
	}
	return used
}

// usage is what an attribute says of its window; false where it is none, or the second one of its window.
func (r reading) usage(name string) (limit.Usage, bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 || name[0] == '!' {
		return limit.Usage{}, false
	}
	u := limit.Usage{Limit: name[:i]}
	switch kind := name[i+1:]; kind {
	case "t":
		u.Unit, u.Ends = limit.RateUnit, time.Unix(0, r[name]).UTC()
	case "e":
		u.Unit, u.Used, u.Ends = limit.FirstCallUnit, r[u.Limit+".u"], time.UnixMilli(r[name]).UTC()
	default:
		end, ok := endOf(kind)
		if !ok {
			return limit.Usage{}, false
		}
		u.Unit, _, _ = strings.Cut(kind, "@")
		u.Used, u.Ends = r[name], time.Unix(end, 0).UTC()
	}
	return u, true
}

// Reset forgets what an owner has used of the windows of a limit, of all limits where its name is "". It says how many
// windows those were. What environments hold that booked units ahead, they still spend.
func (u *Usage) Reset(ctx context.Context, owner, name string) (windows int, err error) {
	found, err := u.Table.get(ctx, counterKey(owner), true)
	if err != nil {
		return 0, err
	}
	counts := newReading(found)
	var attributes []string
	for attribute := range counts {
		if w, ok := counts.usage(attribute); ok && (name == "" || w.Limit == name) {
			windows++
			attributes = append(attributes, counts.attributes(attribute, w)...)
		}
	}
	slices.Sort(attributes)
	for some := range slices.Chunk(attributes, mostRemoved) {
		if err := u.remove(ctx, owner, some); err != nil {
			return 0, err
		}
	}
	return windows, nil
}

// attributes are all those of the window that one of them speaks of.
func (r reading) attributes(name string, w limit.Usage) []string {
	switch w.Unit {
	case limit.RateUnit:
		return []string{name, w.Limit + ".g"}
	case limit.FirstCallUnit:
		return []string{name, w.Limit + ".u"}
	default:
		return []string{name}
	}
}

// remove takes attributes out of an item that exists: of one that does not, it would make one that never leaves.
func (u *Usage) remove(ctx context.Context, owner string, attributes []string) error {
	e := newExpression()
	e.where("attribute_exists(%s)", e.name(KeyAttribute))
	e.remove(attributes...)
	_, err := u.Table.update(ctx, e.update(counterKey(owner)), usageAttempts)
	return err
}
