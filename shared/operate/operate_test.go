package operate_test

import (
	"errors"
	"strings"
	"testing"

	"postern/shared/config"
	"postern/shared/operate"
)

func sample() *config.Registry {
	return &config.Registry{
		Version: 1, Secrets: map[string]string{"hmac": "hunter2-hmac"},
		Plans: map[string]config.Plan{"free": {Rate: config.Rate{N: 5, Per: 1e9}}},
		Apps: []config.App{{
			Name: "shop", Grants: map[string]config.Grant{"members": {Plan: "free"}}, Keys: []config.Key{{Name: "k", Primary: "hunter2key"}},
			AccessKeys: []config.AccessKey{{ID: "k", Secret: "hunter2-one"}},
		}},
	}
}

// TestMemory: it shows tags, keeps what they stand for, and takes them in their place alone.
func TestMemory(t *testing.T) {
	m := operate.NewMemory()
	if err := operate.Apply(t.Context(), m, sample()); err != nil {
		t.Fatal(err)
	}
	shown, err := m.Read(t.Context())
	if err != nil || !strings.HasPrefix(shown.Secrets["hmac"], "sealed:") || !strings.HasPrefix(shown.Apps[0].AccessKeys[0].Secret, "sealed:") || shown.Apps[0].Keys[0].Primary != operate.Digest("hunter2key") {
		t.Fatalf("Read = %+v, %v", shown, err)
	}
	if differ, err := m.Diff(t.Context(), shown); err != nil || len(differ) != 0 {
		t.Errorf("Diff of what is shown = %v, %v", differ, err)
	}
	if differ, err := m.Diff(t.Context(), sample()); err != nil || len(differ) != 0 {
		t.Errorf("Diff of what was applied = %v, %v", differ, err)
	}
	for name, edit := range map[string]func(*config.Registry){
		"another's": func(reg *config.Registry) { reg.Secrets["hmac"] = shown.Apps[0].AccessKeys[0].Secret },
		"a new key": func(reg *config.Registry) { reg.Apps[0].AccessKeys[0].ID = "k2" },
		"a new app": func(reg *config.Registry) { reg.Apps[0].Name = "lab" },
		"nobody's":  func(reg *config.Registry) { reg.Secrets["a"] = "sealed:0011223344556677" },
	} {
		if err := m.Change(t.Context(), func(reg *config.Registry) error { edit(reg); return nil }); !errors.Is(err, operate.ErrChanged) {
			t.Errorf("the tag of %s: %v, want %v", name, err, operate.ErrChanged)
		}
	}
	refused := errors.New("no")
	if err := m.Change(t.Context(), func(reg *config.Registry) error { clear(reg.Secrets); return refused }); !errors.Is(err, refused) {
		t.Errorf("Change = %v, want %v", err, refused)
	}
	if after, _ := m.Read(t.Context()); after.Secrets["hmac"] != shown.Secrets["hmac"] {
		t.Errorf("a change that was refused left %+v", after)
	}
}

// TestKeys: of one name there may be two.
func TestKeys(t *testing.T) {
	app := &sample().Apps[0]
	if _, err := operate.FindKey(app, "", "k"); !errors.Is(err, operate.ErrTwice) {
		t.Errorf("FindKey of two = %v, want %v", err, operate.ErrTwice)
	}
	if k, err := operate.FindKey(app, operate.AccessKey, "k"); err != nil || k.String() != "access key k" {
		t.Errorf("FindKey = %v, %v", k, err)
	}
	if _, err := operate.FindKey(app, operate.APIKey, "kk"); !errors.Is(err, operate.ErrNotFound) {
		t.Errorf("FindKey of none = %v, want %v", err, operate.ErrNotFound)
	}
	k, _ := operate.FindKey(app, operate.APIKey, "k")
	if _, fresh, err := k.Rotate("hunter2key"); fresh || err != nil {
		t.Errorf("Rotate to the same = %v, %v", fresh, err)
	}
	if secret, fresh, err := k.Rotate(""); !fresh || err != nil || app.Keys[0].Primary != operate.Digest(secret) || app.Keys[0].Secondary != "hunter2key" {
		t.Errorf("Rotate = %v, %v: %+v", fresh, err, app.Keys[0])
	}
	if _, _, err := k.Rotate(""); !errors.Is(err, operate.ErrRotating) {
		t.Errorf("Rotate again = %v, want %v", err, operate.ErrRotating)
	}
	if !k.Finish() || k.Finish() || app.Keys[0].Secondary != "" {
		t.Errorf("after Finish the key is %+v", app.Keys[0])
	}
	if k.Switch(true) || !k.Switch(false) || k.Switch(false) || !app.Keys[0].Inactive || !k.Switch(true) {
		t.Errorf("after Switch the key is %+v", app.Keys[0])
	}
}

// TestRemove: every kind, and what others need stays.
func TestRemove(t *testing.T) {
	reg := sample()
	plan := operate.Part{Entry: operate.Entry{Kind: operate.Plan, Name: "free"}}
	if err := plan.Remove(reg); !errors.Is(err, operate.ErrConflict) || !plan.Exists(reg) {
		t.Errorf("Remove of a granted plan = %v, want %v", err, operate.ErrConflict)
	}
	for _, p := range []operate.Part{
		{Entry: operate.Entry{Kind: operate.Grant, Name: "members"}, App: "shop"},
		{Entry: operate.Entry{Kind: operate.APIKey, Name: "k"}, App: "shop"},
		{Entry: operate.Entry{Kind: operate.AccessKey, Name: "k"}, App: "shop"},
		plan,
		{Entry: operate.Entry{Kind: operate.Secret, Name: "hmac"}},
		{Entry: operate.Entry{Kind: operate.App, Name: "shop"}},
	} {
		if !p.Exists(reg) {
			t.Errorf("%s does not exist", p)
		}
		if err := p.Remove(reg); err != nil || p.Exists(reg) {
			t.Errorf("Remove(%s) = %v, it exists: %v", p, err, p.Exists(reg))
		}
		if err := p.Remove(reg); err != nil {
			t.Errorf("Remove(%s) twice = %v", p, err)
		}
	}
}

// TestConsistent: problems name apps, and no secret.
func TestConsistent(t *testing.T) {
	reg := sample()
	reg.Apps = append(reg.Apps, config.App{Name: "lab", Keys: []config.Key{{Name: "x", Primary: "hunter2key"}}})
	reg.Secrets["a b"] = "hunter2-hmac"
	err := operate.Consistent(reg)
	if err == nil || !strings.Contains(err.Error(), `app "lab".keys[0].primary: `) || strings.Contains(err.Error(), "hunter2") || !errors.Is(err, operate.ErrInvalid) {
		t.Errorf("Consistent = %v", err)
	}
}
