package dynamo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"postern/shared/auth"
	"postern/shared/aws/dynamo"
	"postern/shared/config"
)

// TestDataKey: one is made for a registry, and unwrapped once by each process, when a secret is needed.
func TestDataKey(t *testing.T) {
	s, r, _, keys := cached(t, shop())
	if keys.made != 1 || keys.got != 0 {
		t.Fatalf("to write, %d data keys were made and %d unwrapped, want 1 and none", keys.made, keys.got)
	}
	r.has(t, auth.KeyID("first"), true)
	if keys.got != 0 {
		t.Error("a data key was unwrapped for an API key")
	}
	s.ask()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if key, err := r.Key(t.Context(), "AK"); err != nil || len(key.Secrets) != 2 {
				t.Errorf("Key(AK) = %+v, %v", key, err)
			}
			if got, err := r.Secrets(t.Context(), []string{"hmac"}); err != nil || got["hmac"] != "hunter2-hmac" {
				t.Errorf("Secrets = %v, %v", got, err)
			}
		})
	}
	all.Wait()
	if keys.got != 1 {
		t.Errorf("the data key was unwrapped %d times, want once", keys.got)
	}
}

// TestDataKeyReads: the data key comes with what it sealed.
func TestDataKeyReads(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	var id string
	for key := range s.items {
		if strings.HasPrefix(key, "d#") && key != "d#current" {
			id = key
		}
	}
	r.has(t, "AK", true)
	s.wants(t, "an access key", "GetItem k#AK", "BatchGetItem a#shop "+id+" l#gold")
	s, r, _, _ = cached(t, shop())
	if _, err := r.Secrets(t.Context(), []string{"hmac", "other", "hmac"}); err != nil {
		t.Fatal(err)
	}
	s.wants(t, "secrets, cold", "BatchGetItem d#current s#hmac s#other")
	if _, err := r.Secrets(t.Context(), []string{"hmac"}); err != nil {
		t.Fatal(err)
	}
	s.wants(t, "secrets, warm", "BatchGetItem s#hmac")
}

// TestRotateDataKey: what was sealed before opens, what is sealed later has the new key.
func TestRotateDataKey(t *testing.T) {
	s, r, _, keys := cached(t, shop())
	if err := r.RotateDataKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := s.items["s#hmac"]["sealed"]
	r.apply(t, &config.Registry{Secrets: map[string]string{"new": "hunter2-new", "hmac": "hunter2-hmac"}})
	if got := s.items["s#hmac"]["sealed"]; fmt.Sprint(got) != fmt.Sprint(before) {
		t.Error("a secret that did not change was sealed again")
	}
	fresh := dynamo.NewRegistry(s.table(), dynamo.RegistryOptions{Keyring: keys})
	got, err := fresh.Secrets(t.Context(), []string{"new", "hmac"})
	if err != nil || got["new"] != "hunter2-new" || got["hmac"] != "hunter2-hmac" {
		t.Fatalf("Secrets = %v, %v", got, err)
	}
	if keys.made != 2 || len(s.sealedBy()) != 2 {
		t.Errorf("%d data keys were made and %d used, want 2", keys.made, len(s.sealedBy()))
	}
	if key, err := fresh.Key(t.Context(), "AK"); err != nil || len(key.Secrets) != 2 {
		t.Errorf("Key(AK) = %+v, %v", key, err)
	}
}

// sealedBy are the data keys of all ${secret:…}.
func (s *shelf) sealedBy() map[string]bool {
	ids := map[string]bool{}
	for key, item := range s.items {
		if strings.HasPrefix(key, "s#") {
			id, _, _ := strings.Cut(item["sealed"].(value)["S"].(string), ".")
			ids[id] = true
		}
	}
	return ids
}

// TestKeyringFails: a key that cannot be opened is an error, and is tried again.
func TestKeyringFails(t *testing.T) {
	s, r, _, keys := cached(t, shop())
	keys.fail = errors.New("AccessDeniedException")
	for range 2 {
		if key, err := r.Key(t.Context(), "AK"); !errors.Is(err, keys.fail) {
			t.Errorf("Key(AK) = %+v, %v, want %v", key, err, keys.fail)
		}
		if got, err := r.Secrets(t.Context(), []string{"hmac"}); !errors.Is(err, keys.fail) {
			t.Errorf("Secrets = %v, %v, want %v", got, err, keys.fail)
		}
		r.has(t, auth.KeyID("first"), true)
	}
	if keys.got < 4 {
		t.Errorf("the keyring was asked %d times, want each time", keys.got)
	}
	keys.fail = nil
	r.has(t, "AK", true)

	for name, wrong := range map[string]dynamo.Keyring{"none": nil, "another": newRing(t)} {
		other := dynamo.NewRegistry(s.table(), dynamo.RegistryOptions{Keyring: wrong})
		if key, err := other.Key(t.Context(), "AK"); err == nil || errors.Is(err, auth.ErrNoKey) {
			t.Errorf("with keyring %s: Key(AK) = %+v, %v, want an error", name, key, err)
		}
		if got, err := other.Secrets(t.Context(), []string{"none", "hmac"}); err == nil {
			t.Errorf("with keyring %s: Secrets = %v, want an error", name, got)
		}
		if got, err := other.Secrets(t.Context(), []string{"none"}); err != nil || len(got) > 0 {
			t.Errorf("with keyring %s: Secrets = %v, %v, want none", name, got, err)
		}
	}
}

// TestTampered: what was moved from its place, cut or changed does not open.
func TestTampered(t *testing.T) {
	for name, change := range map[string]func(s *shelf){
		"moved":       func(s *shelf) { s.items["s#hmac"]["sealed"] = s.items["s#other"]["sealed"] },
		"no base64":   func(s *shelf) { s.items["s#hmac"]["sealed"] = value{"S": dotted(s.items["s#hmac"]) + "!"} },
		"cut":         func(s *shelf) { s.items["s#hmac"]["sealed"] = value{"S": dotted(s.items["s#hmac"])[:20]} },
		"no text":     func(s *shelf) { delete(s.items["s#hmac"], "sealed") },
		"no data key": func(s *shelf) { s.items["s#hmac"]["sealed"] = value{"S": "AAAAAAAAAAA.aaaa"} },
	} {
		reg := shop()
		reg.Secrets["other"] = "hunter2-other"
		s, r, _, _ := cached(t, reg)
		change(s)
		got, err := r.Secrets(t.Context(), []string{"hmac"})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: Secrets = %v, %v, want an error", name, got, err)
		}
		if err != nil && !strings.Contains(err.Error(), "s#hmac") {
			t.Errorf("%s: %v, want it to name the secret", name, err)
		}
	}
}

func dotted(item value) string { return item["sealed"].(value)["S"].(string) }

// TestSecretsAreSealed: nothing that is stored, shown or said holds a secret or an API key.
func TestSecretsAreSealed(t *testing.T) {
	s := newShelf()
	r := registry(t, s.table(), dynamo.RegistryOptions{})
	reg := shop()
	reg.Apps[0].Keys[0] = config.Key{Name: "main", Primary: "hunter2primary", Secondary: "hunter2secondary"}
	r.apply(t, reg)
	shown, err := r.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, err := r.Key(t.Context(), "AK")
	if err != nil {
		t.Fatal(err)
	}
	for what, v := range map[string]any{"stored": s.text(), "shown": shown, "the registry": r.Registry, "the admin": r.Admin, "the key": key} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprintf("%v %+v %#v %s", v, v, v, data); strings.Contains(text, "hunter2") {
			t.Errorf("%s: %s", what, text)
		}
	}
	for _, bad := range []*config.Registry{
		{Secrets: map[string]string{"hmac": "sealed:hunter2"}},
		{Apps: []config.App{{Name: "x", Keys: []config.Key{{Primary: "hunter2primary"}}}}},
		{Apps: []config.App{{Name: "x", AccessKeys: []config.AccessKey{{ID: "AK", Secret: "hunter2"}}}}},
		{Apps: []config.App{{Name: "x", AccessKeys: []config.AccessKey{{ID: "hunter2 !", Secret: "hunter2"}}}}},
	} {
		if err := r.Apply(t.Context(), bad); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Apply = %v, want an error without secrets", err)
		}
	}
}
