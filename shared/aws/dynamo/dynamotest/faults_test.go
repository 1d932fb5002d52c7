package dynamotest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"postern/shared/aws/dynamo/dynamotest"
)

// service carries out everything, and remembers in which order.
type service struct {
	mu      sync.Mutex
	carried []string
}

func (s *service) RoundTrip(q *http.Request) (*http.Response, error) {
	if err := q.Context().Err(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carried = append(s.carried, string(body))
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// send sends a PutItem; it says what came back.
func send(t *testing.T, f *dynamotest.Faults, body string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel() // what is delivered later must not need it
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://local", io.NopCloser(strings.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
	answer, err := f.RoundTrip(q)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.StatusCode, " ", string(got)), err
}

func TestFaults(t *testing.T) {
	const first, second = `{"a":1,"b":2}`, `{"b":2,"a":1}` // one request, whose members come in another order
	tests := []struct {
		name    string
		fault   dynamotest.Fault
		answer  string
		err     error
		carried []string // after the first, of both
	}{
		{"none", dynamotest.None, "200 {}", nil, []string{first, second}},
		{"lost", dynamotest.Lost, "", syscall.ECONNRESET, []string{first, second}},
		{"late", dynamotest.Late, "", context.DeadlineExceeded, []string{first, second}},
		{"overtaken", dynamotest.Overtaken, "", context.DeadlineExceeded, []string{second, first}},
		{"failed", dynamotest.Failed, "500 {", nil, []string{first, second}},
		{"throttled", dynamotest.Throttled, "400 {", nil, []string{second}},
		{"cut", dynamotest.Cut, "", syscall.ECONNREFUSED, []string{second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inner := &service{}
			f := dynamotest.Faulty(inner, dynamotest.First(1, "PutItem", tt.fault))
			got, err := send(t, f, first)
			if !strings.HasPrefix(got, tt.answer) || !errors.Is(err, tt.err) {
				t.Errorf("the first is answered %q, %v, want %q, %v", got, err, tt.answer, tt.err)
			}
			if got, err := send(t, f, second); got != "200 {}" || err != nil {
				t.Errorf("the second is answered %q, %v, want 200", got, err)
			}
			if !slices.Equal(inner.carried, tt.carried) || f.Sent("PutItem") != 2 {
				t.Errorf("carried out %q of %d, want %q of 2", inner.carried, f.Sent("PutItem"), tt.carried)
			}
		})
	}
}

// TestDeliver: what no copy released is carried out when the test says so, once.
func TestDeliver(t *testing.T) {
	inner := &service{}
	f := dynamotest.Faulty(inner, dynamotest.First(1, "PutItem", dynamotest.Overtaken))
	for _, body := range []string{`{"n":1}`, `{"n":2}`} {
		_, _ = send(t, f, body)
	}
	if err := f.Deliver(); err != nil {
		t.Fatal(err)
	}
	if err := f.Deliver(); err != nil || !slices.Equal(inner.carried, []string{`{"n":2}`, `{"n":1}`}) {
		t.Errorf("carried out %q, %v, want the second, then the first", inner.carried, err)
	}
}

func TestUnprocessed(t *testing.T) {
	inner := &service{}
	f := dynamotest.Faulty(inner, dynamotest.First(1, "PutItem", dynamotest.Kept))
	got, err := send(t, f, `{"RequestItems":{"registry":{"Keys":[]}}}`)
	if want := `200 {"Responses":{},"UnprocessedKeys":{"registry":{"Keys":[]}}}`; got != want || err != nil || inner.carried != nil {
		t.Errorf("answered %q, %v, carried out %q; want %q and nothing", got, err, inner.carried, want)
	}
}

// TestScripts: each fault comes as often as it is said to, and no other.
func TestScripts(t *testing.T) {
	counts := map[dynamotest.Fault]int{}
	random := dynamotest.Random(5)
	for n := range 20_000 {
		counts[random("PutItem", n)]++
	}
	for _, f := range dynamotest.Each() {
		if counts[f] < 800 || counts[f] > 1200 {
			t.Errorf("fault %d came %d times in 20,000, want about 1,000", f, counts[f])
		}
	}
	if len(counts) != len(dynamotest.Each())+1 {
		t.Errorf("the faults were %v, want those of Each and none", counts)
	}
	first := dynamotest.First(2, "PutItem", dynamotest.Cut)
	for _, tt := range []struct {
		op   string
		n    int
		want dynamotest.Fault
	}{{"PutItem", 1, dynamotest.Cut}, {"PutItem", 2, dynamotest.Cut}, {"PutItem", 3, dynamotest.None}, {"GetItem", 1, dynamotest.None}} {
		if got := first(tt.op, tt.n); got != tt.want {
			t.Errorf("First(2, PutItem)(%s, %d) = %d, want %d", tt.op, tt.n, got, tt.want)
		}
	}
}

// TestBroken: what is no request, and a service that fails by itself, are errors.
func TestBroken(t *testing.T) {
	f := dynamotest.Faulty(&service{}, dynamotest.Random(1))
	if _, err := send(t, f, "no JSON"); err == nil {
		t.Error("sent what is no JSON")
	}
	q, err := http.NewRequest(http.MethodPost, "http://local", io.NopCloser(io.MultiReader(bytes.NewReader(nil), broken{})))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.RoundTrip(q); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("RoundTrip() = %v, want %v", err, io.ErrUnexpectedEOF)
	}
	down := dynamotest.Faulty(down{}, dynamotest.First(1, "PutItem", dynamotest.Overtaken))
	_, _ = send(t, down, `{"n":1}`)
	if _, err := send(t, down, `{"n":2}`); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("RoundTrip() = %v, want %v", err, io.ErrUnexpectedEOF)
	}
	if err := down.Deliver(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Deliver() = %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type down struct{}

func (down) RoundTrip(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
