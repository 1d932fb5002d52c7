package aliyun

import (
	"crypto/hmac"
	"crypto/md5"  // the vendor's digest of bodies
	"crypto/sha1" // one of the vendor's two algorithms
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"postern/shared/dialect"
	"postern/shared/gateway"
)

// sign follows the vendor's guide as a client does (document 29475), independently of the reader.
func sign(r *gateway.Request, s dialect.Signing) error {
	if s.APIKey != "" && s.Token != "" {
		return errors.New("aliyun: AppCode and token are both sent in Authorization: leave one of them out")
	}
	if s.Stage != "" {
		r.Header.Set("X-Ca-Stage", strings.ToUpper(s.Stage))
	}
	if s.APIKey != "" {
		r.Header.Set("Authorization", "APPCODE "+s.APIKey)
	}
	if s.Token != "" {
		r.Header.Set("Authorization", "Bearer "+s.Token)
	}
	if s.Secret == "" {
		return nil
	}
	if s.KeyID == "" {
		return errors.New("aliyun: a signed request names its AppKey: give the id of the key")
	}
	return signHMAC(r, s)
}

func signHMAC(r *gateway.Request, s dialect.Signing) error {
	name, newHash, err := clientAlgorithm(s.Algorithm)
	if err != nil {
		return err
	}
	complete(r)
	r.Header.Set("X-Ca-Key", s.KeyID)
	r.Header.Set("X-Ca-Signature-Method", name)
	r.Header.Set("X-Ca-Timestamp", strconv.FormatInt(s.At.UnixMilli(), 10))
	signed := []string{"x-ca-key", "x-ca-signature-method", "x-ca-timestamp"}
	if s.Nonce != "" {
		r.Header.Set("X-Ca-Nonce", s.Nonce)
		signed = append(signed, "x-ca-nonce")
	}
	if s.Stage != "" {
		signed = append(signed, "x-ca-stage")
	}
	for _, header := range s.Headers {
		if len(r.Header.Values(header)) == 0 {
			return fmt.Errorf("aliyun: the request has no header %s to sign", header)
		}
		signed = append(signed, strings.ToLower(header))
	}
	slices.Sort(signed)
	signed = slices.Compact(signed)
	text, err := clientString(r, signed)
	if err != nil {
		return err
	}
	mac := hmac.New(newHash, []byte(s.Secret))
	mac.Write([]byte(text))
	r.Header.Set("X-Ca-Signature-Headers", strings.Join(signed, ","))
	r.Header.Set("X-Ca-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return nil
}

// complete sets what programs that send requests would add after they are signed.
func complete(r *gateway.Request) {
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "application/json")
	}
	if len(r.Body) == 0 {
		return
	}
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/octet-stream")
	}
	if !isForm(r) && r.Header.Get("Content-MD5") == "" {
		sum := md5.Sum(r.Body)
		r.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	}
}

func isForm(r *gateway.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "application/x-www-form-urlencoded"
}

func clientString(r *gateway.Request, signed []string) (string, error) {
	lines := []string{r.Method}
	for _, name := range []string{"Accept", "Content-MD5", "Content-Type", "Date"} {
		lines = append(lines, r.Header.Get(name))
	}
	for _, name := range signed {
		lines = append(lines, name+":"+strings.Join(r.Header.Values(name), ","))
	}
	sent, err := url.ParseQuery(r.RawQuery)
	if err == nil && isForm(r) {
		var fields url.Values
		fields, err = url.ParseQuery(string(r.Body))
		maps.Copy(sent, fields)
	}
	if err != nil {
		return "", fmt.Errorf("aliyun: query or form cannot be signed: %w", err)
	}
	var parameters []string
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if first := sent[name][0]; first != "" {
			name += "=" + first
		}
		parameters = append(parameters, name)
	}
	resource := r.Path
	if len(parameters) > 0 {
		resource += "?" + strings.Join(parameters, "&")
	}
	return strings.Join(append(lines, resource), "\n"), nil
}

func clientAlgorithm(name string) (string, func() hash.Hash, error) {
	switch name {
	case "", "HmacSHA256":
		return "HmacSHA256", sha256.New, nil
	case "HmacSHA1":
		return name, sha1.New, nil
	default:
		return "", nil, fmt.Errorf("aliyun: there is no algorithm %s: use HmacSHA256 or HmacSHA1", name)
	}
}
