// Package awsenvtest computes what calls of AWS must be signed with, independently of the signer. It is for tests alone, and
// imports the standard library.
package awsenvtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Signature is that of a request with the secret "local" in a scope, as "Signature Version 4 signing process" of the IAM User
// Guide says: the path is encoded once more.
func Signature(q *http.Request, body []byte, scope string) string {
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
	text := "AWS4-HMAC-SHA256\n" + q.Header.Get("X-Amz-Date") + "\n" + scope + "\n" + hash([]byte(canonical))
	key := []byte("AWS4local")
	for _, part := range append(strings.Split(scope, "/"), text) {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	return hex.EncodeToString(key)
}
