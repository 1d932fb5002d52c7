// Package urltest is a Function URL for tests: it checks signatures as AWS does, and hands requests to a function as events of
// payload 2.0 (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
package urltest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// ARN is the user that calls are signed as.
const ARN = "arn:aws:iam::111122223333:user/example-user"

// URL is the URL of a function, in the region eu-west-1.
type URL struct {
	AccessKey, Secret string // the one user's
	Invoke            func(context.Context, []byte) ([]byte, error)
}

// Start starts a server that is the URL. Whoever starts it closes it.
func (u URL) Start() *httptest.Server { return httptest.NewServer(u) }

// ServeHTTP implements http.Handler.
func (u URL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || !u.signed(r, body) {
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"Message":"Forbidden"}`)
		return
	}
	event, err := json.Marshal(Event(r, body, u.AccessKey))
	if err != nil {
		panic(err)
	}
	answered, err := u.Invoke(r.Context(), event)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "Internal Server Error")
		return
	}
	u.answer(w, answered)
}

func (u URL) answer(w http.ResponseWriter, answered []byte) {
	var a events.LambdaFunctionURLResponse
	if err := json.Unmarshal(answered, &a); err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	for name, value := range a.Headers {
		w.Header().Set(name, value)
	}
	body := []byte(a.Body)
	if a.IsBase64Encoded {
		body, _ = base64.StdEncoding.DecodeString(a.Body)
	}
	w.WriteHeader(a.StatusCode)
	_, _ = w.Write(body)
}

// signed signs what the request says that it signed, and compares.
func (u URL) signed(r *http.Request, body []byte) bool {
	_, list, _ := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
	list, _, _ = strings.Cut(list, ",")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		return false
	}
	q, err := http.NewRequest(r.Method, "http://"+r.Host+r.RequestURI, nil)
	if err != nil {
		return false
	}
	for name := range strings.SplitSeq(list, ";") {
		switch name {
		case "host", "x-amz-date":
		case "content-length":
			q.ContentLength = r.ContentLength
		default:
			q.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
		}
	}
	sum := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: u.AccessKey, SecretAccessKey: u.Secret, SessionToken: r.Header.Get("X-Amz-Security-Token")}
	if err := v4.NewSigner().SignHTTP(r.Context(), credentials, q, hex.EncodeToString(sum[:]), "lambda", "eu-west-1", at); err != nil {
		return false
	}
	return q.Header.Get("Authorization") == r.Header.Get("Authorization")
}

// Event is what a function is handed of a request that was signed.
func Event(r *http.Request, body []byte, accessKey string) *events.LambdaFunctionURLRequest {
	e := &events.LambdaFunctionURLRequest{
		Version: "2.0", RawPath: r.URL.EscapedPath(), RawQueryString: r.URL.RawQuery, Headers: map[string]string{},
		Body: string(body),
	}
	for name, values := range r.Header {
		e.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	if kind := r.Header.Get("Content-Type"); len(body) > 0 && kind != "application/json" || !utf8.Valid(body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	e.RequestContext = events.LambdaFunctionURLRequestContext{
		AccountID: "111122223333", RequestID: "e1506fd5-9e7b-434f-bd42-4f8fa224b599",
		DomainName: "url-id.lambda-url.eu-west-1.on.aws", DomainPrefix: "url-id",
		HTTP: events.LambdaFunctionURLRequestContextHTTPDescription{
			Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: "203.0.113.9",
		},
		Authorizer: &events.LambdaFunctionURLRequestContextAuthorizerDescription{
			IAM: &events.LambdaFunctionURLRequestContextAuthorizerIAMDescription{
				AccessKey: accessKey, AccountID: "111122223333", CallerID: "AIDAEXAMPLE", UserARN: ARN, UserID: "AIDAEXAMPLE",
			},
		},
	}
	return e
}
