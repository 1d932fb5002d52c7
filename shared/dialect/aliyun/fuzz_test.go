package aliyun_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// judged says whether the reader keeps its promises for a request, and gives the candidates.
func judged(t *testing.T, read auth.Reader, r *gateway.Request) []string {
	t.Helper()
	c, err := read(r)
	if err != nil {
		var f *fault.Fault
		if !errors.As(err, &f) || !f.Kind.Under(fault.AuthHMAC) && !f.Kind.Under(fault.Request) {
			t.Errorf("read = %v, want a fault of the request", err)
		}
		return nil
	}
	all := candidates(c)
	if len(all) < 1 || len(all) > 16 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
		t.Errorf("read of %s %q gives the candidates %q, want 1 to 16 different ones", r.Method, r.Target(), all)
	}
	if len(c.StringToSign) > 4096 || strings.Contains(c.StringToSign, "\n") || c.MAC == nil {
		t.Errorf("read = %+v", c)
	}
	return all
}

func FuzzSignedHeaders(f *testing.F) {
	read := reader(f, "hmac", auth.Rules{})
	f.Add("x-ca-key,x-ca-nonce", "1")
	f.Add(" X-A ,x-a,,Accept,X-Ca-Signature, X-B", "")
	f.Add("x:y,x z,测", "中文")
	f.Fuzz(func(t *testing.T, names, value string) {
		r := signedRequest("GET /")
		r.Header["X-Ca-Signature-Headers"], r.Header["X-A"] = []string{names}, []string{value}
		for _, text := range judged(t, read, r) {
			block := strings.TrimSuffix(strings.TrimPrefix(text, "GET\n\n\n\n\n"), "/")
			if len(text) > len(names)*2+len(value)+200 {
				t.Errorf("a list of %d bytes gives %d", len(names), len(text))
			}
			lower := "\n" + strings.ToLower(block)
			if strings.Contains(lower, "\naccept:") || strings.Contains(lower, "\nx-ca-signature:") || strings.Contains(lower, "\nx-ca-signature-headers:") {
				t.Errorf("the list %q signs what is never signed: %q", names, block)
			}
		}
	})
}

func FuzzParameters(f *testing.F) {
	read := reader(f, "hmac", auth.Rules{})
	f.Add("b=2&a=1&name=%E6%B5%8B", "username=x+y&b=3&e=")
	f.Add("&&=&%zz&a=%zz&=v", "a&a=1&+=+")
	f.Fuzz(func(t *testing.T, query, form string) {
		if strings.Contains(query, "#") {
			return
		}
		r := signedRequest("POST /p", "Content-Type: application/x-www-form-urlencoded", "X-Ca-Signature-Headers: x-ca-key")
		r.RawQuery, r.Body = query, []byte(form)
		const head = "POST\n\n\napplication/x-www-form-urlencoded\n\nx-ca-key:k\n/p"
		for _, text := range judged(t, read, r) {
			rest, ok := strings.CutPrefix(text, head)
			if !ok || rest != "" && rest[0] != '?' || len(rest) > len(query)+len(form)+2+strings.Count(query+form, "&")+2 {
				t.Errorf("query %q and form %q give %q", query, form, text)
			}
		}
	})
}

func FuzzReader(f *testing.F) {
	read := reader(f, "hmac", auth.Rules{})
	for _, v := range vectors() {
		r := v.request
		f.Add(r.Method, r.Target(), r.Header.Get("X-Ca-Key"), r.Header.Get("X-Ca-Signature"), r.Header.Get("X-Ca-Timestamp"),
			r.Header.Get("X-Ca-Signature-Method"), r.Header.Get("X-Ca-Signature-Headers"), r.Header.Get("Content-Type"), string(r.Body))
	}
	f.Fuzz(func(t *testing.T, method, target, key, signature, timestamp, algorithm, names, contentType, body string) {
		r := request(method + " " + target)
		for name, value := range map[string]string{
			"X-Ca-Key": key, "X-Ca-Signature": signature, "X-Ca-Timestamp": timestamp, "X-Ca-Signature-Method": algorithm,
			"X-Ca-Signature-Headers": names, "Content-Type": contentType,
		} {
			r.Header[name] = []string{value}
		}
		r.Body = []byte(body)
		if judged(t, read, r) == nil {
			return
		}
		c, _ := read(r)
		mac, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(signature))
		if err == nil && string(mac) != string(c.MAC) && !strings.Contains(signature, ",") {
			t.Errorf("read of signature %q gives %x", signature, c.MAC)
		}
	})
}

func FuzzTemplate(f *testing.F) {
	f.Add("a ${CaClientIp} b ${CaStage}", "curl")
	f.Add("${CaX} ${ $$ ${CaClientUa}", "a\r\nb")
	compile := newDialect(f).Template
	f.Fuzz(func(t *testing.T, text, agent string) {
		fill, err := compile(text)
		if err != nil {
			return
		}
		x := exchange()
		x.Request.Header["User-Agent"] = []string{agent}
		if got := fill(x); !strings.Contains(text, "${") && got != text || !strings.Contains(text, "\n") && strings.Contains(got, "\n") {
			t.Errorf("%q is filled in as %q", text, got)
		}
	})
}
