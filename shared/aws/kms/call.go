package kms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"postern/shared/aws/awsenv"
)

// maxAnswer is far more than KMS answers.
const maxAnswer = 64 << 10

var errNoJSON = errors.New("the answer is no JSON")

// input and output are of the operations Decrypt and GenerateDataKey (AWS KMS API reference). Blobs are in base64.
type input struct {
	KeyID   string            `json:"KeyId,omitempty"`
	KeySpec string            `json:",omitempty"`
	Blob    []byte            `json:"CiphertextBlob,omitempty"`
	Context map[string]string `json:"EncryptionContext"`
}

type output struct {
	Plaintext []byte
	Blob      []byte `json:"CiphertextBlob"`
}

// caller sends calls in the protocol "AWS JSON 1.1", signed with Signature Version 4.
type caller struct {
	client   aws.HTTPClient
	region   string
	endpoint string
	signer   awsenv.Signer
}

func newCaller(c aws.Config) caller {
	k := caller{client: c.HTTPClient, region: c.Region, endpoint: endpoint(c), signer: awsenv.NewSigner("kms", c.Credentials)}
	if k.client == nil {
		k.client = awshttp.NewBuildableClient()
	}
	return k
}

// endpoint is where KMS is: what the configuration says of KMS, of all services, or else AWS's own.
func endpoint(c aws.Config) string {
	for _, source := range c.ConfigSources {
		p, ok := source.(interface {
			GetServiceBaseEndpoint(ctx context.Context, service string) (url string, found bool, err error)
		})
		if !ok {
			continue
		}
		if url, found, err := p.GetServiceBaseEndpoint(context.Background(), "KMS"); err == nil && found {
			return url
		}
	}
	if c.BaseEndpoint != nil {
		return *c.BaseEndpoint
	}
	return awsenv.Endpoint("kms", c.Region)
}

// call sends one call. now is the time that it is signed for.
func (k caller) call(ctx context.Context, operation string, in input, now time.Time) (output, error) {
	q, err := k.request(ctx, operation, in, now)
	if err != nil {
		return output{}, err
	}
	answer, err := k.client.Do(q)
	if err != nil {
		return output{}, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return output{}, err
	}
	if answer.StatusCode != http.StatusOK {
		return output{}, failure(answer.StatusCode, data)
	}
	var out output
	if err := json.Unmarshal(data, &out); err != nil {
		return output{}, errNoJSON // what the decoder says may quote the key
	}
	return out, nil
}

func (k caller) request(ctx context.Context, operation string, in input, now time.Time) (*http.Request, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, k.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Content-Type", "application/x-amz-json-1.1")
	q.Header.Set("X-Amz-Target", "TrentService."+operation)
	return q, k.signer.Sign(ctx, q, body, k.region, now)
}

// failure is an answer that is none. Of its message the first line counts: to a signature that is wrong, AWS adds lines that
// quote the request with the session's token.
func failure(status int, data []byte) error {
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(data, &said) // what is no JSON comes from something between
	line, _, _ := strings.Cut(said.Message, "\n")
	api := &smithy.GenericAPIError{Code: said.Type[strings.IndexByte(said.Type, '#')+1:], Message: line, Fault: smithy.FaultClient}
	if status >= http.StatusInternalServerError || api.Code == "" {
		api.Fault = smithy.FaultServer
	}
	return fmt.Errorf("status %d: %w", status, api)
}
