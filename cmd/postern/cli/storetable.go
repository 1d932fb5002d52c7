package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/kms"
	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/operate"
	"postern/shared/operate/table"
)

// operatorTime is for one copy of a call: an operator waits longer than a request.
const operatorTime = 5 * time.Second

// tableStore is the registry of Lambda functions.
type tableStore struct {
	table.Store
	name string
}

func (f *storeFlags) openTable(ctx context.Context) (operate.Store, error) {
	c, err := awsConfig(ctx, "")
	if err != nil {
		return nil, err
	}
	ring, err := f.keyring(c)
	if err != nil {
		return nil, err
	}
	return tableStore{table.Store{Admin: dynamo.NewAdmin(newTable(c, f.table), ring)}, f.table}, nil
}

// keyring is what seals secrets. Without a key, those that a KMS key sealed can still be compared.
func (f *storeFlags) keyring(c aws.Config) (dynamo.Keyring, error) {
	if f.keyFile != "" {
		return kms.OpenFile(f.keyFile)
	}
	ring := kms.New(c, f.kmsKey)
	if f.kmsKey == "" {
		return nameless{ring}, nil
	}
	return ring, nil
}

// nameless is a keyring that opens what any KMS key sealed, and makes no data key.
type nameless struct{ *kms.Keyring }

func (nameless) NewKey(context.Context) (key, wrapped []byte, err error) {
	return nil, nil, errors.New("say which key seals the table's secrets: --kms-key ARN, or --key-file FILE")
}

// awsConfig is credentials and region as everything of AWS finds them, or in the region that is given.
func awsConfig(ctx context.Context, region string) (aws.Config, error) {
	quiet := awsconfig.WithLogger(logging.Nop{}) // which warns of what is no trouble
	c, err := awsconfig.LoadDefaultConfig(ctx, quiet, awsconfig.WithRegion(region))
	if err == nil && c.Region == "" {
		err = errors.New("no region: set AWS_REGION, or choose a profile with AWS_PROFILE")
	}
	if err != nil {
		return aws.Config{}, fmt.Errorf("AWS: %w", err)
	}
	return c, nil
}

func newTable(c aws.Config, name string) *dynamo.Table {
	return &dynamo.Table{Client: dynamo.NewClient(c), Name: name, Attempt: operatorTime}
}

// Read implements operate.Store.
func (s tableStore) Read(ctx context.Context) (*config.Registry, error) {
	reg, err := s.Store.Read(ctx)
	return reg, explained(err, s.name)
}

// Change implements operate.Store.
func (s tableStore) Change(ctx context.Context, edit func(*config.Registry) error) error {
	return explained(s.Store.Change(ctx, edit), s.name)
}

// Diff implements operate.Store.
func (s tableStore) Diff(ctx context.Context, reg *config.Registry) ([]operate.Entry, error) {
	differ, err := s.Store.Diff(ctx, reg)
	return differ, explained(err, s.name)
}

// tableUsage is the counters of Lambda functions.
type tableUsage struct{ counters dynamo.Usage }

func openUsage(ctx context.Context, name string) (usageStore, error) {
	c, err := awsConfig(ctx, "")
	if err != nil {
		return nil, err
	}
	return tableUsage{dynamo.Usage{Table: newTable(c, name)}}, nil
}

// Usage implements usageStore.
func (s tableUsage) Usage(ctx context.Context, prefix string, at time.Time) ([]limit.Usage, error) {
	used, err := s.counters.Usage(ctx, prefix, at)
	return used, explained(err, s.counters.Table.Name)
}

// Reset implements usageStore.
func (s tableUsage) Reset(ctx context.Context, owner, name string) (int, error) {
	windows, err := s.counters.Reset(ctx, owner, name)
	return windows, explained(err, s.counters.Table.Name)
}

// explained says what to do about a failure of AWS.
func explained(err error, table string) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	switch api.ErrorCode() {
	case "ResourceNotFoundException":
		return fmt.Errorf("there is no table %s in this region and account: check its name, AWS_REGION and AWS_PROFILE: %w",
			table, err)
	case "AccessDeniedException":
		return fmt.Errorf("these credentials may not do this: allow it, or choose others with AWS_PROFILE: %w", err)
	case "UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException":
		return fmt.Errorf("these credentials are not valid (any more): sign in again, or choose others with AWS_PROFILE: %w", err)
	}
	return err
}
