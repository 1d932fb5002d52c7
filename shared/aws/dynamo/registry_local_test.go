//go:build dynamodb

package dynamo_test

import (
	"testing"

	"postern/shared/aws/dynamo"
	"postern/shared/store/storetest"
)

func TestRegistryLocal(t *testing.T) {
	storetest.Registry(t, func(t *testing.T) storetest.RegistryStore { return registry(t, table(t), dynamo.RegistryOptions{}) })
}
