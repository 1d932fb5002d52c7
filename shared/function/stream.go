package function

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"postern/shared/event"
)

// Stream is Invoke for answers that are streamed: aws-lambda-go asks what it reads from for its content type. Before, it
// decodes the event, and fails at what is no JSON; Lambda invokes nobody with that.
func (f *Function) Stream(ctx context.Context, data json.RawMessage) (io.Reader, error) {
	a := f.respond(ctx, data)
	return &sender{bytes.NewReader(a.data), a.stream}, nil
}

// sender is an answer on its way. It has no exported field, which aws-lambda-go would send as JSON.
type sender struct {
	data   *bytes.Reader
	stream bool
}

func (s *sender) Read(p []byte) (int, error) { return s.data.Read(p) }

// ContentType is that of the answer.
func (s *sender) ContentType() string {
	if s.stream {
		return event.StreamType
	}
	return "application/json"
}
