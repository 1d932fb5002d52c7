package nhn

import (
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"postern/shared/auth"
	"postern/shared/dialect/internal/nhncloud"
	"postern/shared/fault"
	"postern/shared/gateway"
)

var errMissingHeader = errors.New("a required header is not sent, or not signed")

// signatures compiles the reader of HMAC signatures. The vendor's own order of checks is not documented; this is that of its
// codes, with 4011009 in the second place (seed 000, HMAC).
func signatures(rules auth.Rules) (auth.Reader, error) {
	var required []string
	for _, name := range rules.RequireHeaders {
		if name == "" || strings.ContainsAny(name, ", \t") {
			return nil, fmt.Errorf("nhn: %q is not the name of a header", name)
		}
		required = append(required, strings.ToLower(name))
	}
	return func(r *gateway.Request) (*gateway.Credential, error) { return readSignature(r, required) }, nil
}

func readSignature(r *gateway.Request, required []string) (*gateway.Credential, error) {
	header := strings.TrimSpace(value(r, "Authorization"))
	if header == "" {
		return nil, fault.New(fault.AuthHMACMissing, nil, auth.ErrAbsent)
	}
	parameters, ok := strings.CutPrefix(header, "hmac")
	if !ok {
		return nil, fault.New(fault.AuthHMACScheme, nil, auth.ErrAbsent)
	}
	a, date := parse(parameters), value(r, dateHeader)
	hash, known := algorithm(a.algorithm)
	switch {
	case !known:
		return nil, fault.New(fault.AuthHMACAlgorithm, nil, nil)
	case a.signature == "":
		return nil, fault.New(fault.AuthHMACSignature, nil, nil)
	case !a.covers(r, required):
		return nil, fault.New(fault.AuthHMACHeaders, nil, errMissingHeader)
	case date == "":
		return nil, fault.New(fault.AuthHMACNoDate, nil, nil)
	}
	at, ok := nhncloud.ParseTime(date)
	if !ok {
		return nil, fault.New(fault.AuthHMACDate, nil, nil)
	}
	candidates := stringsToSign(r, a.headers)
	return &gateway.Credential{
		Hash: hash, MAC: a.mac(), At: at, Candidates: candidates, StringToSign: candidates[0],
	}, nil
}

func algorithm(name string) (crypto.Hash, bool) {
	switch name {
	case "HmacSHA256":
		return crypto.SHA256, true
	case "HmacSHA1":
		return crypto.SHA1, true
	default:
		return 0, false
	}
}

// covers says whether the request has each required header and the signature names it. Two are not to be named:
// Authorization cannot sign itself (the vendor's own sample requires it), and the date is signed always.
func (a *authorization) covers(r *gateway.Request, required []string) bool {
	return !slices.ContainsFunc(required, func(name string) bool {
		named := name == "authorization" || name == "x-nhn-date" || slices.Contains(a.headers, name)
		return !named || values(r, name) == nil
	})
}

// mac is empty for what is no signature: standard base64 with padding is the only notation.
func (a *authorization) mac() []byte {
	mac, err := base64.StdEncoding.Strict().DecodeString(a.signature)
	if err != nil || a.malformed {
		return []byte{}
	}
	return mac
}

// stringsToSign are the vendor's SignToString for each spelling of the target. A header that is named and not sent is left
// out; several values are joined (console guide, Cautions when generating SignToString).
func stringsToSign(r *gateway.Request, headers []string) []string {
	var tail strings.Builder
	tail.WriteString("\n" + value(r, dateHeader))
	for _, name := range headers {
		if sent := values(r, name); sent != nil {
			tail.WriteString("\n" + name + ":" + strings.Join(sent, ","))
		}
	}
	candidates := nhncloud.Targets(r)
	for i, target := range candidates {
		candidates[i] = strings.ToUpper(r.Method) + "\n" + target + tail.String()
	}
	return candidates
}
