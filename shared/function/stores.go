package function

import (
	"context"
	"fmt"

	"postern/shared/app"
	"postern/shared/auth"
	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
	"postern/shared/aws/kms"
	"postern/shared/config"
	"postern/shared/forward"
	guards "postern/shared/guard"
	"postern/shared/limit"
	"postern/shared/memory"
	"postern/shared/replay"
)

// Stores are where a function looks up its callers and keeps its counts. All but States are required.
type Stores struct {
	Keys    auth.Keys
	Plans   limit.Plans
	Secrets func(ctx context.Context, names []string) (map[string]string, error) // those of these names that there are
	Counter limit.Counter                                                        // with a Close, it is told before the end
	Breaker forward.Breaker
	Nonces  replay.Nonces
	States  guards.Standings // nil: no states are looked at
}

// closer is a store that gives something back before its environment ends.
type closer interface{ Close(context.Context) error }

var _ closer = (*dynamo.Counter)(nil)

// Open opens the stores that the settings name, for the limits of def. Nothing is called yet.
func Open(def *config.Definition, s Settings, o Options) (Stores, error) {
	var stores Stores
	client := dynamo.NewClient(awsenv.Config(o.Env, "AWS_ENDPOINT_URL_DYNAMODB"))
	if s.State == Memory {
		stores.Counter, stores.Breaker, stores.Nonces = memory.NewCounter(), &memory.Breaker{Now: o.Now}, memory.NewNonces()
	} else {
		state := &dynamo.Table{Client: client, Name: s.State, Attempt: o.attempt}
		stores.Counter = dynamo.NewCounter(state, dynamo.CounterOptions{Now: o.Now, Keep: app.Periods(def)})
		stores.Breaker, stores.Nonces = dynamo.NewBreaker(state, o.Now), dynamo.NewNonces(state)
	}
	if s.Registry == Memory {
		nobody := memory.NewRegistry() // nothing can write into an environment
		stores.Keys, stores.Plans, stores.States = nobody, nobody, nobody
		stores.Secrets = func(context.Context, []string) (map[string]string, error) { return map[string]string{}, nil }
		return stores, nil
	}
	keyring, err := keyring(s, o.Env)
	if err != nil {
		return stores, err
	}
	table := &dynamo.Table{Client: client, Name: s.Registry, Attempt: o.attempt}
	registry := dynamo.NewRegistry(table, dynamo.RegistryOptions{
		Cache: s.RegistryCache, Negative: s.NegativeCache, Now: o.Now, Keyring: keyring,
	})
	stores.Keys, stores.Plans, stores.Secrets, stores.States = registry, registry, registry.Secrets, registry
	return stores, nil
}

// keyring opens what secrets are sealed with.
func keyring(s Settings, env Env) (dynamo.Keyring, error) {
	if s.KeyFile == "" {
		return kms.New(awsenv.Config(env, "AWS_ENDPOINT_URL_KMS"), ""), nil
	}
	ring, err := kms.OpenFile(s.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("POSTERN_KEY_FILE: %w", err)
	}
	return ring, nil
}
