package dynamo

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/forward"
)

// Attributes of a breaker's item. Times are in milliseconds.
const (
	openAttribute   = "o"  // open until; past: half-open; absent: closed
	trialAttribute  = "t"  // the trial is taken until
	holderAttribute = "id" // by
	closedAttribute = "c"  // last closed at: failures of calls begun before do not count
)

const (
	breakerLife = 24 * time.Hour // of what nobody changes; then the circuit is closed
	mostRemoved = 40             // windows in one write
)

func breakerKey(c forward.Circuit) string { return "b#" + c.Backend }

// breakerExp is when an item that is written at now may be dropped.
func breakerExp(c forward.Circuit, now time.Time) types.AttributeValue {
	return number(now.Add(c.Open + breakerLife).Unix())
}

func millis(t time.Time) types.AttributeValue { return number(t.UnixMilli()) }

// stateOf is the state that an item tells. Trial: nobody has it.
func stateOf(i item, now time.Time) forward.State {
	until, open := numberOf(i[openAttribute])
	trial, taken := numberOf(i[trialAttribute])
	switch at := now.UnixMilli(); {
	case !open:
		return forward.Closed
	case at < until:
		return forward.Open
	case taken && at < trial:
		return forward.Busy
	}
	return forward.Trial
}

// read takes over what an item tells.
func (s *circuit) read(i item) {
	s.until, s.failing = time.Time{}, windowsOf(i)
	s.opened(i)
}

// opened takes over that a circuit is open. That it is not, the answer to a report does not tell: it may be older than what is
// known.
func (s *circuit) opened(i item) {
	if until, open := numberOf(i[openAttribute]); open {
		s.until = time.UnixMilli(until)
	}
}

// update is one write to a circuit's item: #window, #open, #trial, #holder, #closed, #exp and #key stand for its attributes.
type update struct {
	set, condition string
	remove         []string // attributes; only such that set does not name
	window         string
	values         item
}

// send says what the item is afterwards, and whether the condition held.
func (b *Breaker) send(ctx context.Context, c forward.Circuit, u update) (item, bool, error) {
	names := map[string]string{}
	var removed []string
	for i, name := range u.remove[:min(len(u.remove), mostRemoved)] {
		short := "#r" + strconv.Itoa(i)
		names[short] = name
		removed = append(removed, short)
	}
	expression := u.set
	if removed != nil {
		expression = strings.TrimSpace(expression + " REMOVE " + strings.Join(removed, ", "))
	}
	for short, name := range map[string]string{
		"#window": u.window, "#open": openAttribute, "#trial": trialAttribute, "#holder": holderAttribute,
		"#closed": closedAttribute, "#exp": TTLAttribute, "#key": KeyAttribute,
	} {
		if strings.Contains(expression+u.condition, short) {
			names[short] = name
		}
	}
	r, err := b.table.update(ctx, &dynamodb.UpdateItemInput{
		Key:                       keyOf(breakerKey(c)),
		UpdateExpression:          &expression,
		ConditionExpression:       &u.condition,
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: u.values,
	}, 2)
	return r.item, r.held, err
}
