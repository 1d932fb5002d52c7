//go:build dynamodb

package conformance_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"postern/conformance"
)

// TestMain opens the cloud once for all tests: it takes seconds.
func TestMain(m *testing.M) { os.Exit(inCloud(m)) }

func inCloud(m *testing.M) int {
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	cloud, err := conformance.OpenCloud(context.Background(), dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer cloud.Close()
	theCloud, onAWS = cloud, cloud.Doors()
	return m.Run()
}

// What TestMain has opened.
var (
	theCloud *conformance.Cloud
	onAWS    []conformance.Door
)

// doors are those that cases go through.
func doors() []conformance.Door { return append(conformance.Doors(), onAWS...) }
