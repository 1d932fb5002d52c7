package main_test

import (
	"testing"

	"postern/functions/internal/functiontest"
)

// modes are what the authorizer is measured as, each beside an empty function.
func modes(b *testing.B, measure func(functiontest.Subject, *testing.B)) {
	for _, mode := range []string{"enforce", "annotate"} {
		s := functiontest.Subject{
			Name: mode, Empty: bootstraps.Build(b, "empty", "../proxy/testdata/empty"), Ours: bootstraps.Build(b, "authorizer", "."),
			Definition: members, Env: []string{"POSTERN_AUTHORIZER_MODE=" + mode},
			Event: signed("secret"), Want: `"isAuthorized":true`,
		}
		b.Run(mode, func(b *testing.B) { measure(s, b) })
	}
}

// BenchmarkColdStart is the authorizer's beside that of an empty function.
func BenchmarkColdStart(b *testing.B) { modes(b, functiontest.Subject.ColdStart) }

// BenchmarkWarmInvoke is the authorizer's beside that of an empty function: HMAC and rate.
func BenchmarkWarmInvoke(b *testing.B) { modes(b, functiontest.Subject.WarmInvoke) }
