package main_test

import (
	"os"
	"strings"
	"testing"

	"postern/functions/internal/functiontest"
)

func TestMain(m *testing.M) { functiontest.Main(m, &bootstraps) }

var bootstraps functiontest.Builder

func TestImports(t *testing.T) { functiontest.Imports(t) }

func TestBudgets(t *testing.T) {
	functiontest.Budgets(t, bootstraps.Build(t, "authorizer-arm64", ".", "GOOS=linux", "GOARCH=arm64"))
}

func TestPackageInit(t *testing.T) {
	functiontest.PackageInit(t, bootstraps.Build(t, "authorizer", "."))
}

func TestReleasedFunctionReadsNoTestClock(t *testing.T) {
	functiontest.TestVariables(t, bootstraps.Build(t, "authorizer", "."), bootstraps.Build(t, "authorizer-conformance", ".", "-tags=conformance"))
}

// TestDeployedAsMeasured: the SAM build uses the flags of these tests.
func TestDeployedAsMeasured(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(makefile), functiontest.Flags) {
		t.Error("make builds with other flags than these tests")
	}
}
