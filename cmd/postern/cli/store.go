package cli

import (
	"context"

	"github.com/spf13/cobra"

	"postern/cmd/postern/registryfile"
	"postern/shared/config"
	"postern/shared/operate"
)

// group is a command of commands.
func group(c *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	c.Args, c.SuggestionsMinimumDistance = noArgs, 2
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(commands...)
	return c
}

// storeFlags say where a registry is kept.
type storeFlags struct{ registry, table, keyFile, kmsKey, endpoint string }

func (f *storeFlags) add(c *cobra.Command) {
	flags := c.PersistentFlags()
	flags.StringVar(&f.registry, "registry", registryFile, "registry in this file, as postern serve reads it")
	flags.StringVar(&f.table, "table", "", "registry in this DynamoDB table instead")
	flags.StringVar(&f.endpoint, "endpoint", "", "registry behind the admin API at this URL instead: https://ID.lambda-url.REGION.on.aws")
	flags.StringVar(&f.keyFile, "key-file", "", "file with the key that seals the table's secrets")
	flags.StringVar(&f.kmsKey, "kms-key", "", "KMS key that seals the table's secrets: its ARN, id or alias")
}

func (f *storeFlags) open(ctx context.Context) (operate.Store, error) {
	switch {
	case f.table != "" && f.registry != registryFile:
		return nil, usagef("--registry and --table are two registries: name one")
	case f.endpoint != "" && (f.table != "" || f.registry != registryFile):
		return nil, usagef("--endpoint, --table and --registry are several registries: name one")
	case f.keyFile != "" && f.kmsKey != "":
		return nil, usagef("--key-file and --kms-key are two keys: name one")
	case f.table != "":
		return f.openTable(ctx)
	case f.keyFile != "" || f.kmsKey != "":
		return nil, usagef("--key-file and --kms-key seal the secrets of a table: name it with --table")
	}
	if f.endpoint != "" {
		return openEndpoint(ctx, f.endpoint)
	}
	return fileStore{registryfile.File{Path: f.registry, New: f.registry == registryFile}}, nil
}

// read opens the store and reads all that is in it.
func (f *storeFlags) read(ctx context.Context) (operate.Store, *config.Registry, error) {
	s, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	reg, err := s.Read(ctx)
	return s, reg, err
}
