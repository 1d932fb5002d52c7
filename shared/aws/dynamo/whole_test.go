package dynamo_test

import (
	"errors"
	"io"
	"net/http"
	"testing"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
)

// TestBodyOutlivesAnswer: net/http may still read a request's body when its answer has come. What ends before its time there
// ends the connection, and with it the answer.
func TestBodyOutlivesAnswer(t *testing.T) {
	config := awsenv.Config(func(string) (string, bool) { return "set", true }, "")
	var body io.Reader
	var length int64
	config.HTTPClient = smithyhttp.ClientDoFunc(func(q *http.Request) (*http.Response, error) {
		body, length = q.Body, q.ContentLength
		return ok("")(q)
	})
	table := &dynamo.Table{Client: dynamo.NewClient(config), Name: "state"}
	if free, err := dynamo.NewNonces(table).Claim(t.Context(), claim()); !free || err != nil {
		t.Fatalf("Claim() = %v, %v, want true", free, err)
	}
	if n, err := io.Copy(io.Discard, body); n != length || n == 0 || err != nil {
		t.Errorf("%d bytes, %v after the answer, want %d", n, err, length)
	}
}

// TestBodyBreaks: what cannot be read is not sent.
func TestBodyBreaks(t *testing.T) {
	table, service := answers(t, ok(""))
	client := table.Client.Options().HTTPClient
	q, err := http.NewRequest(http.MethodPost, "http://local", broke{})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(q)
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(service.sent()) != 0 {
		t.Errorf("Do() = %v, %v after %d requests, want %v", answer, err, len(service.sent()), io.ErrUnexpectedEOF)
	}
}

type broke struct{}

func (broke) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
