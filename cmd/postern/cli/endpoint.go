package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// endpoint is an admin API behind the URL of a function, which wants calls to be signed.
type endpoint struct {
	url    url.URL
	config aws.Config
	client http.Client
}

const (
	endpointTime     = 30 * time.Second // for one copy of a call
	endpointAttempts = 3
	endpointPause    = 200 * time.Millisecond
	mostReply        = 8 << 20
)

// functionURL is the host of a Function URL, which says its region.
var functionURL = regexp.MustCompile(`^[a-z0-9]+\.lambda-url\.([a-z0-9-]+)\.on\.aws$`)

func newEndpoint(ctx context.Context, address string) (*endpoint, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return nil, usagef("--endpoint %q is no URL of a function: write one like https://ID.lambda-url.REGION.on.aws", address)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, usagef("--endpoint %q is not encrypted, and secrets go over it: write https://", address)
	}
	region := ""
	if found := functionURL.FindStringSubmatch(u.Hostname()); found != nil {
		region = found[1]
	}
	c, err := awsConfig(ctx, region)
	if err != nil {
		return nil, err
	}
	e := &endpoint{url: *u, config: c}
	e.client.Timeout = endpointTime
	e.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return e, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// ask is a call of the API.
type ask struct {
	method, path string
	query        url.Values
	match        string // If-Match
	body         any    // nil: none
}

// reply is an answer that was read.
type reply struct {
	*http.Response
	body []byte
}

// send calls the API, again where nobody answered or the answer says so. A change has a key by which it is done once.
func (e *endpoint) send(ctx context.Context, q ask) (*reply, error) {
	var body []byte
	if q.body != nil {
		var err error
		if body, err = json.Marshal(q.body); err != nil {
			return nil, err
		}
	}
	key := ""
	if q.method != http.MethodGet {
		key = rand.Text()
	}
	for n := 1; ; n++ {
		a, err := e.once(ctx, q, body, key)
		if err == nil && !again(a) || n == endpointAttempts || ctx.Err() != nil {
			return a, err
		}
		select {
		case <-time.After(endpointPause * time.Duration(n)):
		case <-ctx.Done():
		}
	}
}

// again says that the same call may be answered otherwise soon.
func again(a *reply) bool {
	switch a.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return a.StatusCode == http.StatusConflict && a.Header.Get("Retry-After") != ""
}

// once sends one copy of a call.
func (e *endpoint) once(ctx context.Context, q ask, body []byte, key string) (*reply, error) {
	u := e.url
	u.Path, u.RawQuery = q.path, q.query.Encode()
	r, err := http.NewRequestWithContext(ctx, q.method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"If-Match": q.match, "Idempotency-Key": key} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if err := e.sign(ctx, r, body); err != nil {
		return nil, err
	}
	answer, err := e.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s does not answer: %w", e.url.Host, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostReply))
	if err != nil {
		return nil, fmt.Errorf("%s does not answer to the end: %w", e.url.Host, err)
	}
	return &reply{answer, text}, nil
}

// sign signs a call with Signature Version 4, as a Function URL with AWS_IAM asks for.
func (e *endpoint) sign(ctx context.Context, r *http.Request, body []byte) error {
	credentials, err := e.config.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("AWS: no credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Content-Sha256", digest)
	return v4.NewSigner().SignHTTP(ctx, credentials, r, digest, "lambda", e.config.Region, time.Now())
}
