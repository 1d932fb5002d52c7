package lambda_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// service is Lambda as far as its API reference describes Invoke.
type service struct {
	*httptest.Server
	path  string
	event map[string]any
	calls int
}

type reply struct {
	status           int
	function, reason string // headers X-Amz-Function-Error and X-Amzn-ErrorType
	body             string
	wait             bool // for the caller to leave
}

func serve(t *testing.T, r reply) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		s.calls++
		s.path, s.event = q.URL.EscapedPath(), nil
		if err := errors.Join(err, json.Unmarshal(body, &s.event)); err != nil {
			t.Error(err)
		}
		if want := "Signature=" + signature(q, body); !strings.HasSuffix(q.Header.Get("Authorization"), want) {
			t.Errorf("Authorization is %q, want %q", q.Header.Get("Authorization"), want)
		}
		if q.Method != "POST" || q.Header.Get("X-Amz-Invocation-Type") != "RequestResponse" || q.Header.Get("X-Amz-Security-Token") != "token" {
			t.Errorf("%s %v, want a POST that waits for the answer, with the session's token", q.Method, q.Header)
		}
		if r.wait {
			<-q.Context().Done()
			return
		}
		w.Header().Set("X-Amzn-RequestId", "5f2f3c3e")
		if r.function != "" {
			w.Header().Set("X-Amz-Function-Error", r.function)
		}
		if r.reason != "" {
			w.Header().Set("X-Amzn-ErrorType", r.reason)
		}
		w.WriteHeader(r.status)
		fmt.Fprint(w, r.body)
	}))
	t.Cleanup(s.Close)
	return s
}

// signature is that of a request with the secret "local", as "Signature Version 4 signing process" of the IAM User Guide says:
// the path is encoded once more.
func signature(q *http.Request, body []byte) string {
	_, signed, _ := strings.Cut(q.Header.Get("Authorization"), "SignedHeaders=")
	signed, _, _ = strings.Cut(signed, ",")
	canonical := q.Method + "\n" + strings.ReplaceAll(q.URL.EscapedPath(), "%", "%25") + "\n\n"
	for name := range strings.SplitSeq(signed, ";") {
		value := q.Header.Get(name)
		switch name {
		case "host":
			value = q.Host
		case "content-length":
			value = strconv.Itoa(len(body))
		}
		canonical += name + ":" + value + "\n"
	}
	hash := func(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }
	canonical += "\n" + signed + "\n" + hash(body)
	_, scope, _ := strings.Cut(q.Header.Get("Authorization"), "/")
	scope, _, _ = strings.Cut(scope, ",")
	key := []byte("AWS4local")
	for _, part := range append(strings.Split(scope, "/"), "AWS4-HMAC-SHA256\n"+q.Header.Get("X-Amz-Date")+"\n"+scope+"\n"+hash([]byte(canonical))) {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	return hex.EncodeToString(key)
}
