// Package urlfunction is the admin API as a Lambda function behind a Function URL.
//
// It promises that the function answers every event, and never with an error: Lambda would show that to the caller. Who
// calls is what the URL's AuthType AWS_IAM says in the event. The events go through aws-lambda-go-api-proxy, which changes
// requests in ways that an API could be deceived by; what it is handed, and what it hands on, is such that it cannot.
//
// It imports the admin API, its stores, aws-lambda-go and aws-lambda-go-api-proxy.
package urlfunction

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"postern/shared/admin"
)

// mostAnswer is how many bytes Lambda takes of an answer.
const mostAnswer = 6 << 20

// Function answers events of a Function URL. Both fields are required. It is safe for concurrent use.
type Function struct {
	API http.Handler
	Log *slog.Logger
}

// Invoke implements lambda.Handler. Its error is always nil.
func (f *Function) Invoke(ctx context.Context, data []byte) (out []byte, _ error) {
	defer func() {
		if p := recover(); p != nil {
			f.Log.ErrorContext(ctx, "the function failed", "cause", fmt.Sprintf("panic: %v\n%s", p, debug.Stack()))
			out = bare(http.StatusInternalServerError)
		}
	}()
	ctx, cancel := hurried(ctx)
	defer cancel()
	out, err := f.answer(ctx, data)
	if err != nil {
		f.Log.ErrorContext(ctx, "the function failed", "cause", err.Error())
		out = bare(http.StatusInternalServerError)
	}
	return out, nil
}

func (f *Function) answer(ctx context.Context, data []byte) ([]byte, error) {
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(data, &e); err != nil || e.Version != "2.0" || e.RequestContext.HTTP.Method == "" {
		f.Log.WarnContext(ctx, "an event that is none of a Function URL is refused")
		return bare(http.StatusBadRequest), nil
	}
	header := headers(e.Headers)
	who := operator(&e)
	who.Defect = plain(&e, header)
	if who.Defect != "" {
		e.RawPath, e.RawQueryString, e.Body, e.RequestContext.HTTP.Method = "/", "", "", http.MethodGet
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header = header // as the door gave them: the library has split them at commas, and added some
		once := &writer{ResponseWriter: w, head: r.Method == http.MethodHead}
		f.API.ServeHTTP(once, r.WithContext(admin.WithOperator(r.Context(), who)))
		once.end()
	})
	answer, err := httpadapter.NewV2(handler).ProxyWithContext(ctx, handed(&e))
	if err != nil {
		return nil, err
	}
	out, err := json.Marshal(answer)
	if err == nil && len(out) > mostAnswer {
		err = fmt.Errorf("an answer of %d bytes: Lambda takes %d", len(out), mostAnswer)
	}
	return out, err
}

// bare is the answer where no API can give one.
func bare(status int) []byte {
	return fmt.Appendf(nil, `{"statusCode":%d,"headers":{"Content-Type":"application/problem+json","Cache-Control":"no-store"},`+
		`"body":"{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d}"}`, status, http.StatusText(status), status)
}

// hurried ends before ctx does: what is waited for is given up in time for an answer.
func hurried(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-min(time.Until(deadline)/10, 500*time.Millisecond)))
}
