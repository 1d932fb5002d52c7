package dynamo

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// whole sends requests in one piece.
//
// The SDK closes a request's body as soon as the answer begins. net/http may not have seen its end by then, takes it for an
// error, and closes the connection while the answer is still read: "use of closed network connection" (smithy-go v1.28.7,
// safeWriteToReadCloser). A body that is known to be in memory is written together with the header, and outlives the answer.
type whole struct{ client aws.HTTPClient }

// Do implements aws.HTTPClient.
func (w whole) Do(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, fmt.Errorf("dynamo: request: %w", err)
	}
	q.Body = io.NopCloser(bytes.NewReader(body))
	return w.client.Do(q)
}
