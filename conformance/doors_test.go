//go:build !dynamodb

package conformance_test

import "postern/conformance"

// doors are those that cases go through here. With the build tag dynamodb there are more.
func doors() []conformance.Door { return conformance.Doors() }
