package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// KeyID is the id under which an API key is stored: its SHA-256 in base64url without padding.
func KeyID(value string) string {
	sum := sha256.Sum256([]byte(value))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Static is the Keys of a vendor whose requests name no key: the same one for every id.
type Static struct{ key Key }

// NewStatic has one key of one secret.
func NewStatic(secret string) *Static { return &Static{Key{Secrets: []*Secret{NewSecret(secret)}}} }

// Key implements Keys.
func (s *Static) Key(context.Context, string) (*Key, error) { return &s.key, nil }

// lookup finds a key, or ErrNoKey. A store that cannot say fails closed.
func lookup(ctx context.Context, keys Keys, id string) (*Key, error) {
	key, err := keys.Key(ctx, id)
	if err == nil || errors.Is(err, ErrNoKey) {
		return key, err
	}
	return nil, fault.Store(ctx, err)
}

// identify makes the key's app the caller. A key of no app says nothing about who calls.
func identify(x *gateway.Exchange, key *Key) {
	if key.App != "" {
		p := &gateway.Principal{App: key.App, KeyID: key.Name, Owner: key.Owner}
		if grant, ok := key.Grants[x.API.Name]; ok {
			p.Plan, p.Grant = grant.Plan, &grant
		}
		x.Principal = p
	}
}
