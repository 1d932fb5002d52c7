package auth

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"log/slog"
	"slices"
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
	mac  hash.Hash
	text [1 << 10]byte // a piece: texts may be as long as bodies
	sum  []byte
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
	pool := s.pool(h)
	if pool == nil {
		return false
	}
	state := pool.Get().(*macState)
	defer pool.Put(state)
	return hmac.Equal(state.of(text), mac)
}

// Sum is the MAC of text; nil for a hash other than SHA-1 and SHA-256.
func (s *Secret) Sum(h crypto.Hash, text string) []byte {
	pool := s.pool(h)
	if pool == nil {
		return nil
	}
	state := pool.Get().(*macState)
	defer pool.Put(state)
	return slices.Clone(state.of(text))
}

func (s *Secret) pool(h crypto.Hash) *sync.Pool {
	switch h {
	case crypto.SHA1:
		return &s.sha1
	case crypto.SHA256:
		return &s.sha256
	default:
		return nil
	}
}

// of is valid until the state's next use.
func (m *macState) of(text string) []byte {
	m.mac.Reset()
	for text != "" {
		n := copy(m.text[:], text)
		m.mac.Write(m.text[:n])
		text = text[n:]
	}
	m.sum = m.mac.Sum(m.sum[:0])
	return m.sum
}

// String hides the secret.
func (*Secret) String() string { return masked }

// GoString hides the secret.
func (*Secret) GoString() string { return masked }

// LogValue hides the secret.
func (*Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalJSON hides the secret.
func (*Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }
