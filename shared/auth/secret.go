package auth

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"log/slog"
	"sync"
)

// masked is all that a Secret ever shows.
const masked = "***"

// Secret is a shared secret, ready to make MACs. It is safe for concurrent use and never prints itself: no field holds the
// bytes. NewSecret makes one.
type Secret struct {
	sha1, sha256 sync.Pool // of *macState
}

// macState is a keyed MAC and its buffers: making one anew costs more than the MAC of a short text.
type macState struct {
	mac       hash.Hash
	text, sum []byte
}

// NewSecret is a secret of the bytes of value.
func NewSecret(value string) *Secret {
	key := []byte(value)
	s := &Secret{}
	s.sha1.New = func() any { return &macState{mac: hmac.New(sha1.New, key)} }
	s.sha256.New = func() any { return &macState{mac: hmac.New(sha256.New, key)} }
	return s
}

// Verify compares mac with that of text in constant time. A MAC that is cut or too long is none, and neither is one of a
// hash other than SHA-1 and SHA-256.
func (s *Secret) Verify(h crypto.Hash, text string, mac []byte) bool {
	var pool *sync.Pool
	switch h {
	case crypto.SHA1:
		pool = &s.sha1
	case crypto.SHA256:
		pool = &s.sha256
	default:
		return false
	}
	state := pool.Get().(*macState)
	defer pool.Put(state)
	state.text = append(state.text[:0], text...)
	state.mac.Reset()
	state.mac.Write(state.text)
	state.sum = state.mac.Sum(state.sum[:0])
	return hmac.Equal(state.sum, mac)
}

// String hides the secret.
func (*Secret) String() string { return masked }

// GoString hides the secret.
func (*Secret) GoString() string { return masked }

// LogValue hides the secret.
func (*Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalJSON hides the secret.
func (*Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }
