// Package lambda calls AWS Lambda functions that stand in the place of backends.
//
// It promises that a function is invoked once for a request, with an event as HTTP APIs and function URLs send it (payload format
// 2.0), that what it returns is the answer of a proxy integration or a fault, and that every way in which an invocation can
// fail is a fault of its own. It imports forward, whose connections it uses, awsenv, and the core of the AWS SDK: the SDK's
// client for all of Lambda would add a megabyte to every function.
package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"postern/shared/aws/awsenv"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

// Client invokes functions. It is safe for concurrent use; New makes one.
type Client struct {
	calls    *forward.Client
	region   string
	endpoint string // "": AWS's own
	signer   awsenv.Signer
	now      func() time.Time
}

// New calls Lambda where the configuration says, or else AWS's own endpoints, and signs by the clock now.
func New(c aws.Config, now func() time.Time) *Client {
	everywhere := forward.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}}
	return &Client{
		calls: forward.NewClient(everywhere, nil), region: c.Region, now: now,
		endpoint: strings.TrimSuffix(aws.ToString(c.BaseEndpoint), "/"), signer: awsenv.NewSigner("lambda", c.Credentials),
	}
}

// function is one of them.
type function struct {
	*Client
	region, name string
}

var errName = errors.New("this is no function: write its name, name:alias or its ARN, " +
	"like arn:aws:lambda:eu-west-1:123456789012:function:members:live")

// Function is the function of a name, an alias or version of it, or an ARN; the region is the ARN's, else the client's. Whether it
// is there only a call tells.
func (c *Client) Function(name string) (forward.Caller, error) {
	known := regexp.MustCompile(`^(?:arn:aws[a-z-]*:lambda:([a-z0-9-]+):\d{12}:function:|\d{12}:function:)?` +
		`[A-Za-z0-9_-]{1,140}(?::(?:\$LATEST|[A-Za-z0-9_-]{1,128}))?$`) // Lambda API reference, Invoke
	found := known.FindStringSubmatch(name)
	if found == nil {
		return nil, errName
	}
	f := &function{Client: c, region: c.region, name: name}
	if found[1] != "" {
		f.region = found[1]
	}
	return f, nil
}

// Call implements forward.Caller.
func (f *function) Call(ctx context.Context, x *gateway.Exchange, l forward.Limits) (*gateway.Response, error) {
	if err := forward.Check(x.Outbound); err != nil {
		return nil, err
	}
	data, err := json.Marshal(newEvent(x))
	if err != nil {
		return nil, fmt.Errorf("lambda: %w", err)
	}
	if len(data) > mostPayload {
		return nil, tooLarge(nil)
	}
	out, err := f.request(ctx, data)
	if err != nil {
		return nil, fmt.Errorf("lambda: %w", err)
	}
	most := l.Size
	l.Size = mostAnswer
	invoked, err := f.calls.Do(ctx, out, l)
	if err != nil {
		return nil, unreachable(err)
	}
	if err := f.failure(invoked); err != nil {
		return nil, err
	}
	answer, err := readAnswer(invoked.Body)
	switch {
	case err != nil:
		return nil, err
	case int64(len(answer.Body)) > most:
		return nil, fault.New(fault.BackendSize, nil, errSize)
	case x.Outbound.Method == http.MethodHead:
		answer.Body = nil
	}
	return answer, nil
}

// request is the operation Invoke, signed with Signature Version 4.
func (f *function) request(ctx context.Context, event []byte) (*gateway.Outbound, error) {
	endpoint := f.endpoint
	if endpoint == "" {
		endpoint = awsenv.Endpoint("lambda", f.region)
	}
	to := endpoint + "/2015-03-31/functions/" + url.QueryEscape(f.name) + "/invocations"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, nil)
	if err != nil {
		return nil, err
	}
	r.ContentLength = int64(len(event))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Amz-Invocation-Type", "RequestResponse")
	if err := f.signer.Sign(ctx, r, event, f.region, f.now()); err != nil {
		return nil, err
	}
	return &gateway.Outbound{
		Method: r.Method, Scheme: r.URL.Scheme, Authority: r.URL.Host, Path: r.URL.EscapedPath(), Header: r.Header, Body: event,
	}, nil
}
