package dynamo_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/aws/dynamo"
	"postern/shared/config"
)

// written are the writes that the shelf was asked for, as "op key".
func (s *shelf) written() (writes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.asked {
		switch q.op {
		case "PutItem":
			writes = append(writes, "put "+keyOf(q.Item))
		case "DeleteItem":
			writes = append(writes, "delete "+keyOf(q.Key))
		}
	}
	s.asked = nil
	return writes
}

func (s *shelf) wrote(t *testing.T, when string, want ...string) {
	t.Helper()
	if got := s.written(); !reflect.DeepEqual(got, want) {
		t.Errorf("%s: written was\n%q, want\n%q", when, got, want)
	}
}

func api(value string) string { return "k#" + auth.KeyID(value) }

// TestApplyWrites what differs alone, and what leads to an app before it, what is lost after it.
func TestApplyWrites(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	r.apply(t, shop())
	s.wrote(t, "the same again")
	changed := shop()
	changed.Plans["gold"] = config.Plan{Rate: config.Rate{N: 6, Per: time.Second}}
	r.apply(t, changed)
	s.wrote(t, "a plan", "put l#gold")
	changed.Secrets["hmac"] = "another"
	r.apply(t, changed)
	s.wrote(t, "a secret", "put s#hmac")
	changed.Apps[0].Flags = []config.Flag{config.Disabled}
	r.apply(t, changed)
	s.wrote(t, "a flag", "put a#shop")
	changed.Apps[0].Keys[0].Primary = "third"
	r.apply(t, changed)
	s.wrote(t, "a key", "put "+api("third"), "put a#shop", "delete "+api("first"))
	changed.Apps[0].Keys[0].Primary, changed.Apps[0].Keys[0].Secondary = "second", "third"
	r.apply(t, changed)
	s.wrote(t, "keys the other way round", "put a#shop")
	changed.Apps[0].Grants["orders"] = config.Grant{Plan: "none"}
	r.apply(t, changed)
	s.wrote(t, "another plan", "put "+api("second"), "put "+api("third"), "put k#AK", "put a#shop")
	heir := config.App{Name: "heir", Keys: []config.Key{{Name: "k", Primary: "second"}}}
	changed.Apps[0].Keys[0].Primary = "fourth"
	changed.Apps = append(changed.Apps, heir)
	r.apply(t, changed)
	s.wrote(t, "a key that moves", "put "+api("fourth"), "put a#shop", "put "+api("second"), "put a#heir")
	if err := r.Remove(t.Context(), "app", "shop"); err != nil {
		t.Fatal(err)
	}
	s.wrote(t, "an app that goes", "delete a#shop", "delete "+api("fourth"), "delete "+api("third"), "delete k#AK")
}

func TestDiff(t *testing.T) {
	s, r, _, _ := cached(t, &config.Registry{Apps: []config.App{{Name: "old"}}})
	next := shop()
	next.Apps = append(next.Apps, config.App{Name: "old", Flags: []config.Flag{config.Disabled}})
	next.Secrets["a"] = "1"
	want := []dynamo.Change{
		{Kind: "plan", Name: "gold", Act: "add"},
		{Kind: "secret", Name: "a", Act: "add"},
		{Kind: "secret", Name: "hmac", Act: "add"},
		{Kind: "app", Name: "shop", Act: "add"},
		{Kind: "app", Name: "old", Act: "change"},
	}
	if got, err := r.Diff(t.Context(), next); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Diff = %v, %v, want %v", got, err, want)
	}
	s.wrote(t, "to compare")
	r.apply(t, next)
	if got, err := r.Diff(t.Context(), next); err != nil || got != nil {
		t.Errorf("Diff of what is there = %v, %v, want none", got, err)
	}
	next.Secrets["a"] = "2"
	next.Apps[0].AccessKeys[0].Secondary = "another"
	want = []dynamo.Change{{Kind: "secret", Name: "a", Act: "change"}, {Kind: "app", Name: "shop", Act: "change"}}
	if got, err := r.Diff(t.Context(), next); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Diff = %v, %v, want %v", got, err, want)
	}
	next.Apps[1].Name = "shop"
	if got, err := r.Diff(t.Context(), next); err == nil {
		t.Errorf("Diff of what cannot be applied = %v, want an error", got)
	}
}

// TestRead: what is shown says everything but secrets, is a sound registry, and changes nothing when it is applied.
func TestRead(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	r.apply(t, &config.Registry{Apps: []config.App{{Name: "a b", Flags: []config.Flag{config.Disabled}}}})
	s.items["p#someone"] = value{"pk": value{"S": "p#someone"}, "bal": value{"N": "7"}} // a balance, none of ours
	got, err := r.Read(t.Context())
	if err != nil || len(got.Apps) != 2 || got.Version != 1 {
		t.Fatalf("Read = %+v, %v", got, err)
	}
	app := got.Apps[1]
	// printf first | sha256sum, printf second | sha256sum
	if want := []config.Key{{
		Name:    "main",
		Primary: "sha256:a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e", Secondary: "sha256:16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4",
	}}; !reflect.DeepEqual(app.Keys, want) {
		t.Errorf("its keys are shown as %v, want %v", app.Keys, want)
	}
	if got.Apps[0].Name != "a b" || !reflect.DeepEqual(app.Grants, map[string]config.Grant{"orders": {Plan: "gold"}}) || !reflect.DeepEqual(got.Plans, shop().Plans) {
		t.Errorf("Read = %+v, want the apps by name, with their grants and plans", got)
	}
	tags := []string{got.Secrets["hmac"], app.AccessKeys[0].Secret, app.AccessKeys[0].Secondary}
	for i, tag := range tags {
		if !strings.HasPrefix(tag, "sealed:") || slices.Contains(tags[:i], tag) {
			t.Errorf("the secrets are shown as %q, want a tag each", tags)
		}
	}
	if problems := config.CheckRegistry(got, nil); len(problems) > 0 {
		t.Errorf("what is shown is not sound: %v", problems)
	}
	s.ask()
	r.apply(t, got)
	s.wrote(t, "what was read, applied")
}

// TestTags: a stored secret goes from place to place of its access key, and nowhere else.
func TestTags(t *testing.T) {
	_, r, _, _ := cached(t, shop())
	edit := func(change func(*config.AccessKey)) error {
		return r.Change(t.Context(), func(reg *config.Registry) error {
			change(&reg.Apps[0].AccessKeys[0])
			return nil
		})
	}
	var tag string
	if err := edit(func(k *config.AccessKey) {
		tag = k.Secret
		k.Secret, k.Secondary = "hunter2-three", k.Secret
	}); err != nil {
		t.Fatal(err)
	}
	fresh := dynamo.NewRegistry(r.table, dynamo.RegistryOptions{Keyring: r.ring})
	if key, err := fresh.Key(t.Context(), "AK"); err != nil || !signs(key, "hunter2-three") || !signs(key, "hunter2-one") || signs(key, "hunter2-two") {
		t.Errorf("after a rotation the key has other secrets than the new and the first one: %v", err)
	}
	for name, change := range map[string]func(*config.AccessKey){
		"of nothing":     func(k *config.AccessKey) { k.Secret = "sealed:0123456789abcdef" },
		"of another key": func(k *config.AccessKey) { k.ID = "AK-2" },
	} {
		if err := edit(change); !errors.Is(err, dynamo.ErrChanged) {
			t.Errorf("a tag %s: %v, want %v", name, err, dynamo.ErrChanged)
		}
	}
	if err := edit(func(k *config.AccessKey) { k.Secret, k.Secondary = "hunter2-four", "" }); err != nil {
		t.Fatal(err)
	}
	err := r.Apply(t.Context(), &config.Registry{Apps: []config.App{{Name: "shop", AccessKeys: []config.AccessKey{{ID: "AK", Secret: tag}}}}})
	if !errors.Is(err, dynamo.ErrChanged) || !strings.Contains(err.Error(), "read again") {
		t.Errorf("the tag of a secret that is gone: %v, want %v", err, dynamo.ErrChanged)
	}
}

func TestChange(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	if err := r.Change(t.Context(), func(*config.Registry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	s.wrote(t, "nothing")
	refused := errors.New("no")
	if err := r.Change(t.Context(), func(reg *config.Registry) error { clear(reg.Secrets); return refused }); !errors.Is(err, refused) {
		t.Errorf("Change = %v, want %v", err, refused)
	}
	s.wrote(t, "a change that was refused")
	err := r.Change(t.Context(), func(reg *config.Registry) error {
		reg.Apps[0].Keys[0].Secondary = ""
		reg.Apps = append(reg.Apps, config.App{Name: "new"})
		clear(reg.Secrets)
		reg.Plans["silver"] = config.Plan{Quota: config.Quota{N: 1, Unit: "day"}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.wrote(t, "several", "put l#silver", "put a#shop", "put a#new", "delete "+api("second"), "delete s#hmac")
	err = r.Change(t.Context(), func(reg *config.Registry) error { clear(reg.Plans); return nil })
	if err == nil || !strings.Contains(err.Error(), `plan "gold" is what app "shop" has for API "orders"`) {
		t.Errorf("Change = %v, want that gold is granted", err)
	}
	s.wrote(t, "a plan that is granted")
	err = r.Change(t.Context(), func(reg *config.Registry) error { reg.Apps, reg.Plans = nil, nil; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Read(t.Context()); err != nil || len(got.Apps)+len(got.Plans)+len(got.Secrets) > 0 {
		t.Errorf("Read = %+v, %v, want nothing", got, err)
	}
}

// TestLostKey: secrets that cannot be opened any more can be set anew, under a new data key.
func TestLostKey(t *testing.T) {
	s, _, _, _ := cached(t, shop())
	keys := newRing(t)
	other := registry(t, s.table(), dynamo.RegistryOptions{Keyring: keys})
	if err := other.Apply(t.Context(), shop()); err == nil || !strings.Contains(err.Error(), "this key file is not the one") {
		t.Errorf("Apply with another key file = %v", err)
	}
	if err := other.RotateDataKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	other.apply(t, shop())
	if got, err := other.Secrets(t.Context(), []string{"hmac"}); err != nil || got["hmac"] != "hunter2-hmac" {
		t.Errorf("Secrets = %v, %v", got, err)
	}
	other.has(t, "AK", true)
}

func TestWithoutKeyring(t *testing.T) {
	a := dynamo.NewAdmin(newShelf().table(), nil)
	plain := shop()
	plain.Secrets, plain.Apps[0].AccessKeys = nil, nil
	if err := a.Apply(t.Context(), plain); err != nil {
		t.Errorf("Apply without secrets = %v", err)
	}
	for _, err := range []error{a.Apply(t.Context(), shop()), a.RotateDataKey(t.Context())} {
		if err == nil || !strings.Contains(err.Error(), "name a KMS key or a key file") {
			t.Errorf("without a keyring: %v, want it asked for", err)
		}
	}
	failing := newRing(t)
	failing.fail = errors.New("AccessDeniedException")
	if err := dynamo.NewAdmin(newShelf().table(), failing).Apply(t.Context(), shop()); !errors.Is(err, failing.fail) {
		t.Errorf("Apply = %v, want %v", err, failing.fail)
	}
}

func TestAdminFails(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	s.fails(func(string, int) reply { return broken(syscall.ECONNRESET) })
	for name, call := range map[string]func() error{
		"Read":          func() error { _, err := r.Read(t.Context()); return err },
		"Diff":          func() error { _, err := r.Diff(t.Context(), shop()); return err },
		"Apply":         func() error { return r.Apply(t.Context(), shop()) },
		"Change":        func() error { return r.Change(t.Context(), func(*config.Registry) error { return nil }) },
		"RotateDataKey": func() error { return r.RotateDataKey(t.Context()) },
	} {
		if err := call(); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s = %v, want %v", name, err, syscall.ECONNRESET)
		}
	}
	s.fails(nil)
	s.items["a#shop"]["doc"] = value{"S": "{"}
	if got, err := r.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "a#shop") {
		t.Errorf("Read of a broken app = %v, %v, want an error that names it", got, err)
	}
}
