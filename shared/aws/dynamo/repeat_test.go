package dynamo_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"

	"postern/shared/aws/dynamo"
	"postern/shared/meter"
	"postern/shared/replay"
)

var noon = time.Date(2040, 11, 21, 12, 0, 0, 0, time.UTC)

func claim() replay.Claim {
	return replay.Claim{ID: 0x0001020304050607, Scope: "members", Nonce: "abc", At: noon, Until: noon.Add(time.Minute)}
}

// TestRepeat: what is answered, what is sent again, and what it costs.
func TestRepeat(t *testing.T) {
	reset := broken(syscall.ECONNRESET)
	failed := code(http.StatusInternalServerError, "InternalServerError", "try again")
	throttled := code(http.StatusBadRequest, "ProvisionedThroughputExceededException", "too fast")
	tests := []struct {
		name     string
		answers  []reply
		sent     int64
		failures int64
		fails    bool
	}{
		{"at once", []reply{ok("")}, 1, 0, false},
		{"the condition does not hold", []reply{refused("")}, 1, 0, false},
		{"lost", []reply{reset, ok("")}, 2, 1, false},
		{"lost, then refused", []reply{reset, refused("")}, 2, 1, false},
		{"500", []reply{failed, ok("")}, 2, 1, false},
		{"throttled", []reply{throttled, ok("")}, 2, 1, false},
		{"throttled by its other name", []reply{code(400, "ThrottlingException", ""), ok("")}, 2, 1, false},
		{"no JSON", []reply{status(200, "<html>"), ok("")}, 2, 1, false},
		{"lost twice", []reply{reset}, 2, 2, true},
		{"500 twice", []reply{failed}, 2, 2, true},
		{"throttled twice", []reply{throttled}, 2, 2, true},
		{"wrong", []reply{code(400, "ValidationException", "no")}, 1, 1, true},
		{"no table", []reply{code(400, "ResourceNotFoundException", "no")}, 1, 1, true},
		{"no right", []reply{code(400, "AccessDeniedException", "no")}, 1, 1, true},
		{"no such key", []reply{code(400, "UnrecognizedClientException", "no")}, 1, 1, true},
		{"wrong signature", []reply{code(400, "InvalidSignatureException", "no")}, 1, 1, true},
		{"old token", []reply{code(400, "ExpiredTokenException", "no")}, 1, 1, true},
		{"lost, then wrong", []reply{reset, code(400, "ValidationException", "no")}, 2, 2, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, service := answers(t, tt.answers...)
			tick := noon
			m := meter.Meter{Now: func() time.Time { tick = tick.Add(time.Second); return tick }}
			_, err := dynamo.NewNonces(table).Claim(meter.With(t.Context(), &m), claim())
			if (err != nil) != tt.fails {
				t.Errorf("Claim() = %v, want an error: %v", err, tt.fails)
			}
			if m.Waited() != time.Second {
				t.Errorf("%v waited, want once, from the first copy to the last answer", m.Waited())
			}
			sent := service.sent()
			if int64(len(sent)) != tt.sent || m.Writes() != tt.sent || m.Failures() != tt.failures || m.Reads() != 0 {
				t.Errorf("%d sent, %d writes, %d failures, %d reads counted; want %d, %d, %d, 0",
					len(sent), m.Writes(), m.Failures(), m.Reads(), tt.sent, tt.sent, tt.failures)
			}
			for _, copied := range sent {
				if !reflect.DeepEqual(copied, sent[0]) {
					t.Errorf("a copy is %v, want %v like the first", copied, sent[0])
				}
			}
		})
	}
}

// TestAttemptTime: a copy that is not answered makes room for the next.
func TestAttemptTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table, service := answers(t, silent, ok(""))
		table.Attempt = time.Millisecond
		if free, err := dynamo.NewNonces(table).Claim(t.Context(), claim()); !free || err != nil || len(service.sent()) != 2 {
			t.Errorf("Claim() = %v, %v after %d copies, want true after 2", free, err, len(service.sent()))
		}
	})
}

// TestAttemptTimeDefault: a table of which nothing is said has the times of dynamodb.md, 1.
func TestAttemptTimeDefault(t *testing.T) {
	var left []time.Duration
	late := func(q *http.Request) (*http.Response, error) {
		end, _ := q.Context().Deadline()
		left = append(left, time.Until(end))
		return nil, syscall.ECONNRESET
	}
	table, _ := answers(t, late)
	table.Attempt, table.Pause = 0, nil
	start := time.Now()
	_, _ = dynamo.NewNonces(table).Claim(t.Context(), claim())
	took := time.Since(start)
	for _, got := range left {
		if got <= 0 || got > 250*time.Millisecond {
			t.Errorf("a copy had %v, want up to 250 ms", got)
		}
	}
	if len(left) != 2 || took < 5*time.Millisecond {
		t.Errorf("%d copies in %v, want 2 with a pause of at least 5 ms", len(left), took)
	}
}

// TestBudget: when the caller's time is over, nothing more is sent.
func TestBudget(t *testing.T) {
	t.Run("amid a call", func(t *testing.T) {
		table, service := answers(t, silent)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := dynamo.NewNonces(table).Claim(ctx, claim())
		if !errors.Is(err, context.DeadlineExceeded) || len(service.sent()) > 1 {
			t.Errorf("Claim() = %v after %d copies, want %v after 1", err, len(service.sent()), context.DeadlineExceeded)
		}
	})
	t.Run("amid a pause", func(t *testing.T) {
		table, service := answers(t, broken(syscall.ECONNRESET))
		ctx, cancel := context.WithCancel(t.Context())
		table.Pause = func() time.Duration { cancel(); return time.Hour }
		_, err := dynamo.NewNonces(table).Claim(ctx, claim())
		if err == nil || len(service.sent()) != 1 {
			t.Errorf("Claim() = %v after %d copies, want an error after 1", err, len(service.sent()))
		}
	})
	t.Run("the client leaves", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		table, service := answers(t, func(q *http.Request) (*http.Response, error) { cancel(); return silent(q) })
		_, err := dynamo.NewNonces(table).Claim(ctx, claim())
		if !errors.Is(err, context.Canceled) || len(service.sent()) != 1 {
			t.Errorf("Claim() = %v after %d copies, want %v after 1", err, len(service.sent()), context.Canceled)
		}
	})
}

// TestErrors: an error names the table, the operation and the cause in one line, and nothing of the request. What AWS says of a
// wrong signature is from its documentation ("Troubleshooting AWS Signature Version 4").
func TestErrors(t *testing.T) {
	const message = "The request signature we calculated does not match the signature you provided.\n\n" +
		"The Canonical String for this request should have been\n'POST\n/\n\nhost:dynamodb\nx-amz-security-token:token\n"
	table, _ := answers(t, code(http.StatusBadRequest, "InvalidSignatureException", message))
	_, err := dynamo.NewNonces(table).Claim(t.Context(), claim())
	if err == nil {
		t.Fatal("Claim() passed, want an error")
	}
	for _, part := range []string{"dynamo: table state: ", "PutItem", "InvalidSignatureException", "does not match"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error %q does not contain %q", err, part)
		}
	}
	for _, part := range []string{"token", "hush", "\n", "members"} {
		if strings.Contains(err.Error(), part) {
			t.Errorf("the error %q contains %q", err, part)
		}
	}
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "InvalidSignatureException" {
		t.Errorf("the error %v does not have its cause in it", err)
	}
}
