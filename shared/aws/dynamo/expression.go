package dynamo

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// expression is an update in the making. It names what it uses and nothing else: DynamoDB refuses an unused name or value.
type expression struct {
	sets, removes, conditions []string
	names                     map[string]string // placeholder by attribute
	numbers                   map[int64]string  // placeholder by value
}

func newExpression() *expression {
	return &expression{names: map[string]string{}, numbers: map[int64]string{}}
}

// name is the placeholder of an attribute.
func (e *expression) name(attribute string) string {
	if _, ok := e.names[attribute]; !ok {
		e.names[attribute] = "#" + strconv.Itoa(len(e.names))
	}
	return e.names[attribute]
}

// number is the placeholder of a value.
func (e *expression) number(n int64) string {
	if _, ok := e.numbers[n]; !ok {
		e.numbers[n] = ":" + strconv.Itoa(len(e.numbers))
	}
	return e.numbers[n]
}

func (e *expression) set(format string, placeholders ...any) {
	e.sets = append(e.sets, fmt.Sprintf(format, placeholders...))
}

func (e *expression) where(format string, placeholders ...any) {
	e.conditions = append(e.conditions, fmt.Sprintf(format, placeholders...))
}

func (e *expression) remove(attributes ...string) {
	for _, attribute := range attributes {
		e.removes = append(e.removes, e.name(attribute))
	}
}

// update is the finished write to the item of this key.
func (e *expression) update(key string) *dynamodb.UpdateItemInput {
	var actions []string
	if len(e.sets) > 0 {
		actions = append(actions, "SET "+strings.Join(e.sets, ", "))
	}
	if len(e.removes) > 0 {
		actions = append(actions, "REMOVE "+strings.Join(e.removes, ", "))
	}
	update, condition := strings.Join(actions, " "), strings.Join(e.conditions, " AND ")
	in := &dynamodb.UpdateItemInput{
		Key: keyOf(key), UpdateExpression: &update, ConditionExpression: &condition,
		ExpressionAttributeNames: make(map[string]string, len(e.names)),
	}
	for attribute, placeholder := range e.names {
		in.ExpressionAttributeNames[placeholder] = attribute
	}
	if len(e.numbers) > 0 {
		in.ExpressionAttributeValues = make(item, len(e.numbers))
	}
	for n, placeholder := range e.numbers {
		in.ExpressionAttributeValues[placeholder] = number(n)
	}
	return in
}
