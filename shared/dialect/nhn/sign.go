package nhn

import (
	"crypto/hmac"
	"crypto/sha1" // HmacSHA1 is one of the vendor's two algorithms
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"

	"postern/shared/dialect"
	"postern/shared/gateway"
)

// sign follows the console guide as a client does (Authentication, HMAC), independently of the reader.
func sign(r *gateway.Request, s dialect.Signing) error {
	if s.KeyID != "" || s.Nonce != "" || s.Stage != "" {
		return errors.New("nhn: requests name no key, no nonce and no stage")
	}
	if s.APIKey != "" {
		r.Header.Set("x-nhn-apikey", s.APIKey)
	}
	switch {
	case s.Secret != "" && s.Token != "":
		return errors.New("nhn: a request has a signature or a token, not both")
	case s.Token != "":
		r.Header.Set("Authorization", "Bearer "+s.Token)
	case s.Secret != "":
		return signHMAC(r, s)
	}
	return nil
}

func signHMAC(r *gateway.Request, s dialect.Signing) error {
	name, newHash, err := clientAlgorithm(s.Algorithm)
	if err != nil {
		return err
	}
	date := s.At.Format(time.RFC3339)
	r.Header.Set("x-nhn-date", date)
	lines := []string{r.Method, r.Path, date}
	if r.RawQuery != "" {
		lines[1] += "?" + r.RawQuery
	}
	for _, header := range s.Headers {
		sent := r.Header.Values(header)
		if strings.EqualFold(header, "host") {
			sent = []string{r.Host}
		}
		if len(sent) == 0 {
			return fmt.Errorf("nhn: the request has no header %s to sign", header)
		}
		lines = append(lines, strings.ToLower(header)+":"+strings.Join(sent, ","))
	}
	mac := hmac.New(newHash, []byte(s.Secret))
	mac.Write([]byte(strings.Join(lines, "\n")))
	r.Header.Set("Authorization", fmt.Sprintf(`hmac algorithm="%s", headers="%s", signature="%s"`,
		name, strings.Join(s.Headers, ","), base64.StdEncoding.EncodeToString(mac.Sum(nil))))
	return nil
}

func clientAlgorithm(name string) (string, func() hash.Hash, error) {
	switch name {
	case "", "HmacSHA256":
		return "HmacSHA256", sha256.New, nil
	case "HmacSHA1":
		return name, sha1.New, nil
	default:
		return "", nil, fmt.Errorf("nhn: there is no algorithm %s: use HmacSHA256 or HmacSHA1", name)
	}
}
