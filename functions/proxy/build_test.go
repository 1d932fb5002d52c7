package main_test

import (
	"os"
	"strings"
	"testing"

	"postern/functions/internal/functiontest"
)

func TestImports(t *testing.T) { functiontest.Imports(t) }

func TestBudgets(t *testing.T) {
	functiontest.Budgets(t, bootstraps.Build(t, "proxy-arm64", ".", "GOOS=linux", "GOARCH=arm64"))
}

func TestPackageInit(t *testing.T) { functiontest.PackageInit(t, bootstraps.Build(t, "proxy", ".")) }

// TestReleasedFunctionReadsNoTestClock: only the tag conformance can hold the time or a request's id.
func TestReleasedFunctionReadsNoTestClock(t *testing.T) {
	functiontest.TestVariables(t, bootstraps.Build(t, "proxy", "."), bootstraps.Build(t, "proxy-conformance", ".", "-tags=conformance"))
}

// TestDeployedAsMeasured: the SAM build uses the flags of these tests.
func TestDeployedAsMeasured(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(makefile), functiontest.Flags) {
		t.Error("make build-ProxyFunction builds with other flags than these tests")
	}
}
