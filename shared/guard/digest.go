package guard

import (
	"context"
	"crypto/md5" // the digest that HTTP once defined (RFC 1864)
	"encoding/base64"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Digest is the step "digest": where Content-MD5 is sent, there is a body, and the digest is its.
func Digest() gateway.Step {
	return gateway.Step{
		Name: "digest",
		Body: func(r *gateway.Request) bool { return digest(r) != "" && r.Length != 0 },
		Run: func(_ context.Context, x *gateway.Exchange) error {
			sent := digest(x.Request)
			switch {
			case sent == "":
				return nil
			case len(x.Request.Body) == 0:
				return fault.New(fault.RequestDigest, fault.Args{"problem": "body is empty"}, nil)
			}
			sum := md5.Sum(x.Request.Body)
			if own := base64.StdEncoding.EncodeToString(sum[:]); own != sent {
				return fault.New(fault.RequestDigest, fault.Args{"problem": "server md5 is " + own}, nil)
			}
			return nil
		},
	}
}

func digest(r *gateway.Request) string {
	return strings.TrimSpace(strings.Join(r.Header.Values("Content-MD5"), ","))
}
