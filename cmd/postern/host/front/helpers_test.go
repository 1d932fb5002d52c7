package front_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"postern/cmd/postern/host/front"
)

// opener makes a door in front of a function.
type opener func(front.Invoke) front.Door

func newREST(invoke front.Invoke) front.Door { return &front.REST{Invoke: invoke} }
func newHTTP(invoke front.Invoke) front.Door { return &front.HTTP{Invoke: invoke} }
func newURL(invoke front.Invoke) front.Door  { return &front.URL{Invoke: invoke} }

// asks is the event that a function gets of a request, and what the client got.
func asks(t *testing.T, open opener, raw string) (event map[string]any, page string) {
	t.Helper()
	page = talk(t, open(func(data []byte) ([]byte, error) {
		if err := json.Unmarshal(data, &event); err != nil {
			t.Errorf("the event is no JSON: %s", data)
		}
		return []byte(`{"statusCode":200}`), nil
	}), raw)
	return event, page
}

// holds checks that got has every member of want, and what null says is not there.
func holds(t *testing.T, got any, want string) {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	for _, problem := range missing("event", got, wanted) {
		t.Error(problem)
	}
}

func missing(at string, got, want any) (problems []string) {
	members, ok := want.(map[string]any)
	if !ok || len(members) == 0 {
		if !reflect.DeepEqual(got, want) {
			problems = append(problems, fmt.Sprintf("%s = %v, want %v", at, got, want))
		}
		return problems
	}
	object, _ := got.(map[string]any)
	for name, value := range members {
		problems = append(problems, missing(at+"."+name, object[name], value)...)
	}
	return problems
}

// answers is what a client gets of an answer of the function, flat.
func answers(t *testing.T, open opener, said, header string) string {
	t.Helper()
	page := talk(t, open(func([]byte) ([]byte, error) { return []byte(said), nil }), wire("GET / HTTP/1.1\nHost: h"+header, ""))
	return own.ReplaceAllString(flat(page), "")
}

// fails is what a client gets where the function fails.
func fails(t *testing.T, open opener, err error) string {
	t.Helper()
	return own.ReplaceAllString(flat(talk(t, open(func([]byte) ([]byte, error) { return nil, err }), wire("GET / HTTP/1.1\nHost: h", ""))), "")
}

// own are the headers that a door adds to every answer.
var own = regexp.MustCompile(`(?i)\|(x-amzn-RequestId|x-amz-apigw-id|X-Amzn-Trace-Id|Apigw-Requestid): [^|]+`)

// captured is the request that was sent to real doors (July 2026).
const captured = `
POST /capture/space%20value?repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty= HTTP/1.1
Host: api.example.com
User-Agent: curl/8.7.1
accept: */*
content-type: application/json
Content-Length: 10
cookie: session=abc123; theme=dark
x-probe: first
x-probe: second`

const lambdaBody = `{"a":"λ"}`

func capturedRequest() string { return wire(captured, lambdaBody) }

func pad(n int) string { return strings.Repeat("x", n) }
