package auth_test

import (
	"errors"
	"testing"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// reads gives c, or refuses with k; absent as its cause when absent is true.
func reads(c *gateway.Credential, k fault.Kind, absent bool) auth.Reader {
	return func(*gateway.Request) (*gateway.Credential, error) {
		switch {
		case absent:
			return nil, fault.New(k, nil, auth.ErrAbsent)
		case k != "":
			return nil, fault.New(k, nil, errors.New("bad format"))
		default:
			return c, nil
		}
	}
}

func TestReadTakesTheFirstSchemeInUse(t *testing.T) {
	signature, token := &gateway.Credential{MAC: []byte{1}}, &gateway.Credential{Token: "t"}
	hmac, jwt := reads(signature, "", false), reads(token, "", false)
	noHMAC, noJWT := reads(nil, fault.AuthHMACMissing, true), reads(nil, fault.AuthJWTMissing, true)
	badHMAC, badJWT := reads(nil, fault.AuthHMACDate, false), reads(nil, fault.AuthJWTScheme, false)
	for _, tt := range []struct {
		name   string
		first  auth.Reader
		second auth.Reader
		want   fault.Kind
		slots  [2]*gateway.Credential
	}{
		{name: "both", first: hmac, second: jwt, slots: [2]*gateway.Credential{signature, nil}},
		{name: "the second", first: noHMAC, second: jwt, slots: [2]*gateway.Credential{nil, token}},
		{name: "none", first: noHMAC, second: noJWT, want: fault.AuthHMACMissing},
		{name: "a bad first ends it", first: badHMAC, second: jwt, want: fault.AuthHMACDate},
		{name: "a bad second", first: noHMAC, second: badJWT, want: fault.AuthJWTScheme},
		{name: "a bad second is not looked at", first: hmac, second: badJWT, slots: [2]*gateway.Credential{signature, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange()
			step := auth.Read("hmac.read", auth.Member{Slot: 0, Read: tt.first}, auth.Member{Slot: 1, Read: tt.second})
			if !step.Again || step.Name != "hmac.read" {
				t.Errorf("Read = step %q, Again %v, want hmac.read, true", step.Name, step.Again)
			}
			if got := run(x, step); got != tt.want {
				t.Fatalf("read = %q, want %q", got, tt.want)
			}
			if tt.want == "" && (len(x.Credentials) != 2 || [2]*gateway.Credential(x.Credentials) != tt.slots) {
				t.Errorf("Credentials = %v, want %v", x.Credentials, tt.slots)
			}
		})
	}
}

func TestReadKeepsOtherSlots(t *testing.T) {
	token, key := &gateway.Credential{Token: "t"}, &gateway.Credential{APIKey: "k"}
	x := exchange()
	got := run(x,
		auth.Read("api-key.read", auth.Member{Slot: 1, Read: reads(key, "", false)}),
		auth.Read("jwt.read", auth.Member{Slot: 0, Read: reads(token, "", false)}))
	if got != "" || len(x.Credentials) != 2 || x.Credentials[0] != token || x.Credentials[1] != key {
		t.Errorf("Credentials = %v (%q), want the token and the key", x.Credentials, got)
	}
}

// verifiers are one step of each scheme, over the slot.
func verifiers(t *testing.T, slot int) []gateway.Step {
	t.Helper()
	return append(auth.NewHMAC(slot, auth.NewStatic("test"), 1).Steps(),
		hs256(t, "secret", auth.TokenRules{}).Step(slot), auth.VerifyAPIKey(slot, keys{}))
}

func TestStepsOfSchemesNotInUsePass(t *testing.T) {
	for _, s := range verifiers(t, 0) {
		x := exchange(nil)
		if got := run(x, s); got != "" || x.Principal != nil || x.Store.Reads() != 0 {
			t.Errorf("%s of no credential = %q, principal %v, want a pass", s.Name, got, x.Principal)
		}
	}
}

func TestStepsFailClosedBeforeTheRead(t *testing.T) {
	for _, s := range verifiers(t, 1) {
		if got := run(exchange(nil), s); got != fault.Internal {
			t.Errorf("%s of an unread credential = %q, want %q", s.Name, got, fault.Internal)
		}
	}
}

// A request that uses no member of a group with an optional one passes, and verifies nothing. What is sent must still be sound.
func TestReadOptional(t *testing.T) {
	token := &gateway.Credential{Token: "t"}
	for _, tt := range []struct {
		name string
		read auth.Reader
		want fault.Kind
		slot *gateway.Credential
	}{
		{"none", reads(nil, fault.AuthJWTMissing, true), "", nil},
		{"one", reads(token, "", false), "", token},
		{"a bad one", reads(nil, fault.AuthJWTScheme, false), fault.AuthJWTScheme, nil},
	} {
		x := exchange()
		got := run(x, auth.Read("jwt.read", auth.Member{Slot: 1, Read: tt.read, Optional: true}))
		if got != tt.want || tt.want == "" && (len(x.Credentials) != 2 || x.Credentials[1] != tt.slot) {
			t.Errorf("%s: read = %q, credentials %v, want %q and %v", tt.name, got, x.Credentials, tt.want, tt.slot)
		}
	}
}
