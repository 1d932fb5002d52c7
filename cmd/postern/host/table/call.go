package table

import (
	"bytes"
	"encoding/json"
	"slices"
)

// input is what the operations are given.
type input struct {
	Key, Item    item
	RequestItems map[string]struct{ Keys []item }

	Condition string                     `json:"ConditionExpression"`
	Names     map[string]string          `json:"ExpressionAttributeNames"`
	Values    map[string]json.RawMessage `json:"ExpressionAttributeValues"`
}

// call does one operation.
func (s *Server) call(operation string, in *input) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch operation {
	case "GetItem":
		found, err := s.find(in.Key)
		return struct{ Item item }{found}, err
	case "BatchGetItem":
		return s.batch(in)
	case "PutItem":
		return s.write(in, in.Item, in.Item)
	case "DeleteItem":
		return s.write(in, in.Key, nil)
	case "Scan":
		all := make([]item, 0, len(s.keys))
		for _, key := range s.keys {
			all = append(all, s.items[key])
		}
		return struct{ Items []item }{all}, nil
	}
	return nil, refuse("UnknownOperationException", "this table of postern lambda has no %s: it keeps a registry, and no state", operation)
}

// keyOf is the partition key of an item, the only one.
func keyOf(i item) (string, error) {
	var key struct{ S string }
	if err := json.Unmarshal(i["pk"], &key); err != nil || key.S == "" {
		return "", refuse("ValidationException", "the key must be the attribute pk, a text")
	}
	return key.S, nil
}

func (s *Server) find(key item) (item, error) {
	k, err := keyOf(key)
	return s.items[k], err
}

func (s *Server) batch(in *input) (any, error) {
	var out struct {
		Responses       map[string][]item
		UnprocessedKeys struct{}
	}
	out.Responses = map[string][]item{}
	for name, wanted := range in.RequestItems {
		out.Responses[name] = []item{}
		for _, key := range wanted.Keys {
			found, err := s.find(key)
			if err != nil {
				return nil, err
			}
			if found != nil {
				out.Responses[name] = append(out.Responses[name], found)
			}
		}
	}
	return out, nil
}

// write puts next in place of what is under a key, or takes it away, where the condition holds.
func (s *Server) write(in *input, key, next item) (any, error) {
	k, err := keyOf(key)
	if err != nil {
		return nil, err
	}
	now := s.items[k]
	held, err := in.holds(now)
	switch {
	case err != nil:
		return nil, err
	case !held:
		failed := refuse("ConditionalCheckFailedException", "The conditional request failed").(*failure)
		failed.Item = now
		return nil, failed
	case next == nil:
		delete(s.items, k)
		s.keys = slices.DeleteFunc(s.keys, func(other string) bool { return other == k })
	default:
		if now == nil {
			s.keys = append(s.keys, k)
		}
		s.items[k] = next
	}
	return struct{}{}, nil
}

// holds knows the two conditions of a registry's writes: that there is no item, and that it has not changed.
func (in *input) holds(now item) (bool, error) {
	switch in.Condition {
	case "":
		return true, nil
	case "attribute_not_exists(#a)":
		return now[in.Names["#a"]] == nil, nil
	case "#a = :was":
		return now != nil && bytes.Equal(now[in.Names["#a"]], in.Values[":was"]), nil
	}
	return false, refuse("ValidationException", "this table of postern lambda does not know the condition %s", in.Condition)
}
