package urlfunction

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/admin"
)

// headers are those that the API reads, each as one value, as the door has it: repeated ones joined by commas. It names them
// in lower case. No other is handed on, and so none that the library believes (X-GoLambdaProxy-…).
func headers(of map[string]string) http.Header {
	out := http.Header{}
	for _, name := range []string{"content-type", "if-match", "if-none-match", "idempotency-key"} {
		if value, ok := of[name]; ok {
			out.Set(name, value)
		}
	}
	return out
}

// operator is who signed the call.
func operator(e *events.APIGatewayV2HTTPRequest) admin.Operator {
	o := admin.Operator{RequestID: e.RequestContext.RequestID, Address: e.RequestContext.HTTP.SourceIP}
	if a := e.RequestContext.Authorizer; a != nil && a.IAM != nil {
		o.ARN, o.Account, o.AccessKey = a.IAM.UserARN, a.IAM.AccountID, a.IAM.AccessKey
	}
	return o
}

// plain says what the library would read otherwise than it stands there; "": nothing. It takes a base64 body apart.
func plain(e *events.APIGatewayV2HTTPRequest, header http.Header) string {
	if e.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil {
			return "the body is no base64"
		}
		e.Body, e.IsBase64Encoded = string(body), false
	}
	switch {
	case strings.Trim(e.RequestContext.HTTP.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return "the method is none"
	case !strings.HasPrefix(e.RawPath, "/") || !encoded(e.RawPath, pathMarks):
		return "the path is none: encode what is special in it"
	case !encoded(e.RawQueryString, pathMarks+"?"):
		return "the query is none: encode what is special in it"
	}
	for name, values := range header {
		if strings.ContainsFunc(values[0], func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return "the header " + name + " has a control character"
		}
	}
	return ""
}

// pathMarks are the characters of a path beside letters and digits (RFC 3986, pchar and the slash).
const pathMarks = "-._~!$&'()*+,;=:@/"

// encoded says that a text has these marks, letters, digits and well-formed percent-encodings alone.
func encoded(text, marks string) bool {
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '%' && !strings.ContainsRune(marks, r)
	}
	_, err := url.PathUnescape(text)
	return err == nil && !strings.ContainsFunc(text, odd)
}

// handed is what the library is given of an event: what it does not need, it cannot get wrong.
func handed(e *events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPRequest {
	q := events.APIGatewayV2HTTPRequest{RawPath: e.RawPath, RawQueryString: e.RawQueryString, Body: e.Body}
	q.RequestContext.HTTP.Method = e.RequestContext.HTTP.Method
	q.RequestContext.HTTP.SourceIP = e.RequestContext.HTTP.SourceIP
	q.RequestContext.DomainName = e.RequestContext.DomainName
	return q
}
