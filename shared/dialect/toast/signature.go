package toast

import (
	"crypto"
	"encoding/base64"
	"errors"
	"strings"

	"postern/shared/auth"
	"postern/shared/dialect/internal/nhncloud"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// timestampHeader holds the signed time. It tells a signed request from one with a token: both use Authorization bare.
const timestampHeader = "X-Tc-Timestamp"

// signatures compiles the reader of HMAC signatures. The rows of the document give the order: the timestamp, its format, its
// age, then Authorization (seed 003, HMAC).
func signatures(rules auth.Rules) (auth.Reader, error) {
	if len(rules.RequireHeaders) > 0 {
		return nil, errors.New("toast: signatures cover no headers: remove require-headers")
	}
	return readSignature, nil
}

func readSignature(r *gateway.Request) (*gateway.Credential, error) {
	timestamp := value(r, timestampHeader)
	if timestamp == "" {
		return nil, fault.New(fault.AuthHMACNoDate, nil, auth.ErrAbsent)
	}
	at, ok := nhncloud.ParseTime(timestamp)
	if !ok {
		return nil, fault.New(fault.AuthHMACDate, nil, nil)
	}
	candidates := nhncloud.Targets(r)
	for i, target := range candidates {
		candidates[i] = strings.ToUpper(r.Method) + "\n" + target + "\n" + timestamp
	}
	return &gateway.Credential{
		Hash: crypto.SHA1, MAC: mac(value(r, "Authorization")), At: at, Candidates: candidates, StringToSign: candidates[0],
	}, nil
}

// mac is nil for nothing, and empty for what is no signature.
func mac(authorization string) []byte {
	if authorization == "" {
		return nil
	}
	mac, err := base64.StdEncoding.Strict().DecodeString(authorization)
	if err != nil || len(mac) != crypto.SHA1.Size() {
		return []byte{}
	}
	return mac
}

// tokens compiles the reader of a bare token: "Bearer" in front of it makes it an invalid one.
func tokens(rules auth.Rules) (auth.Reader, error) {
	if rules.In != "" {
		return nil, errors.New("toast: clients send a token in Authorization alone: remove from")
	}
	return readToken, nil
}

func readToken(r *gateway.Request) (*gateway.Credential, error) {
	token := value(r, "Authorization")
	if token == "" {
		return nil, fault.New(fault.AuthJWTMissing, nil, auth.ErrAbsent)
	}
	return &gateway.Credential{Token: token}, nil
}

// value joins several lines of a header as HTTP means them: none of this vendor's values survives that.
func value(r *gateway.Request, name string) string {
	return strings.TrimSpace(strings.Join(r.Header.Values(name), ","))
}
