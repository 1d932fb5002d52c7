package operate

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"

	"postern/shared/config"
)

// Memory is a registry in the process, for tests and tries: it ends with it. It shows secrets as a table does. It is safe
// for concurrent use; NewMemory makes one.
type Memory struct {
	mu   sync.Mutex
	reg  *config.Registry // API keys as digests, secrets as they are
	salt []byte           // of the tags
}

// NewMemory is an empty registry.
func NewMemory() *Memory {
	return &Memory{reg: &config.Registry{Version: 1}, salt: []byte(rand.Text())}
}

var _ Store = (*Memory)(nil)

// Read implements Store.
func (m *Memory) Read(context.Context) (*config.Registry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.show()
}

// Change implements Store.
func (m *Memory) Change(_ context.Context, edit func(*config.Registry) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	next, err := m.show()
	if err != nil {
		return err
	}
	if err := edit(next); err != nil {
		return err
	}
	opened, err := m.opened(next)
	if err == nil {
		m.reg = opened
	}
	return err
}

// Diff implements Store.
func (m *Memory) Diff(_ context.Context, reg *config.Registry) ([]Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	opened, err := m.opened(reg)
	if err != nil {
		return nil, err
	}
	return Differing(m.reg, opened), nil
}

// show is the registry with tags in the place of secrets.
func (m *Memory) show() (*config.Registry, error) {
	out, err := Clone(m.reg)
	if err != nil {
		return nil, err
	}
	m.each(out, func(place string, secret *string, _ ...string) { *secret = m.tag(place, *secret) })
	return out, nil
}

// opened is a registry with secrets in the place of tags, and digests in the place of API keys.
func (m *Memory) opened(reg *config.Registry) (*config.Registry, error) {
	out, err := Clone(reg)
	if err != nil {
		return nil, err
	}
	var unknown error
	m.each(out, func(place string, secret *string, known ...string) {
		if !strings.HasPrefix(*secret, config.Sealed) {
			return
		}
		for _, old := range known {
			if m.tag(place, old) == *secret {
				*secret = old
				return
			}
		}
		unknown = fmt.Errorf("the secret that sealed: and its tag stand for is not here: give its value, or: %w", ErrChanged)
	})
	for i := range out.Apps {
		for j := range out.Apps[i].Keys {
			k := &out.Apps[i].Keys[j]
			k.Primary, k.Secondary = Digest(k.Primary), Digest(k.Secondary)
		}
	}
	return out, unknown
}

// each calls do for every secret of a registry, with those that are kept in its place.
func (m *Memory) each(reg *config.Registry, do func(place string, secret *string, known ...string)) {
	for name, value := range reg.Secrets {
		do("s#"+name, &value, m.reg.Secrets[name])
		reg.Secrets[name] = value
	}
	for i := range reg.Apps {
		app := &reg.Apps[i]
		kept := FindApp(m.reg, app.Name)
		for j := range app.AccessKeys {
			k := &app.AccessKeys[j]
			var known []string
			if kept != nil {
				for _, old := range kept.AccessKeys {
					if old.ID == k.ID {
						known = []string{old.Secret, old.Secondary}
					}
				}
			}
			place := "a#" + app.Name + "#" + k.ID
			do(place, &k.Secret, known...)
			do(place, &k.Secondary, known...)
		}
	}
}

// tag stands for a secret in a place; "": for none.
func (m *Memory) tag(place, secret string) string {
	if secret == "" {
		return ""
	}
	mac := hmac.New(sha256.New, m.salt)
	mac.Write([]byte(place + "\x00" + secret))
	return config.Sealed + hex.EncodeToString(mac.Sum(nil)[:8])
}
