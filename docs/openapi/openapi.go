// Package openapi holds the descriptions of postern's APIs. It imports nothing.
package openapi

import _ "embed"

//go:embed admin.yaml
var admin []byte

// Admin is the description of the operators' API, in YAML. Nobody writes into it.
func Admin() []byte { return admin }
