// Package nhncloud is what the two gateways of NHN, toast and its successor nhn, have in common: the result header around
// every error, the notation of signed times, and the request target as clients sign it. It imports gateway and the standard
// library alone.
package nhncloud

import (
	"bytes"
	"encoding/json"
	"net/http"

	"postern/shared/gateway"
)

// SuccessFirst is an error with its members in the order of nhn's samples. code must be a decimal number.
func SuccessFirst(status int, code, message string) *gateway.Response {
	return answer(status, `"isSuccessful":false,"resultCode":`+code+`,"resultMessage":`+quote(message))
}

// SuccessLast is an error with its members in the order of toast's samples. code must be a decimal number.
func SuccessLast(status int, code, message string) *gateway.Response {
	return answer(status, `"resultCode":`+code+`,"resultMessage":`+quote(message)+`,"isSuccessful":false`)
}

// answer has the content type that NHN's services use with this envelope; the gateways' own is not documented.
func answer(status int, members string) *gateway.Response {
	return &gateway.Response{
		Status: status,
		Header: http.Header{"Content-Type": {"application/json;charset=UTF-8"}},
		Body:   []byte(`{"header":{` + members + `}}`),
	}
}

// quote leaves <, > and & as they are, unlike json.Marshal.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can always be encoded
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
