package event

import (
	"slices"

	"postern/shared/gateway"
)

// StreamType is the content type of a streamed answer.
const StreamType = "application/vnd.awslambda.http-integration-response"

// separator stands between the JSON of a streamed answer and its body.
const separator = "\x00\x00\x00\x00\x00\x00\x00\x00"

// encodeStream is an answer whose body goes out as it is.
func (f form) encodeStream(a *gateway.Response, body []byte) ([]byte, error) {
	if len(body) > f.limits.Answer {
		return nil, tooLarge("body", len(body))
	}
	out, err := f.appendHeader(f.appendStatus(make([]byte, 0, 1024), a.Status), a.Header)
	if err != nil {
		return nil, err
	}
	out = slices.Grow(out, len(body)+len(separator)+1)
	out = append(append(out, '}'), separator...)
	return append(out, body...), nil
}
