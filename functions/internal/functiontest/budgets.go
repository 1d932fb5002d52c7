package functiontest

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Imports checks that what costs a cold start, or has no place in a function, is not linked into the package here.
func Imports(t *testing.T) {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-tags", Tags, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	for _, forbidden := range []struct{ path, because string }{
		{"github.com/aws/aws-sdk-go-v2/config", "it doubles the time to start: the environment says all"},
		{"github.com/aws/aws-sdk-go-v2/service/kms", "its tables take 0.4 ms before main: shared/aws/kms calls KMS itself"},
		{"github.com/aws/aws-sdk-go-v2/feature", "a function asks no metadata service"},
		{"github.com/aws/aws-lambda-go/events", "events are read by shared/event"},
		{"github.com/goccy/go-yaml", "a function reads compiled definitions"},
		{"github.com/spf13/cobra", "a function has no command line"},
		{"github.com/google/jsonschema-go", "models are compiled by shared/validate"},
		{"postern/shared/config/yaml", "a function reads compiled definitions"},
		{"postern/shared/store", "contracts are for tests"},
		{"postern/cmd", "a function has no command line"},
		{"net/rpc", "Lambda's old runtime spoke it"},
		{"text/template", "it keeps the linker from leaving out unused methods"},
		{"testing", "it is for tests"},
	} {
		for _, p := range packages {
			if p == forbidden.path || strings.HasPrefix(p, forbidden.path+"/") {
				t.Errorf("%s is linked: %s", p, forbidden.because)
			}
		}
	}
	if !slices.Contains(packages, "github.com/aws/aws-sdk-go-v2/service/dynamodb") {
		t.Error("the list of packages is not that of the function")
	}
}

// Budgets checks the sizes of a bootstrap that is built for arm64, as functions are deployed.
func Budgets(t *testing.T, bootstrap string) {
	t.Helper()
	data, err := os.ReadFile(bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "bytes of the binary", len(data), 10_000_000)
	within(t, "bytes of it in a zip", zipped(t, data), 4_000_000)
	out, err := exec.Command("go", "version", "-m", bootstrap).Output()
	if err != nil {
		t.Fatal(err)
	}
	within(t, "modules", strings.Count(string(out), "\n\tdep\t"), 16)
}

func within(t *testing.T, what string, got, limit int) {
	t.Helper()
	t.Logf("%s: %d", what, got)
	if got > limit || got == 0 {
		t.Errorf("%d %s, want at most %d", got, what, limit)
	}
}

func zipped(t *testing.T, data []byte) int {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("bootstrap")
	if err == nil {
		_, err = io.Copy(w, bytes.NewReader(data))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

// PackageInit checks the time that packages take before main, the best of some runs.
func PackageInit(t *testing.T, bootstrap string) {
	t.Helper()
	line := regexp.MustCompile(`(?m)^init \S+ @\S+ ms, (\S+) ms clock`)
	best := time.Hour
	for range 20 {
		cmd := exec.Command(bootstrap) // it ends: there is no Runtime API
		cmd.Env = []string{"GODEBUG=inittrace=1"}
		out, _ := cmd.CombinedOutput()
		var sum time.Duration
		for _, found := range line.FindAllSubmatch(out, -1) {
			ms, err := strconv.ParseFloat(string(found[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += time.Duration(ms * float64(time.Millisecond))
		}
		if sum == 0 {
			t.Fatalf("nothing is traced: %s", out)
		}
		best = min(best, sum)
	}
	t.Logf("package init: %v", best)
	if limit := 2 * time.Millisecond; best > limit {
		t.Errorf("packages take %v before main, want at most %v", best, limit)
	}
}

// TestVariables checks that only a bootstrap built with the tag conformance lets a test hold the time or a request's id.
func TestVariables(t *testing.T, released, conformance string) {
	t.Helper()
	for bootstrap, want := range map[string]bool{released: false, conformance: true} {
		data, err := os.ReadFile(bootstrap)
		if err != nil {
			t.Fatal(err)
		}
		for _, variable := range []string{"POSTERN_TEST_CLOCK", "POSTERN_TEST_REQUEST_ID", "POSTERN_TEST"} {
			if got := bytes.Contains(data, []byte(variable)); got != want {
				t.Errorf("%s knows %s: %v, want %v", bootstrap, variable, got, want)
			}
		}
	}
}
