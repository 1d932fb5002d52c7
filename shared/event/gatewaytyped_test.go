package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
)

// only is the event with these members alone, names taken exactly, in a typed event of aws-lambda-go. false: a name is in an
// object of it twice, which encoding/json reads in another way.
func only(t *testing.T, data []byte, typed any, names ...string) bool {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatalf("encoding/json: %v", err)
	}
	used := map[string]json.RawMessage{}
	for _, name := range names {
		if value := all[name]; value != nil && string(value) != "null" {
			used[name] = value
		}
	}
	again, err := json.Marshal(used)
	if err == nil {
		err = json.Unmarshal(again, typed)
	}
	if err != nil {
		t.Fatalf("encoding/json: %v", err)
	}
	return !twice(json.NewDecoder(bytes.NewReader(data)))
}

// twice says whether some object of a document has a name twice.
func twice(d *json.Decoder) bool {
	found := false
	var walk func()
	walk = func() {
		token, _ := d.Token()
		open, _ := token.(json.Delim)
		seen := map[string]bool{}
		for (open == '{' || open == '[') && d.More() {
			if open == '{' {
				name, _ := d.Token()
				text, _ := name.(string)
				found = found || seen[text]
				seen[text] = true
			}
			walk()
		}
		if open == '{' || open == '[' {
			_, _ = d.Token()
		}
	}
	walk()
	return found
}

// contextOf is the requestContext with these members alone.
func contextOf(t *testing.T, data []byte, names ...string) (used map[string]json.RawMessage) {
	t.Helper()
	var all struct {
		RequestContext json.RawMessage `json:"requestContext"`
	}
	var members map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(exactly(t, data, "requestContext"), &all), json.Unmarshal(all.RequestContext, &members)); err != nil {
		t.Fatal(err)
	}
	used = map[string]json.RawMessage{}
	for _, name := range names {
		used[name] = members[name]
	}
	return used
}

func exactly(t *testing.T, data []byte, name string) []byte {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	one, err := json.Marshal(map[string]json.RawMessage{name: all[name]})
	if err != nil {
		t.Fatal(err)
	}
	return one
}
