package main_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestImports: what the function does not need stays out of it.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	heavy := regexp.MustCompile(`yaml|cobra|aws-sdk-go-v2/(config|credentials)|postern/cmd|postern/shared/(app|dialect|forward/|route)|gin-gonic|fiber|iris|echo`)
	for pkg := range strings.SplitSeq(string(out), "\n") {
		if heavy.MatchString(pkg) {
			t.Errorf("the function imports %s", pkg)
		}
	}
}
