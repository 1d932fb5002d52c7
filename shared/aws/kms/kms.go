// Package kms keeps the data keys of registries: wrapped by a key of AWS KMS or, for development, by a key in a file.
//
// It promises that a data key is never shown, and that nothing but a data key of postern's can be unwrapped. A key opens the
// data keys of every registry that it wrapped, also of one that was restored from a backup under another name: give each
// registry a key of its own. It imports the AWS SDK's core, awsenv and seal. The two operations that it needs it calls itself: the SDK's client for all of KMS would add
// half a megabyte and as many milliseconds of start to every function.
package kms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

const (
	attempts    = 2
	attemptTime = time.Second // the first call of a process opens a connection
)

var errNoKey = errors.New("kms: no KMS key is named: without one, data keys can be opened and not made")

// Keyring wraps data keys by a KMS key. It is safe for concurrent use; New makes one.
type Keyring struct {
	Attempt time.Duration    // for one copy of a call; New sets a second
	Now     func() time.Time // for signatures; New sets time.Now

	caller caller
	key    string
}

// purpose is the encryption context of all calls: CloudTrail shows it, and a key policy may ask for it.
func purpose() map[string]string { return map[string]string{"postern": "data-key"} }

// New wraps by the KMS key of this id, ARN or alias. Without a key, "", it unwraps alone: that is all that a function does.
func New(c aws.Config, key string) *Keyring {
	return &Keyring{Attempt: attemptTime, Now: time.Now, caller: newCaller(c), key: key}
}

// NewKey is a fresh data key of 32 bytes, and the same one wrapped.
func (k *Keyring) NewKey(ctx context.Context) (key, wrapped []byte, err error) {
	if k.key == "" {
		return nil, nil, errNoKey
	}
	out, err := k.call(ctx, "GenerateDataKey", input{KeyID: k.key, KeySpec: "AES_256", Context: purpose()})
	return out.Plaintext, out.Blob, err
}

// Unwrap is the data key of a wrapped one.
func (k *Keyring) Unwrap(ctx context.Context, wrapped []byte) ([]byte, error) {
	out, err := k.call(ctx, "Decrypt", input{KeyID: k.key, Blob: wrapped, Context: purpose()})
	return out.Plaintext, err
}

// call sends a call, and once more where that may help.
func (k *Keyring) call(ctx context.Context, operation string, in input) (output, error) {
	for n := 1; ; n++ {
		out, err := k.once(ctx, operation, in)
		if err == nil {
			return out, nil
		}
		if n == attempts || ctx.Err() != nil || final(err) {
			return output{}, fmt.Errorf("kms: %s: %w", operation, err)
		}
	}
}

func (k *Keyring) once(ctx context.Context, operation string, in input) (output, error) {
	ctx, cancel := context.WithTimeout(ctx, k.Attempt)
	defer cancel()
	return k.caller.call(ctx, operation, in, k.Now())
}

// final says that KMS refused the call itself: it will refuse it again.
func final(err error) bool {
	var api *smithy.GenericAPIError
	return errors.As(err, &api) && api.Fault == smithy.FaultClient && api.Code != "ThrottlingException"
}
