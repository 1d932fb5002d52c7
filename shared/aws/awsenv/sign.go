package awsenv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Signer signs the calls of one service with Signature Version 4, for those that are made without the SDK's client.
type Signer struct {
	service     string
	credentials aws.CredentialsProvider
	signer      *v4.Signer
}

// NewSigner signs with these credentials; nil: every call fails.
func NewSigner(service string, credentials aws.CredentialsProvider) Signer {
	return Signer{service, credentials, v4.NewSigner()}
}

// Sign signs a request with this body for a region at a time.
func (s Signer) Sign(ctx context.Context, r *http.Request, body []byte, region string, now time.Time) error {
	if s.credentials == nil {
		return errors.New("there are no credentials")
	}
	credentials, err := s.credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	if err := s.signer.SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), s.service, region, now); err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	return nil
}
