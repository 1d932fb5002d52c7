package auth_test

import (
	"crypto"
	"errors"
	"reflect"
	"testing"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// The digest is that of FIPS 180-2, B.1, in base64url without padding.
func TestKeyID(t *testing.T) {
	if got, want := auth.KeyID("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"; got != want {
		t.Errorf("KeyID(abc) = %q, want %q", got, want)
	}
}

func TestVerifyAPIKey(t *testing.T) {
	granted := map[string]auth.Grant{"orders": {Plan: "gold"}, "other": {}}
	store := keys{byID: map[string]*auth.Key{
		auth.KeyID("good"):        {Name: "main", App: "shop", Grants: granted},
		auth.KeyID("planless"):    {Name: "free", App: "shop", Grants: map[string]auth.Grant{"orders": {}}},
		auth.KeyID("off"):         {Name: "old", App: "shop", Grants: granted, Inactive: true},
		auth.KeyID("foreign"):     {Name: "main", App: "blog", Grants: map[string]auth.Grant{"other": {Plan: "gold"}}},
		auth.KeyID("off-foreign"): {Name: "old", App: "blog", Inactive: true},
		"good":                    {Name: "raw", App: "raw", Grants: granted},
	}}
	for _, tt := range []struct {
		name, value string
		store       keys
		want        fault.Kind
		principal   *gateway.Principal
	}{
		{name: "granted", value: "good", store: store, principal: &gateway.Principal{App: "shop", KeyID: "main", Plan: "gold", Grant: &auth.Grant{Plan: "gold"}}},
		{name: "no plan", value: "planless", store: store, principal: &gateway.Principal{App: "shop", KeyID: "free", Grant: &auth.Grant{}}},
		{name: "inactive", value: "off", store: store, want: fault.AuthKeyInactive},
		{name: "not granted this API", value: "foreign", store: store, want: fault.AuthKeyUnknown},
		{name: "inactive and not granted", value: "off-foreign", store: store, want: fault.AuthKeyInactive},
		{name: "unknown", value: "guess", store: store, want: fault.AuthKeyUnknown},
		{name: "empty", value: "", store: store, want: fault.AuthKeyUnknown},
		{name: "the id of a key", value: auth.KeyID("good"), store: store, want: fault.AuthKeyUnknown},
		{name: "store down", value: "good", store: keys{err: errors.New("down")}, want: fault.InternalStore},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(&gateway.Credential{APIKey: tt.value})
			if got := run(x, auth.VerifyAPIKey(0, tt.store)); got != tt.want {
				t.Errorf("api-key = %q, want %q", got, tt.want)
			}
			if !reflect.DeepEqual(x.Principal, tt.principal) || x.Store.Reads() != 1 {
				t.Errorf("principal = %+v, store calls %d, want %+v, 1", x.Principal, x.Store.Reads(), tt.principal)
			}
		})
	}
}

// Whoever an API key has named stays the caller when a signature without an app is verified as well.
func TestTheCallerIsNotForgotten(t *testing.T) {
	key := &auth.Key{Name: "main", App: "shop", Grants: map[string]auth.Grant{"orders": {}}}
	store := keys{byID: map[string]*auth.Key{auth.KeyID("good"): key}}
	x := exchange(&gateway.Credential{APIKey: "good"}, signed(crypto.SHA256, fromBase64(t, n2MAC), n2))
	steps := append([]gateway.Step{auth.VerifyAPIKey(0, store)}, auth.NewHMAC(1, auth.NewStatic(nhnSecret), 0).Steps()...)
	if got := run(x, steps...); got != "" || x.Principal == nil || x.Principal.App != "shop" {
		t.Errorf("api-key and hmac = %q, principal %+v, want the API key's app", got, x.Principal)
	}
}
