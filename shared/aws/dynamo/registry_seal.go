package dynamo

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/seal"
)

// Keyring makes and opens data keys, which seal the secrets of a registry.
type Keyring interface {
	// NewKey is a fresh data key of 32 bytes, and the same one wrapped.
	NewKey(ctx context.Context) (key, wrapped []byte, err error)
	// Unwrap is the data key of a wrapped one.
	Unwrap(ctx context.Context, wrapped []byte) (key []byte, err error)
}

var (
	errNoKeyring = errors.New("there is no key for the registry's secrets: name a KMS key or a key file")
	errNoDataKey = errors.New("its data key is not in the registry")
)

// dataKeys are those of a registry, each unwrapped once, when a secret needs it. A sealed text is the id of its data key, a
// dot, and base64url.
type dataKeys struct {
	t    *Table
	ring Keyring

	mu      sync.Mutex
	wrapped map[string][]byte
	opened  map[string]*seal.Key
	opening flights[*seal.Key]
}

func newDataKeys(t *Table, ring Keyring) *dataKeys {
	return &dataKeys{t: t, ring: ring, wrapped: map[string][]byte{}, opened: map[string]*seal.Key{}}
}

// add takes the data key of an item that was read.
func (d *dataKeys) add(i item) {
	if wrapped, ok := i[wrappedAttribute].(*types.AttributeValueMemberB); ok {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.wrapped[textOf(i[idAttribute])] = wrapped.Value
	}
}

func (d *dataKeys) get(id string) (key *seal.Key, wrapped []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.opened[id], d.wrapped[id]
}

// known says that the data key need not be read.
func (d *dataKeys) known(id string) bool {
	_, wrapped := d.get(id)
	return wrapped != nil
}

func (d *dataKeys) none() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.wrapped) == 0
}

// key is the data key of this id.
func (d *dataKeys) key(ctx context.Context, id string) (*seal.Key, error) {
	if key, _ := d.get(id); key != nil {
		return key, nil
	}
	return d.opening.do(ctx, id, func(ctx context.Context) (*seal.Key, error) {
		key, wrapped := d.get(id)
		if key != nil {
			return key, nil
		}
		if d.ring == nil {
			return nil, errNoKeyring
		}
		if wrapped == nil {
			found, err := d.t.get(ctx, dataKeyPrefix+id, true)
			if err != nil {
				return nil, err
			}
			d.add(found)
			if _, wrapped = d.get(id); wrapped == nil {
				return nil, errNoDataKey
			}
		}
		raw, err := d.ring.Unwrap(ctx, wrapped)
		if err != nil {
			return nil, err
		}
		return d.remember(id, raw)
	})
}

func (d *dataKeys) remember(id string, raw []byte) (*seal.Key, error) {
	key, err := seal.New(raw)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened[id] = key
	return key, nil
}

// open is what was sealed for a place.
func (d *dataKeys) open(ctx context.Context, place, sealed string) (string, error) {
	id, coded, _ := strings.Cut(sealed, ".")
	key, err := d.key(ctx, id)
	if err != nil {
		return "", fmt.Errorf("%s: %w", place, err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(coded)
	if err != nil {
		return "", fmt.Errorf("%s: what is sealed there is no base64", place)
	}
	plain, err := key.Open(place, raw)
	if err != nil {
		return "", fmt.Errorf("%s: %w", place, err)
	}
	return string(plain), nil
}

// dataKeyOf is the id of the data key that sealed a text.
func dataKeyOf(sealed string) string {
	id, _, _ := strings.Cut(sealed, ".")
	return id
}
