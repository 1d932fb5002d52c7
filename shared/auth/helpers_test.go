package auth_test

import (
	"context"
	"crypto"
	"encoding/base64"
	"encoding/hex"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/meter"
)

// now is the time of every request whose test does not say otherwise.
func now() time.Time { return time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC) }

// exchange is a request to the API "orders" with these credentials read.
func exchange(credentials ...*gateway.Credential) *gateway.Exchange {
	return &gateway.Exchange{
		Request: &gateway.Request{Received: now()}, API: &gateway.API{Name: "orders"}, Credentials: credentials,
	}
}

// kind is the fault's kind, "" for none.
func kind(err error) fault.Kind {
	if err == nil {
		return ""
	}
	return fault.From(err).Kind
}

// run runs steps until one refuses.
func run(x *gateway.Exchange, steps ...gateway.Step) fault.Kind {
	for _, s := range steps {
		if err := s.Run(meter.With(context.Background(), &x.Store), x); err != nil {
			return kind(err)
		}
	}
	return ""
}

// keys is a store in a map; err makes it fail.
type keys struct {
	byID map[string]*auth.Key
	err  error
}

func (k keys) Key(ctx context.Context, id string) (*auth.Key, error) {
	meter.Read(ctx)
	if k.err != nil {
		return nil, k.err
	}
	if key := k.byID[id]; key != nil {
		return key, nil
	}
	return nil, auth.ErrNoKey
}

func fromBase64(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func fromHex(t *testing.T, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// signed is a credential over one text.
func signed(h crypto.Hash, mac []byte, text string) *gateway.Credential {
	return &gateway.Credential{Hash: h, MAC: mac, At: now(), Candidates: []string{text}}
}
