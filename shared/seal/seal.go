// Package seal encrypts what is stored.
//
// It promises that what was sealed for one place opens there alone, unchanged, and that a key never shows itself. It imports
// the standard library alone.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
)

// Size of a key in bytes.
const Size = 32

var errOpen = errors.New("seal: this was not sealed with this key for this place, or was changed since")

// Key seals with AES-256-GCM. It is safe for concurrent use; New makes one.
type Key struct{ aead cipher.AEAD }

// New is the key of these 32 bytes.
func New(raw []byte) (*Key, error) {
	if len(raw) != Size {
		return nil, fmt.Errorf("seal: a key has %d bytes, not %d", Size, len(raw))
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return &Key{aead}, nil
}

// Raw is a fresh random key.
func Raw() []byte {
	raw := make([]byte, Size)
	rand.Read(raw)
	return raw
}

// Seal encrypts for a place, like the name of an entry. The same text never looks the same twice.
func (k *Key) Seal(place string, plain []byte) []byte {
	return k.aead.Seal(nil, nil, plain, []byte(place))
}

// Open is what was sealed for the place.
func (k *Key) Open(place string, sealed []byte) ([]byte, error) {
	plain, err := k.aead.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return nil, errOpen
	}
	return plain, nil
}

const masked = "***"

// String hides the key.
func (*Key) String() string { return masked }

// GoString hides the key.
func (*Key) GoString() string { return masked }

// LogValue hides the key.
func (*Key) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalJSON hides the key.
func (*Key) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }
