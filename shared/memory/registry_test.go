package memory_test

import (
	"context"
	"testing"

	"postern/shared/config"
	"postern/shared/memory"
	"postern/shared/store/storetest"
)

// changing is a registry in the process as the contract wants it.
type changing struct{ *memory.Registry }

func (c changing) Apply(_ context.Context, reg *config.Registry) error { return c.Registry.Apply(reg) }

func (c changing) Remove(_ context.Context, kind, name string) error {
	return c.Registry.Remove(kind, name)
}

func TestRegistryContract(t *testing.T) {
	storetest.Registry(t, func(*testing.T) storetest.RegistryStore { return changing{memory.NewRegistry()} })
}
