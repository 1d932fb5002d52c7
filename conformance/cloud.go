//go:build dynamodb

package conformance

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"postern/cmd/postern/host/front"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/aws/kms"
)

// Cloud is what the doors on AWS share: the built bootstraps, DynamoDB Local, a key file. Its doors are safe for concurrent use.
type Cloud struct {
	dir    string
	dynamo *dynamotest.Server
	houses atomic.Int64 // opened so far: each has its own tables and files
}

// OpenCloud builds the bootstraps into dir and starts DynamoDB Local. Whoever opens it closes it.
func OpenCloud(ctx context.Context, dir string) (*Cloud, error) {
	c := &Cloud{dir: dir}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "conformance lambda.norpc", "-o", c.file("bootstrap"),
		"postern/functions/proxy")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, bytes.TrimSpace(out))
	}
	if err := kms.CreateFile(c.file("key")); err != nil {
		return nil, err
	}
	var err error
	c.dynamo, err = dynamotest.Start(ctx)
	return c, err
}

// Doors are those that a cloud has.
func (c *Cloud) Doors() []Door {
	const id, trace = "X-Amzn-Requestid", "X-Amzn-Trace-Id"
	return []Door{
		{
			Name: "alb", adds: []string{trace},
			open: c.behind(func(invoke front.Invoke) front.Door {
				return &front.ALB{Invoke: invoke, MultiValue: true, PreserveHost: true}
			}),
		},
		{
			Name: "rest", adds: []string{trace}, stamps: []string{id, "X-Amz-Apigw-Id", trace}, media: "application/json", secure: true,
			open: c.behind(func(invoke front.Invoke) front.Door { return &front.REST{Invoke: invoke} }),
		},
		{
			Name: "http", adds: []string{trace}, stamps: []string{"Apigw-Requestid"}, media: "text/plain; charset=utf-8", secure: true,
			open: c.behind(func(invoke front.Invoke) front.Door { return &front.HTTP{Invoke: invoke} }),
		},
		{
			Name: "url", adds: []string{trace, "X-Amzn-Tls-Version", "X-Amzn-Tls-Cipher-Suite"}, stamps: []string{id, trace},
			media: "application/json", secure: true,
			open: c.behind(func(invoke front.Invoke) front.Door { return &front.URL{Invoke: invoke} }),
		},
	}
}

// Close ends DynamoDB Local.
func (c *Cloud) Close() { c.dynamo.Stop() }

func (c *Cloud) file(name string) string { return filepath.Join(c.dir, name) }

// name is a name that no other house has.
func (c *Cloud) name() string { return "case-" + strconv.FormatInt(c.houses.Add(1), 10) }
