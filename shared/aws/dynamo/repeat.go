package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"postern/shared/meter"
)

const attemptTime = 250 * time.Millisecond

// repeat sends a call until it is answered, up to attempts times and as long as ctx lives. A condition that did not hold is an
// answer. An error means that nobody answered, or that the call is wrong; of a write the outcome is unknown then.
func (t *Table) repeat(ctx context.Context, attempts int, send func(context.Context) (item, error)) (reply, error) {
	defer meter.Wait(ctx)()
	var r reply
	for n := 1; ; n++ {
		found, err := t.once(ctx, send)
		var refused *types.ConditionalCheckFailedException
		switch {
		case err == nil:
			r.held, r.item = true, found
			return r, nil
		case errors.As(err, &refused):
			r.item = refused.Item
			return r, nil
		}
		meter.Fail(ctx)
		r.ambiguous = r.ambiguous || !definite(err)
		if n == attempts || final(err) || ctx.Err() != nil || !t.pause(ctx) {
			return r, &failure{t.Name, err}
		}
	}
}

func (t *Table) once(ctx context.Context, send func(context.Context) (item, error)) (item, error) {
	limit := t.Attempt
	if limit == 0 {
		limit = attemptTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return send(ctx)
}

// pause waits before the next copy; false: there is no time for one.
func (t *Table) pause(ctx context.Context) bool {
	wait := 5*time.Millisecond + rand.N(20*time.Millisecond)
	if t.Pause != nil {
		wait = t.Pause()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// failure is a call that got no usable answer. Its text is the first line of the cause: to a signature that is wrong, AWS adds
// lines that quote the request with the session's token.
type failure struct {
	table string
	err   error
}

func (f *failure) Error() string {
	line, _, _ := strings.Cut(f.err.Error(), "\n")
	return "dynamo: table " + f.table + ": " + line
}

func (f *failure) Unwrap() error { return f.err }

// definite says that a failed call was not carried out.
func definite(err error) bool { return final(err) || throttled(err) }

// final says that a call is wrong: repeating it changes nothing.
func final(err error) bool {
	return isCode(err, "ValidationException", "ResourceNotFoundException", "AccessDeniedException", "UnrecognizedClientException",
		"InvalidSignatureException", "ExpiredTokenException", "MissingAuthenticationTokenException", "IncompleteSignatureException")
}

func throttled(err error) bool {
	return isCode(err, "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")
}

func isCode(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}
