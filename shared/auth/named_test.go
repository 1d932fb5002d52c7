package auth_test

import (
	"crypto"
	"errors"
	"slices"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// TestNamedKeys: the vector N2, with a key that the request names.
func TestNamedKeys(t *testing.T) {
	secrets := []*auth.Secret{auth.NewSecret("other"), auth.NewSecret(nhnSecret)}
	grants := map[string]auth.Grant{"orders": {Plan: "gold", Routes: []string{"a"}}}
	store := keys{byID: map[string]*auth.Key{
		"good":     {Name: "good", App: "shop", Owner: "acme", Secrets: secrets, Grants: grants},
		"off":      {Name: "off", App: "shop", Secrets: secrets, Inactive: true},
		"api-key":  {Name: "main", App: "shop", Grants: grants},
		"nobody's": {Name: "static", Secrets: secrets},
	}}
	mac := fromBase64(t, n2MAC)
	names := []string{"hmac.key", "hmac.clock", "hmac.verify"}
	for _, tt := range []struct {
		name, id, mac, text string
		at                  time.Time
		store               keys
		want                fault.Kind
		step                string // that refuses
	}{
		{name: "good", id: "good", store: store},
		{name: "good, of nobody", id: "nobody's", store: store},
		{name: "no signed time", id: "good", at: time.Time{}, store: store},
		{name: "unknown", id: "none", store: store, want: fault.AuthHMACKey, step: "hmac.key"},
		{name: "unknown, and late", id: "none", at: now().Add(-time.Hour), store: store, want: fault.AuthHMACKey, step: "hmac.key"},
		{name: "switched off", id: "off", store: store, want: fault.AuthHMACKey, step: "hmac.key"},
		{name: "no secret of its own", id: "api-key", store: store, want: fault.AuthHMACKey, step: "hmac.key"},
		{name: "late", id: "good", at: now().Add(-time.Minute - 1), text: "x", store: store, want: fault.AuthHMACExpired, step: "hmac.clock"},
		{name: "early", id: "good", at: now().Add(time.Minute + 1), store: store, want: fault.AuthHMACExpired, step: "hmac.clock"},
		{name: "just late", id: "good", at: now().Add(-time.Minute), store: store},
		{name: "another text", id: "good", text: "x", store: store, want: fault.AuthHMACMismatch, step: "hmac.verify"},
		{name: "down", id: "good", store: keys{err: errors.New("down")}, want: fault.InternalStore, step: "hmac.key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := signed(crypto.SHA256, mac, n2)
			c.KeyID, c.At, c.StringToSign = tt.id, tt.at, "as quoted"
			if tt.text != "" {
				c.Candidates = []string{tt.text}
			}
			h := auth.NewHMAC(0, tt.store, time.Minute)
			h.Named = true
			x, refusing := exchange(c), ""
			var err error
			for _, name := range names {
				steps := h.Steps()
				s := steps[slices.IndexFunc(steps, func(s gateway.Step) bool { return s.Name == name })]
				if err = s.Run(t.Context(), x); err != nil {
					refusing = name
					break
				}
			}
			if kind(err) != tt.want || refusing != tt.step {
				t.Fatalf("refused with %v by %q, want %q by %q", err, refusing, tt.want, tt.step)
			}
			if tt.want == fault.AuthHMACMismatch && fault.From(err).Args["string-to-sign"] != "as quoted" {
				t.Errorf("arguments %v, want the string to sign", fault.From(err).Args)
			}
			if tt.want != "" && x.Principal != nil {
				t.Errorf("refused, but the principal is %+v", x.Principal)
			}
			if tt.want == "" && tt.id == "good" && (x.Principal == nil || x.Principal.Owner != "acme" || x.Principal.Grant.Routes[0] != "a" || x.Principal.Plan != "gold") {
				t.Errorf("principal %+v, want shop of acme, with its grant", x.Principal)
			}
		})
	}
}

// A request that names no key by its scheme has nothing to look up.
func TestNamedKeysOfAnotherScheme(t *testing.T) {
	h := auth.NewHMAC(0, keys{err: errors.New("down")}, time.Minute)
	h.Named = true
	for _, s := range h.Steps() {
		if got := run(exchange(nil), s); got != "" {
			t.Errorf("%s with another scheme = %q, want it to pass", s.Name, got)
		}
		if got := run(exchange(), s); got != fault.Internal {
			t.Errorf("%s with nothing read = %q, want %s", s.Name, got, fault.Internal)
		}
	}
	unsigned := &gateway.Credential{KeyID: "good"}
	steps := h.Steps()
	verify := steps[slices.IndexFunc(steps, func(s gateway.Step) bool { return s.Name == "hmac.verify" })]
	if got := run(exchange(unsigned), verify); got != fault.AuthHMACMissing {
		t.Errorf("no signature = %q, want %s", got, fault.AuthHMACMissing)
	}
	for _, s := range auth.NewHMAC(0, keys{}, 0).Steps() {
		if s.Name == "hmac.key" {
			t.Error("a vendor whose requests name no key has the step hmac.key")
		}
	}
}
