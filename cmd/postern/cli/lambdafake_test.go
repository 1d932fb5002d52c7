//go:build unix

package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
)

// TestBootstrap is a Lambda function when the script of fake says so.
func TestBootstrap(*testing.T) {
	if os.Getenv("FAKE_BOOTSTRAP") != "" {
		lambda.Start(pretend)
	}
}

// pretend answers any door, and an authorizer's question, with what it is asked to do.
func pretend(_ context.Context, event struct {
	Type    string              `json:"type"`
	Path    string              `json:"path"`
	RawPath string              `json:"rawPath"`
	Headers map[string]string   `json:"headers"`
	Multi   map[string][]string `json:"multiValueHeaders"`
	Context map[string]any      `json:"requestContext"`
},
) (any, error) {
	header := func(name string) string {
		if values := event.Multi[name]; len(values) > 0 {
			return values[0]
		}
		return event.Headers[name]
	}
	if event.Type != "" {
		allow := header("x-allow") == "yes"
		effect := map[bool]string{true: "Allow", false: "Deny"}[allow]
		return map[string]any{
			"isAuthorized": allow, "principalId": "p", "context": map[string]string{"mode": os.Getenv("POSTERN_AUTHORIZER_MODE")},
			"policyDocument": map[string]any{"Statement": map[string]string{"Effect": effect, "Action": "*", "Resource": "*"}},
		}, nil
	}
	said := map[string]any{"statusCode": 200, "isBase64Encoded": false, "headers": map[string]string{}, "multiValueHeaders": map[string]any{}}
	switch event.Path + event.RawPath {
	case "/crash":
		os.Exit(1)
	case "/call":
		answer, err := http.Get(header("x-url"))
		if err != nil {
			return nil, err
		}
		_ = answer.Body.Close()
	case "/env":
		said["body"] = os.Getenv(header("x-name"))
	case "/context":
		body, _ := json.Marshal(event.Context)
		said["body"] = string(body)
	}
	return said, nil
}

// fake is a bootstrap of this test's own.
func fake(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "bootstrap")
	script := fmt.Sprintf("#!/bin/sh\nFAKE_BOOTSTRAP=1 GOCOVERDIR=%s exec '%s' '-test.run=^TestBootstrap$'\n", t.TempDir(), self)
	if err := os.WriteFile(name, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}
