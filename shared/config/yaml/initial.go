package yaml

import (
	_ "embed"
	"strings"
)

//go:embed initial/postern.yaml
var initialDefinition string

//go:embed initial/registry.yaml
var initialRegistry string

// InitialDefinition is a commented definition to start from. It names the schema postern-1.schema.json beside it.
func InitialDefinition() string { return initialDefinition }

// InitialRegistry is a commented registry that goes with InitialDefinition, with a fresh shared secret and a fresh API key
// (10 to 40 letters and digits). It names the schema registry-1.schema.json beside it.
func InitialRegistry(secret, key string) string {
	return strings.NewReplacer("{{secret}}", secret, "{{key}}", key).Replace(initialRegistry)
}
