package dynamo_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
)

// shelf is as much of DynamoDB as a registry uses: a table in the process, which pages after two items.
type shelf struct {
	mu    sync.Mutex
	items map[string]value // by key
	asked []request
	fail  func(op string, n int) reply // of the n-th request of an operation, from 1; nil: it is answered
	count map[string]int
}

// value is an item or an attribute.
type value = map[string]any

// request is what a shelf is asked.
type request struct {
	op           string
	RequestItems map[string]struct {
		Keys           []value
		ConsistentRead bool
	}
	Key, Item      value
	ConsistentRead bool
	Condition      string            `json:"ConditionExpression"`
	Names          map[string]string `json:"ExpressionAttributeNames"`
	Values         map[string]value  `json:"ExpressionAttributeValues"`
	Start          value             `json:"ExclusiveStartKey"`
}

// newShelf is an empty one.
func newShelf() *shelf { return &shelf{items: map[string]value{}, count: map[string]int{}} }

// table is the shelf's, called without pauses.
func (s *shelf) table() *dynamo.Table {
	env := map[string]string{"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hush"}
	config := awsenv.Config(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "")
	config.HTTPClient = &http.Client{Transport: s}
	pause := func() time.Duration { return 0 }
	return &dynamo.Table{Client: dynamo.NewClient(config), Name: "registry", Attempt: time.Minute, Pause: pause}
}

// fails lets the n-th request of an operation fail, from 1, as script says; nil: none does.
func (s *shelf) fails(script func(op string, n int) reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail, s.count = script, map[string]int{}
}

// ask forgets what was asked so far and returns it, as "op key key …".
func (s *shelf) ask() (asked []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.asked {
		words := []string{q.op}
		if q.Key != nil {
			words = append(words, keyOf(q.Key))
		}
		for _, wanted := range q.RequestItems {
			for _, key := range wanted.Keys {
				words = append(words, keyOf(key))
			}
		}
		asked = append(asked, strings.Join(words, " "))
	}
	s.asked = nil
	return asked
}

func keyOf(item value) string { return item["pk"].(value)["S"].(string) }

// RoundTrip implements http.RoundTripper.
func (s *shelf) RoundTrip(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	var r request
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	_, r.op, _ = strings.Cut(q.Header.Get("X-Amz-Target"), ".")
	s.mu.Lock()
	s.asked = append(s.asked, r)
	s.count[r.op]++
	fail, n := s.fail, s.count[r.op]
	s.mu.Unlock()
	if fail != nil {
		if answer := fail(r.op, n); answer != nil {
			return answer(q)
		}
	}
	s.mu.Lock()
	answer := s.answer(r)
	s.mu.Unlock()
	return answer(q)
}

func (s *shelf) answer(r request) reply {
	switch r.op {
	case "GetItem":
		if item := s.items[keyOf(r.Key)]; item != nil {
			return whole(value{"Item": item})
		}
		return whole(value{})
	case "BatchGetItem":
		found := []value{}
		for _, key := range r.RequestItems["registry"].Keys {
			if item := s.items[keyOf(key)]; item != nil {
				found = append(found, item)
			}
		}
		return whole(value{"Responses": value{"registry": found}})
	case "Scan":
		return s.page(r.Start)
	case "PutItem":
		return s.write(keyOf(r.Item), r.Item, r)
	case "DeleteItem":
		return s.write(keyOf(r.Key), nil, r)
	}
	return code(400, "ValidationException", "a shelf does not know "+r.op)
}

func (s *shelf) page(start value) reply {
	keys := slices.Sorted(maps.Keys(s.items))
	if start != nil {
		at, _ := slices.BinarySearch(keys, keyOf(start))
		keys = keys[at+1:]
	}
	page := value{"Items": []value{}}
	for i, key := range keys {
		page["Items"] = append(page["Items"].([]value), s.items[key])
		if i == 1 && len(keys) > 2 {
			page["LastEvaluatedKey"] = value{"pk": value{"S": key}}
			break
		}
	}
	return whole(page)
}

func (s *shelf) write(key string, item value, r request) reply {
	old, held := s.items[key], false
	switch r.Condition {
	case "attribute_not_exists(#a)":
		held = r.Names["#a"] == "pk" && old == nil
	case "#a = :was":
		held = r.Names["#a"] == "v" && old != nil && fmt.Sprint(old["v"]) == fmt.Sprint(r.Values[":was"])
	}
	switch {
	case !held && old == nil:
		return refused("")
	case !held:
		text, _ := json.Marshal(old)
		return refused(string(text))
	case item == nil:
		delete(s.items, key)
	default:
		s.items[key] = item
	}
	return whole(value{})
}

func whole(answer value) reply {
	text, _ := json.Marshal(answer)
	return status(http.StatusOK, string(text))
}

// text is all that the shelf holds.
func (s *shelf) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprint(s.items)
}
