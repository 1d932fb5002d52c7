package aliyun

import (
	"context"
	"crypto"
	"crypto/md5" // the vendor's digest of bodies
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"postern/shared/auth"
	"postern/shared/gateway"
)

// Headers that a backend verifies (aliyun.md, 4.13).
const (
	proxySignature = "X-Ca-Proxy-Signature"
	proxyHeaders   = "X-Ca-Proxy-Signature-Headers"
	proxyKey       = "X-Ca-Proxy-Signature-Secret-Key"
)

// signBackend signs the backend's request as the vendor's sample for backends verifies it: parameters of the query before
// those of a form, and = after the keys of empty ones. Of the headers it signs the vendor's own: proxies on the way change
// others.
func signBackend(key string, secret *auth.Secret) gateway.Step {
	return gateway.Step{Name: "sign", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		out := x.Outbound
		if out == nil {
			return nil
		}
		out.Header.Del(proxySignature)
		out.Header.Del(proxyHeaders)
		out.Header.Set(proxyKey, key)
		names := vendorHeaders(out.Header)
		body := out.Body
		if body == nil {
			body = x.Request.Body // which goes on as it came
		}
		text, err := backendString(out, names, body)
		if err != nil {
			return err
		}
		out.Header.Set(proxyHeaders, strings.Join(names, ","))
		out.Header.Set(proxySignature, base64.StdEncoding.EncodeToString(secret.Sum(crypto.SHA256, text)))
		return nil
	}}
}

func vendorHeaders(h http.Header) (names []string) {
	for name := range h {
		if strings.HasPrefix(name, "X-Ca-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// backendString is METHOD, Content-MD5, the named headers in this order, path and parameters.
func backendString(out *gateway.Outbound, names []string, body []byte) (string, error) {
	fields := form(strings.Join(out.Header.Values("Content-Type"), ","), body)
	signed, err := parameters(out.RawQuery, fields)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(out.Method + "\n")
	if digested := out.Method == http.MethodPost || out.Method == http.MethodPut; digested && fields == "" && len(body) > 0 {
		sum := md5.Sum(body)
		b.WriteString(base64.StdEncoding.EncodeToString(sum[:]))
	}
	b.WriteByte('\n')
	for _, name := range names {
		spellHeader(&b, strings.ToLower(name), strings.Join(out.Header.Values(name), ","))
	}
	b.WriteString(out.Path)
	spellParameters(&b, signed, queryWins|equalsSigns)
	return b.String(), nil
}
