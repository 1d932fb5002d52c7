package kms

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"postern/shared/seal"
)

// KeyFile wraps data keys by a key in a file. It is safe for concurrent use; OpenFile makes one.
type KeyFile struct{ key *seal.Key }

// place is where its data keys are sealed for.
const place = "data key"

// OpenFile reads a key file: 32 bytes in base64, which nobody but its owner may read or write.
func OpenFile(path string) (*KeyFile, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no key file %s: openssl rand -base64 32 makes what it holds", path)
	} else if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return nil, fmt.Errorf("others may use the key file %s (mode %04o): chmod 600 %s", path, info.Mode().Perm(), path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(data)))
	if err != nil || len(raw) != seal.Size {
		return nil, fmt.Errorf("the key file %s does not hold %d bytes in base64: openssl rand -base64 %[2]d makes them",
			path, seal.Size)
	}
	key, err := seal.New(raw)
	if err != nil {
		return nil, err
	}
	return &KeyFile{key}, nil
}

// CreateFile writes a fresh key file. One that is there stays, with an error.
func CreateFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	_, err = fmt.Fprintln(f, base64.StdEncoding.EncodeToString(seal.Raw()))
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	return nil
}

// NewKey is a fresh data key of 32 bytes, and the same one wrapped.
func (k *KeyFile) NewKey(context.Context) (key, wrapped []byte, err error) {
	key = seal.Raw()
	return key, k.key.Seal(place, key), nil
}

// Unwrap is the data key of a wrapped one.
func (k *KeyFile) Unwrap(_ context.Context, wrapped []byte) ([]byte, error) {
	key, err := k.key.Open(place, wrapped)
	if err != nil {
		return nil, fmt.Errorf("this key file is not the one that the table's data key was wrapped with: %w", err)
	}
	return key, nil
}
