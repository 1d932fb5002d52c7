package storetest

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"reflect"
	"strings"

	"postern/shared/auth"
	"postern/shared/config"
)

// The SHA-256 of "abc" (FIPS 180-2, B.1).
const abcDigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func findsKeys(r *registry) {
	r.applyApps(
		app("shop", "first", "second"),
		app("blog", "sha256:"+abcDigest, ""),
		app("wiki", "sha256:"+strings.ToUpper(strings.Repeat("ab", 32)), ""),
		app("same", "both", "both"),
		config.App{Name: "keyless"},
	)
	r.owners(map[string]string{
		"first": "shop", "second": "shop", "abc": "blog", "both": "same",
		"third": "", "": "", abcDigest: "", "sha256:" + abcDigest: "", "FIRST": "",
	})
	key := r.find(auth.KeyID("second"))
	if key == nil || key.Name != "main" || key.App != "shop" || key.Inactive || key.Secrets != nil {
		r.Errorf("Key(second) = %+v, want main of shop, active, without secrets", key)
	}
	if want := map[string]auth.Grant{"orders": {Plan: "gold"}, "stock": {}}; !reflect.DeepEqual(key.Grants, want) {
		r.Errorf("its grants are %v, want %v", key.Grants, want)
	}
}

// nobody: whatever a client sends as the id of its key.
func nobody(r *registry) {
	r.applyApps(app("shop", "first", ""))
	for _, id := range []string{"", "first", "shop", "main", "a#shop", "#", " ", "\x00", "\xff", "日本", strings.Repeat("a", 3000), "../k"} {
		if key := r.find(id); key != nil {
			r.Errorf("Key(%.20q) = %+v, want none", id, key)
		}
	}
}

func merges(r *registry) {
	r.apply(&config.Registry{
		Secrets: map[string]string{"a": "1", "b": "2"}, Apps: []config.App{app("shop", "old-1", "old-2"), app("blog", "blog", "")},
	})
	r.apply(&config.Registry{
		Secrets: map[string]string{"b": "3", "c": ""}, Apps: []config.App{app("shop", "old-2", "new"), app("heir", "old-1", "")},
	})
	r.owners(map[string]string{"old-1": "heir", "old-2": "shop", "new": "shop", "blog": "blog"})
	r.known(map[string]string{"a": "1", "b": "3", "c": ""}, "a", "b", "c", "d")
}

func sameAgain(r *registry) {
	reg := &config.Registry{Secrets: map[string]string{"a": "1"}, Apps: []config.App{app("shop", "first", "second"), signer("s", "x", "y")}}
	for range 2 {
		r.apply(reg)
		r.owners(map[string]string{"first": "shop", "second": "shop"})
		r.signs("AK-s", "x", "y")
		r.known(map[string]string{"a": "1"}, "a")
	}
}

// keyMoves: from app to app within one change, whichever comes first, and back.
func keyMoves(r *registry) {
	r.applyApps(app("a", "first", ""), app("b", "second", ""))
	r.applyApps(app("a", "second", ""), app("b", "first", ""))
	r.owners(map[string]string{"first": "b", "second": "a"})
	r.applyApps(app("b", "third", ""), app("a", "second", "first"))
	r.owners(map[string]string{"first": "a", "second": "a", "third": "b"})
	r.applyApps(app("a", "second", ""))
	r.owners(map[string]string{"first": "", "second": "a"})
	r.applyApps(app("b", "first", "third"))
	r.owners(map[string]string{"first": "b", "third": "b"})
}

func refusesWhole(r *registry) {
	r.applyApps(app("shop", "taken", "abc"))
	for _, tt := range []struct {
		apps []config.App
		want string // in the error
	}{
		{[]config.App{app("x", "", "")}, "keys[0]: an empty key"},
		{[]config.App{app("x", "sha256:abcd", "")}, "keys[0]: no digest"},
		{[]config.App{app("x", "k1", "sha256:hunter2")}, "keys[0]: no digest"},
		{[]config.App{app("y", "hunter2", ""), app("x", "taken", "")}, `keys[0]: key "main" of app "shop" has the same value`},
		{[]config.App{app("x", "sha256:"+abcDigest, "")}, `keys[0]: key "main" of app "shop" has the same value`},
		{[]config.App{app("x", "hunter2", ""), app("y", "hunter2", "")}, `keys[0]: key "main" of app "x" has the same value`},
		{[]config.App{{Name: "x", Keys: []config.Key{
			{Name: "a", Primary: "hunter2"}, {Name: "b", Primary: "k", Secondary: "hunter2"},
		}}}, `keys[1]: key "a" of app "x" has the same value`},
		{[]config.App{app("x", "k1", ""), app("x", "k2", "")}, `apps[1].name: another app is called "x" too`},
	} {
		err := r.Apply(r.Context(), &config.Registry{Secrets: map[string]string{"s": "1"}, Apps: tt.apps})
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
			r.Errorf("Apply = %v, want %q and no key", err, tt.want)
		}
		r.owners(map[string]string{"taken": "shop", "abc": "shop", "k1": "", "hunter2": ""})
		r.known(map[string]string{}, "s")
	}
}

// signer is an app with an access key AK-<name>.
func signer(name, secret, secondary string) config.App {
	return config.App{
		Name: name, AccessKeys: []config.AccessKey{{ID: "AK-" + name, Secret: secret, Secondary: secondary}},
		Grants: map[string]config.Grant{"orders": {Plan: "gold"}},
	}
}

// signs wants these secrets, and no others, to sign for the access key; none: nobody has it.
func (r *registry) signs(id string, want ...string) {
	r.Helper()
	key := r.find(id)
	if key == nil {
		if len(want) > 0 {
			r.Errorf("nobody has the access key %s", id)
		}
		return
	}
	if len(key.Secrets) != len(want) {
		r.Errorf("the access key %s has %d secrets, want %d", id, len(key.Secrets), len(want))
	}
	for _, secret := range append(want, "hunter2") {
		mac, ok := hmac.New(sha256.New, []byte(secret)), false
		mac.Write([]byte("text"))
		for _, live := range key.Secrets {
			ok = ok || live.Verify(crypto.SHA256, "text", mac.Sum(nil))
		}
		if ok != (secret != "hunter2") {
			r.Errorf("the secret %q signs for %s: %v", secret, id, ok)
		}
	}
}

// many: more than a store takes in one call.
func many(r *registry) {
	all, names := map[string]string{}, []string(nil)
	for i := range 101 {
		name := fmt.Sprint("s", i)
		all[name], names = fmt.Sprint("value ", i), append(names, name)
	}
	r.apply(&config.Registry{Secrets: all})
	r.known(all, names...)
}
