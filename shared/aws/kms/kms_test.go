package kms_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/awsenv/awsenvtest"
	"postern/shared/aws/kms"
)

// service is KMS as far as its API reference describes the two operations: JSON 1.1 by X-Amz-Target, blobs in base64.
type service struct {
	*httptest.Server
	answers []answer // in turn; the last one stays

	mu    sync.Mutex
	calls []call
}

type answer struct {
	status int
	body   string
	late   bool // it comes when the caller has gone
}

type call struct {
	target, authorization string
	body                  struct {
		KeyID      string `json:"KeyId"`
		KeySpec    string
		Blob       []byte            `json:"CiphertextBlob"`
		Encryption map[string]string `json:"EncryptionContext"`
	}
}

func serve(t *testing.T, answers ...answer) *service {
	t.Helper()
	s := &service{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		c := call{target: q.Header.Get("X-Amz-Target"), authorization: q.Header.Get("Authorization")}
		body, err := io.ReadAll(q.Body)
		if err := errors.Join(err, json.Unmarshal(body, &c.body)); err != nil {
			t.Error(err)
		}
		if want := "Signature=" + signature(q, body); !strings.HasSuffix(c.authorization, want) {
			t.Errorf("Authorization is %q, want %q", c.authorization, want)
		}
		s.mu.Lock()
		s.calls = append(s.calls, c)
		a := s.answers[min(len(s.calls), len(s.answers))-1]
		s.mu.Unlock()
		if a.late {
			<-q.Context().Done()
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(a.status)
		fmt.Fprint(w, a.body)
	}))
	t.Cleanup(s.Close)
	return s
}

// signature is that of a call of KMS in the region of the tests.
func signature(q *http.Request, body []byte) string {
	return awsenvtest.Signature(q, body, q.Header.Get("X-Amz-Date")[:8]+"/eu-west-1/kms/aws4_request")
}

func (s *service) called() []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func (s *service) keyring(key string) *kms.Keyring {
	env := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL_KMS": s.URL,
	}
	c := awsenv.Config(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "AWS_ENDPOINT_URL_KMS")
	return kms.New(c, key)
}

const plain = "hunter2-hunter2-hunter2-hunter2-"

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func both() answer {
	return answer{200, fmt.Sprintf(`{"CiphertextBlob":%q,"KeyId":"arn:aws:kms:eu-west-1:1:key/k","Plaintext":%q}`, b64("wrapped"), b64(plain)), false}
}

func TestNewKey(t *testing.T) {
	s := serve(t, both())
	key, wrapped, err := s.keyring("alias/registry").NewKey(t.Context())
	if err != nil || string(key) != plain || string(wrapped) != "wrapped" {
		t.Fatalf("NewKey = %q, %q, %v", key, wrapped, err)
	}
	c := s.called()[0]
	if c.target != "TrentService.GenerateDataKey" || c.body.KeyID != "alias/registry" || c.body.KeySpec != "AES_256" {
		t.Errorf("KMS was called as %+v", c)
	}
	if c.body.Encryption["postern"] != "data-key" || !strings.Contains(c.authorization, "Credential=AKIDEXAMPLE/") {
		t.Errorf("KMS was called with context %v, signed %q", c.body.Encryption, c.authorization)
	}
}

func TestUnwrap(t *testing.T) {
	for _, key := range []string{"", "alias/registry"} {
		s := serve(t, both())
		got, err := s.keyring(key).Unwrap(t.Context(), []byte("wrapped"))
		if err != nil || string(got) != plain {
			t.Fatalf("Unwrap = %q, %v", got, err)
		}
		c := s.called()[0]
		if c.target != "TrentService.Decrypt" || c.body.KeyID != key || string(c.body.Blob) != "wrapped" || c.body.Encryption["postern"] != "data-key" {
			t.Errorf("with key %q KMS was called as %+v", key, c)
		}
	}
}

// TestNewKeyWithoutOne: a function that only reads cannot seal by mistake.
func TestNewKeyWithoutOne(t *testing.T) {
	s := serve(t, both())
	if _, _, err := s.keyring("").NewKey(t.Context()); err == nil || !strings.Contains(err.Error(), "no KMS key is named") || len(s.called()) > 0 {
		t.Errorf("NewKey = %v after %d calls, want an error and no call", err, len(s.called()))
	}
}

func TestFailures(t *testing.T) {
	failure := func(status int, code string) answer {
		return answer{status, fmt.Sprintf(`{"__type":%q,"message":"no"}`, code), false}
	}
	for _, tt := range []struct {
		name    string
		answers []answer
		calls   int
		want    string // in the error; "": it goes well
	}{
		{"access denied", []answer{failure(400, "AccessDeniedException")}, 1, "AccessDeniedException"},
		{"wrapped for something else", []answer{failure(400, "InvalidCiphertextException")}, 1, "InvalidCiphertextException"},
		{"key disabled", []answer{failure(400, "DisabledException")}, 1, "DisabledException"},
		{"signature", []answer{{400, `{"__type":"InvalidSignatureException","message":"no\nx-amz-security-token:hunter2"}`, false}}, 1, "InvalidSignatureException"},
		{"code with its namespace", []answer{failure(400, "com.amazonaws.kms#NotFoundException")}, 1, "api error NotFoundException: no"},
		{"refused by a proxy", []answer{{403, "<html>", false}}, 2, "status 403"},
		{"far too long", []answer{{200, strings.Repeat(" ", 1<<17) + "{}", false}}, 2, "no JSON"},
		{"throttled", []answer{failure(400, "ThrottlingException")}, 2, "ThrottlingException"},
		{"down", []answer{failure(500, "KMSInternalException")}, 2, "KMSInternalException"},
		{"down behind a proxy", []answer{{502, "<html>", false}}, 2, "502"},
		{"down once", []answer{failure(503, "DependencyTimeoutException"), both()}, 2, ""},
		{"throttled once", []answer{failure(400, "ThrottlingException"), both()}, 2, ""},
		{"silent once", []answer{{late: true}, both()}, 2, ""},
		{"silent", []answer{{late: true}}, 2, "deadline exceeded"},
		{"no JSON", []answer{{200, `{"Plaintext":"` + plain, false}}, 2, "the answer is no JSON"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.answers...)
			k := s.keyring("alias/registry")
			k.Attempt = 100 * time.Millisecond
			key, err := k.Unwrap(t.Context(), []byte("wrapped"))
			if n := len(s.called()); n != tt.calls {
				t.Errorf("KMS was called %d times, want %d", n, tt.calls)
			}
			if tt.want == "" {
				if err != nil || string(key) != plain {
					t.Errorf("Unwrap = %q, %v", key, err)
				}
				return
			}
			if err == nil || key != nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "kms: Decrypt: ") {
				t.Fatalf("Unwrap = %q, %v, want %q", key, err, tt.want)
			}
			if text := fmt.Sprintf("%v %+v %q", err, err, err); strings.Contains(text, "hunter2") {
				t.Errorf("the error shows the key: %s", text)
			}
		})
	}
}

// client keeps where it was called.
type client struct{ url string }

func (c *client) Do(q *http.Request) (*http.Response, error) {
	c.url = q.URL.String()
	return nil, errors.New("nobody is there")
}

// source is what the SDK's config package knows of a service.
type source map[string]string

func (s source) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	url, ok := s[service]
	return url, ok, nil
}

// TestEndpoint: regions and endpoints are of the AWS General Reference, "AWS Key Management Service endpoints and quotas".
func TestEndpoint(t *testing.T) {
	for _, tt := range []struct {
		region, base string
		sources      []any
		want         string
	}{
		{"eu-west-1", "", nil, "https://kms.eu-west-1.amazonaws.com"},
		{"us-gov-west-1", "", nil, "https://kms.us-gov-west-1.amazonaws.com"},
		{"cn-north-1", "", nil, "https://kms.cn-north-1.amazonaws.com.cn"},
		{"eusc-de-east-1", "", nil, "https://kms.eusc-de-east-1.amazonaws.eu"},
		{"eu-west-1", "http://127.0.0.1:1", nil, "http://127.0.0.1:1"},
		{"eu-west-1", "http://127.0.0.1:1", []any{"other", source{"DynamoDB": "http://x"}, source{"KMS": "http://127.0.0.1:2"}}, "http://127.0.0.1:2"},
	} {
		c := &client{}
		config := aws.Config{Region: tt.region, HTTPClient: c, ConfigSources: tt.sources}
		if tt.base != "" {
			config.BaseEndpoint = &tt.base
		}
		config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		})
		if _, err := kms.New(config, "").Unwrap(t.Context(), nil); err == nil || c.url != tt.want {
			t.Errorf("in %s KMS was called at %s, %v, want %s", tt.region, c.url, err, tt.want)
		}
	}
}

func TestCredentials(t *testing.T) {
	none := errors.New("no such file")
	for want, provider := range map[string]aws.CredentialsProvider{
		"there are no credentials": nil,
		"credentials: no such file": aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, none
		}),
	} {
		if _, err := kms.New(aws.Config{Region: "eu-west-1", Credentials: provider}, "").Unwrap(t.Context(), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Unwrap = %v, want %q", err, want)
		}
	}
	if _, err := kms.New(aws.Config{Region: "eu west"}, "").Unwrap(t.Context(), nil); err == nil {
		t.Error("Unwrap in no region = nil, want an error")
	}
}

func TestKeyringHidesItself(t *testing.T) {
	s := serve(t, both())
	k := s.keyring("alias/registry")
	if _, err := k.Unwrap(t.Context(), bytes.Repeat([]byte("w"), 8)); err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %+v", k, k); strings.Contains(text, "hunter2") {
		t.Errorf("a keyring shows %s", text)
	}
}
