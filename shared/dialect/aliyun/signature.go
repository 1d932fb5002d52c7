package aliyun

import (
	"crypto"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxKey is the length of the longest key that anybody has.
const maxKey = 200

// signature is what a route asks of AppKey signatures.
type signature struct {
	required    []string // headers that must be sent and signed
	hashes      []crypto.Hash
	quote       string
	requireTime bool
	base64      *base64.Encoding
}

// signatures compiles the reader of AppKey signatures (aliyun.md, 1).
func signatures(rules auth.Rules) (auth.Reader, error) {
	s := &signature{
		required: rules.RequireHeaders, hashes: rules.Hashes, quote: rules.Quote, requireTime: rules.RequireTime,
		base64: base64.StdEncoding.Strict(),
	}
	if len(s.hashes) == 0 {
		s.hashes = []crypto.Hash{crypto.SHA256}
	}
	for _, hash := range s.hashes {
		if hash != crypto.SHA256 && hash != crypto.SHA1 {
			return nil, fmt.Errorf("aliyun: no client signs with %v: use sha256 or sha1", hash)
		}
	}
	for _, name := range s.required {
		if lower := strings.ToLower(name); !isName(name) || !listable(lower) && !fixed(lower) {
			return nil, fmt.Errorf("aliyun: %q is not the name of a header that can be signed", name)
		}
	}
	if !slices.Contains([]string{"", "full", "path-only", "off"}, s.quote) {
		return nil, fmt.Errorf("aliyun: there is no quote %q: write full, path-only or off", s.quote)
	}
	return s.read, nil
}

func (s *signature) read(r *gateway.Request) (*gateway.Credential, error) {
	key, mac, err := s.claim(r)
	if err != nil {
		return nil, err
	}
	hash, err := s.hash(r)
	if err != nil {
		return nil, err
	}
	at, err := s.time(r)
	if err != nil {
		return nil, err
	}
	text, err := newStringToSign(r)
	if err != nil {
		return nil, err
	}
	if err := s.covers(r, text.headers); err != nil {
		return nil, err
	}
	c := &gateway.Credential{
		KeyID: key, Nonce: value(r, nonceHeader), Hash: hash, MAC: mac, At: at,
		Candidates: []string{text.canonical}, StringToSign: text.quoted(s.quote),
	}
	if text.choices != 0 {
		c.Others = text.others(key)
	}
	return c, nil
}

// claim is whose signature is sent, and the signature: empty for what is none. Standard base64 with padding is the only
// notation.
func (s *signature) claim(r *gateway.Request) (key string, mac []byte, err error) {
	if key, err = single(r, keyHeader); err != nil {
		return "", nil, err
	}
	text, err := single(r, signatureHeader)
	switch {
	case err != nil:
		return "", nil, err
	case key == "" && text == "":
		return "", nil, fault.New(fault.AuthHMACMissing, nil, auth.ErrAbsent)
	case key == "":
		return "", nil, required(keyHeader)
	case text == "":
		return "", nil, required(signatureHeader)
	case len(key) > maxKey:
		return "", nil, fault.New(fault.AuthHMACKey, nil, nil)
	}
	if mac, err = s.base64.DecodeString(text); err != nil {
		mac = []byte{}
	}
	return key, mac, nil
}

// hash is the one that the request names, by default SHA-256. Its name's case does not matter.
func (s *signature) hash(r *gateway.Request) (crypto.Hash, error) {
	name, err := single(r, methodHeader)
	if err != nil {
		return 0, err
	}
	var hash crypto.Hash
	switch {
	case name == "", strings.EqualFold(name, "HmacSHA256"):
		hash = crypto.SHA256
	case strings.EqualFold(name, "HmacSHA1"):
		hash = crypto.SHA1
	}
	if !slices.Contains(s.hashes, hash) {
		return 0, invalid(methodHeader, "unsupported")
	}
	return hash, nil
}

// time is the signed one, zero where none is sent. It is in milliseconds; with fewer than 13 digits it is read as seconds,
// as the vendor's open-source verifier does.
func (s *signature) time(r *gateway.Request) (time.Time, error) {
	text, err := single(r, timestampHeader)
	switch {
	case err != nil:
		return time.Time{}, err
	case text == "" && s.requireTime:
		return time.Time{}, required(timestampHeader)
	case text == "":
		return time.Time{}, nil
	}
	n, ok := number(text)
	switch {
	case !ok:
		return time.Time{}, invalid(timestampHeader, "not a millisecond timestamp")
	case len(text) < len("1525872629832"):
		return time.Unix(n, 0), nil
	}
	return time.UnixMilli(n), nil
}

func number(text string) (n int64, ok bool) {
	if len(text) > 18 {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(text[i]-'0')
	}
	return n, true
}

// covers refuses a request without one of the headers that must be sent and signed.
func (s *signature) covers(r *gateway.Request, signed []signedHeader) error {
	for _, name := range s.required {
		lower := strings.ToLower(name)
		listed := fixed(lower) || slices.ContainsFunc(signed, func(h signedHeader) bool { return h.lower == lower })
		switch {
		case value(r, name) == "":
			return required(name)
		case !listed:
			return invalid(listHeader, "without `"+name+"`")
		}
	}
	return nil
}

func required(header string) error {
	return fault.New(fault.RequestHeader, fault.Args{"name": header}, nil)
}

func invalid(header, problem string) error {
	return fault.New(fault.RequestField, fault.Args{"name": header, "problem": problem}, nil)
}
