package lambda_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"postern/shared/aws/awsenv/awsenvtest"
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

// signature is that of a call in the scope that it names.
func signature(q *http.Request, body []byte) string {
	_, scope, _ := strings.Cut(q.Header.Get("Authorization"), "/")
	scope, _, _ = strings.Cut(scope, ",")
	return awsenvtest.Signature(q, body, scope)
}
