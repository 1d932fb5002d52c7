package function_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"postern/shared/event"
	"postern/shared/function"
	"postern/shared/gateway"
)

const urlEvent = `{"version":"2.0","rawPath":"/a","headers":{"host":"h"},"requestContext":{"domainName":"x.lambda-url.r.on.aws","requestId":"i",` +
	`"http":{"method":"GET","path":"/a","sourceIp":"203.0.113.9"}},"isBase64Encoded":false}`

// TestStream: where answers are streamed, each event gets its answer in the form and with the content type of its door.
func TestStream(t *testing.T) {
	panicking := func(o *function.Options) {
		o.Door = func([]byte, time.Time, event.Options) (*event.Event, error) { panic("door") }
	}
	refusing := func(o *function.Options) {
		o.Door = func([]byte, time.Time, event.Options) (*event.Event, error) { return nil, errors.New("door") }
	}
	for _, tt := range []struct {
		name, event string
		change      func(*function.Options)
		media       string
		status      int
		body        string
	}{
		{name: "function URL", event: urlEvent, media: event.StreamType, status: 200, body: "hello"},
		{name: "load balancer", event: get("/a"), media: "application/json", status: 200, body: "hello"},
		{name: "no event", event: `{}`, media: event.StreamType, status: 400, body: `{"message":"this is no event of a front door of postern"}`},
		{name: "an error of the door", event: urlEvent, change: refusing, media: event.StreamType, status: 400, body: `{"message":"this is no event of a front door of postern"}`},
		{name: "a panic", event: urlEvent, change: panicking, media: event.StreamType, status: 500},
		{name: "no answer is small enough", event: urlEvent, change: func(o *function.Options) {
			o.Door = func(data []byte, at time.Time, options event.Options) (*event.Event, error) {
				e, err := event.Read(data, at, options)
				e.Encode = func(*gateway.Response) ([]byte, error) { return nil, gateway.ErrTooLarge }
				return e, err
			}
		}, media: event.StreamType, status: 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, given{definition: members, change: tt.change, env: map[string]string{"POSTERN_STREAM": "true"}})
			r, err := b.Stream(t.Context(), json.RawMessage(tt.event))
			if err != nil {
				t.Fatalf("Stream = %v, want no error ever", err)
			}
			if media := r.(interface{ ContentType() string }).ContentType(); media != tt.media {
				t.Errorf("content type %s, want %s", media, tt.media)
			}
			data, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			var a answered
			head, body, streamed := strings.Cut(string(data), strings.Repeat("\x00", 8))
			if err := json.Unmarshal([]byte(head), &a); err != nil || streamed != (tt.media == event.StreamType) {
				t.Fatalf("answer %q: %v", data, err)
			}
			if !streamed {
				body = a.Body
			}
			if a.Status != tt.status || body != tt.body || streamed && (a.Body != "" || a.Base64 != nil) {
				t.Errorf("answer %d %q, want %d %q", a.Status, body, tt.status, tt.body)
			}
		})
	}
}

// TestStreamThroughTheRuntime: aws-lambda-go sends what it reads, not JSON of the reader.
func TestStreamThroughTheRuntime(t *testing.T) {
	b := newBench(t, given{definition: members, env: map[string]string{"POSTERN_STREAM": "true"}})
	out, err := lambda.NewHandler(b.Stream).Invoke(context.Background(), []byte(urlEvent))
	if _, body, ok := strings.Cut(string(out), strings.Repeat("\x00", 8)); err != nil || !ok || body != "hello" {
		t.Errorf("sent %q, %v", out, err)
	}
}
