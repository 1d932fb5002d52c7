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
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "conformance lambda.norpc", "-o", dir,
		"postern/functions/proxy", "postern/functions/authorizer")
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

// Doors are those that a cloud has. REST and HTTP APIs are there with an annotating authorizer, too.
func (c *Cloud) Doors() []Door {
	alb := Door{
		Name: "alb", adds: []string{trace},
		open: c.behind(func(d *deployment) front.Door {
			return &front.ALB{Invoke: d.proxy(), MultiValue: true, PreserveHost: true}
		}),
	}
	url := Door{
		Name: "url", adds: []string{trace, "X-Amzn-Tls-Version", "X-Amzn-Tls-Cipher-Suite"}, stamps: []string{id, trace},
		media: "application/json", secure: true,
		open: c.behind(func(d *deployment) front.Door { return &front.URL{Invoke: d.proxy()} }),
	}
	restAuthorizer := c.rest().authorized(c.behind(func(d *deployment) front.Door {
		return &front.REST{Invoke: d.resuming(), Authorizer: d.annotating(front.KindRequest)}
	}))
	httpAuthorizer := c.http().authorized(c.behind(func(d *deployment) front.Door {
		return &front.HTTP{Invoke: d.resuming(), Authorizer: d.annotating(front.KindSimple)}
	}))
	return []Door{alb, c.rest(), c.http(), url, restAuthorizer, httpAuthorizer}
}

// What doors add.
const id, trace = "X-Amzn-Requestid", "X-Amzn-Trace-Id"

func (c *Cloud) rest() Door {
	return Door{
		Name: "rest", adds: []string{trace}, stamps: []string{id, "X-Amz-Apigw-Id", trace}, media: "application/json",
		secure: true,
		open:   c.behind(func(d *deployment) front.Door { return &front.REST{Invoke: d.proxy()} }),
	}
}

func (c *Cloud) http() Door {
	return Door{
		Name: "http", adds: []string{trace}, stamps: []string{"Apigw-Requestid"}, media: "text/plain; charset=utf-8", secure: true,
		open: c.behind(func(d *deployment) front.Door { return &front.HTTP{Invoke: d.proxy()} }),
	}
}

// Close ends DynamoDB Local.
func (c *Cloud) Close() { c.dynamo.Stop() }

func (c *Cloud) file(name string) string { return filepath.Join(c.dir, name) }

// name is a name that no other house has.
func (c *Cloud) name() string { return "case-" + strconv.FormatInt(c.houses.Add(1), 10) }
