package toast

import (
	"crypto/hmac"
	"crypto/sha1" // the vendor has no other algorithm
	"encoding/base64"
	"errors"
	"time"

	"postern/shared/dialect"
	"postern/shared/gateway"
)

// sign follows the developer's guide as a client does, independently of the reader.
func sign(r *gateway.Request, s dialect.Signing) error {
	switch {
	case s.KeyID != "" || s.Nonce != "" || s.Stage != "":
		return errors.New("toast: requests name no key, no nonce and no stage")
	case s.APIKey != "":
		return errors.New("toast: there are no API keys")
	case len(s.Headers) > 0:
		return errors.New("toast: signatures cover no headers")
	case s.Algorithm != "" && s.Algorithm != "HmacSHA1":
		return errors.New("toast: the only algorithm is HmacSHA1")
	case s.Secret != "" && s.Token != "":
		return errors.New("toast: a request has a signature or a token, not both")
	case s.Token != "":
		r.Header.Set("Authorization", s.Token)
	case s.Secret != "":
		timestamp := s.At.Format(time.RFC3339)
		text := r.Method + "\n" + r.Path
		if r.RawQuery != "" {
			text += "?" + r.RawQuery
		}
		mac := hmac.New(sha1.New, []byte(s.Secret))
		mac.Write([]byte(text + "\n" + timestamp))
		r.Header.Set("X-TC-Timestamp", timestamp)
		r.Header.Set("Authorization", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return nil
}
