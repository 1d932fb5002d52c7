package registryfile_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/cmd/postern/registryfile"
	"postern/shared/config"
)

func write(t *testing.T, text string) registryfile.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "registry.yaml")
	if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return registryfile.File{Path: name}
}

func read(t *testing.T, f registryfile.File) string {
	t.Helper()
	text, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const commented = `# who may call
version: 1

secrets:   # keep out of version control
  members: "top # secret"   # of the members team
  # the next one is old
  legacy: 'it''s'
plans: {free: {rate: 5/s, quota: 10000/day}, gold: {rate: 50/s}}
apps:
- name: shop   # the web shop
  keys:
    - {name: first, primary: "abcdefghij01"}   # Ann's
    # Bob's
    - name: second
      primary: abcdefghij02
      inactive: false
  grants: {members: free, orders: none, }
-
  name: lab
  grants:
    members: gold
# the end
`

func app(r *config.Registry, name string) *config.App {
	for i := range r.Apps {
		if r.Apps[i].Name == name {
			return &r.Apps[i]
		}
	}
	return nil
}

func TestChange(t *testing.T) {
	tests := []struct {
		name, text string
		edit       func(*config.Registry)
		old, new   string // what is replaced in the text
	}{
		{"nothing", commented, func(*config.Registry) {}, "", ""},
		{"a quoted text", commented, func(r *config.Registry) { r.Secrets["members"] = "5" }, `"top # secret"`, `"5"`},
		{"a single-quoted text", commented, func(r *config.Registry) { r.Secrets["legacy"] = "a\nb: {" }, `'it''s'`, `"a\nb: {"`},
		{
			"a new line in a mapping", commented, func(r *config.Registry) { r.Secrets["zeta"] = "yes" },
			"'it''s'\n", "'it''s'\n  zeta: \"yes\"\n",
		},
		{
			"a line leaves a mapping, its comment above stays", commented, func(r *config.Registry) { delete(r.Secrets, "legacy") },
			"  legacy: 'it''s'\n", "",
		},
		{"all of a mapping leaves", commented, func(r *config.Registry) { r.Secrets = nil }, commented[strings.Index(commented, "secrets:"):strings.Index(commented, "plans:")], ""},
		{"the last within braces leaves", commented, func(r *config.Registry) { delete(r.Plans, "gold") }, ", gold: {rate: 50/s}}", "}"},
		{"the first within braces leaves", commented, func(r *config.Registry) { r.Plans["free"] = config.Plan{Quota: r.Plans["free"].Quota} }, "rate: 5/s, ", ""},
		{"one more within braces", commented, func(r *config.Registry) { app(r, "shop").Grants["users"] = config.Grant{Plan: "gold"} }, "orders: none, }", "orders: none, users: gold, }"},
		{
			"one leaves and one comes within braces", commented, func(r *config.Registry) { app(r, "shop").Grants = map[string]config.Grant{"users": {Plan: "gold"}} },
			"members: free, orders: none, ", "users: gold, ",
		},
		{
			"a key on one line", commented, func(r *config.Registry) { app(r, "shop").Keys[0].Secondary = "abcdefghij03" },
			`"abcdefghij01"}`, `"abcdefghij01", secondary: abcdefghij03}`,
		},
		{"what the types leave out is written", commented, func(r *config.Registry) { app(r, "shop").Keys[1].Inactive = true }, "inactive: false", "inactive: true"},
		{
			"a key in several lines", commented, func(r *config.Registry) { app(r, "shop").Keys[1].Secondary = "abcdefghij03" },
			"inactive: false\n", "inactive: false\n      secondary: abcdefghij03\n",
		},
		{
			"an item leaves", commented, func(r *config.Registry) { app(r, "shop").Keys = app(r, "shop").Keys[:1] },
			"    - name: second\n      primary: abcdefghij02\n      inactive: false\n", "",
		},
		{"an item comes, in the style of the last one", commented, func(r *config.Registry) {
			a := app(r, "shop")
			a.Keys = append(a.Keys, config.Key{Name: "third", Primary: "abcdefghij03", Inactive: true})
		}, "inactive: false\n", "inactive: false\n    - name: third\n      primary: abcdefghij03\n      inactive: true\n"},
		{"a list comes", commented, func(r *config.Registry) {
			app(r, "lab").Keys = []config.Key{{Name: "k", Primary: "sha256:" + strings.Repeat("ab", 32)}}
		}, "    members: gold\n", "    members: gold\n  keys:\n    - {name: k, primary: \"sha256:" + strings.Repeat("ab", 32) + "\"}\n"},
		{"an app leaves", commented, func(r *config.Registry) { r.Apps = r.Apps[:1] }, "-\n  name: lab\n  grants:\n    members: gold\n", ""},
		{"an app comes", commented, func(r *config.Registry) {
			r.Apps = append(r.Apps, config.App{Name: "new", Grants: map[string]config.Grant{"members": {Plan: "none"}}})
		}, "# the end", "- name: new\n  grants: {members: none}\n# the end"},
		{
			"behind a dash", "version: 1\napps:\n  - grants: {a: none}   # why\n    name: x", func(r *config.Registry) { r.Apps[0].Grants = nil },
			"grants: {a: none}   # why\n    name: x", "name: x\n",
		},
		{"in an empty file", "version: 1", func(r *config.Registry) {
			r.Secrets = map[string]string{"s": "x"}
			r.Plans = map[string]config.Plan{"p": {Quota: config.Quota{N: 2, Unit: "day", Zone: "Asia/Seoul"}}}
			r.Apps = []config.App{{Name: "a", Keys: []config.Key{{Name: "k", Primary: "abcdefghij03"}}}}
		}, "version: 1", "version: 1\nsecrets:\n  s: x\nplans:\n  p: {quota: 2/day in Asia/Seoul}\napps:\n  - name: a\n    keys:\n      - {name: k, primary: abcdefghij03}\n"},
		{"in empty braces and brackets", "version: 1\nsecrets: {}   # none yet\napps: [] # none\n", func(r *config.Registry) {
			r.Secrets = map[string]string{"s": "x"}
			r.Apps = []config.App{{Name: "a"}}
		}, "secrets: {}   # none yet\napps: []", "secrets:\n  s: x   # none yet\napps:\n  - name: a"},
		{
			"a text in lines", "version: 1\nsecrets:\n  a: |\n    one\n    two\n\n  b: plain\n    text\n", func(r *config.Registry) { r.Secrets["a"], r.Secrets["b"] = "x", "z" },
			"|\n    one\n    two\n\n  b: plain\n    text", "x\n\n  b: z",
		},
		{"JSON", `{"version": 1, "apps": [{"name": "a", "keys": []}]}`, func(r *config.Registry) {
			r.Apps[0].Keys = []config.Key{{Name: "k", Primary: "abcdefghij03"}}
			r.Secrets = map[string]string{"s": "x"}
		}, `[]}]}`, `[{"name": "k", "primary": "abcdefghij03"}]}], "secrets": {"s": "x"}}` + "\n"},
		{
			"line ends of Windows", "\ufeffversion: 1\r\nsecrets:\r\n  a: x # y\r\n", func(r *config.Registry) { r.Secrets["b"] = "z" },
			"# y\r\n", "# y\r\n  b: z\r\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := write(t, tt.text)
			if err := f.Change(t.Context(), func(r *config.Registry) error { tt.edit(r); return nil }); err != nil {
				t.Fatal(err)
			}
			if want := strings.Replace(tt.text, tt.old, tt.new, 1); read(t, f) != want {
				t.Errorf("Change = %q\nwant %q", read(t, f), want)
			}
			if info, err := os.Stat(f.Path); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("mode %v, %v; want the one it had", info.Mode(), err)
			}
		})
	}
}

// TestRefusals: a file stays as it is, and no message shows a secret.
func TestRefusals(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no YAML", "version: 1\nsecrets: {a: tops3cret", "this { is never closed"},
		{"an unknown key", "version: 1\nsecrets: {a: tops3cret}\napp: []\n", `did you mean "apps"`},
		{"an alias", "version: 1\nsecrets: {a: &x tops3cret, b: *x}\n", "anchors"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := write(t, tt.text)
			err := f.Change(t.Context(), func(*config.Registry) error { t.Error("edit ran"); return nil })
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "tops3cret") {
				t.Errorf("Change fails with %v, want %q", err, tt.want)
			}
			if read(t, f) != tt.text {
				t.Errorf("the file is %q now", read(t, f))
			}
		})
	}
	f := write(t, commented)
	wrong := errors.New("no")
	if err := f.Change(t.Context(), func(r *config.Registry) error { r.Secrets = nil; return wrong }); !errors.Is(err, wrong) || read(t, f) != commented {
		t.Errorf("Change fails with %v, the file is %q", err, read(t, f))
	}
	if _, err := os.Stat(f.Path + ".lock"); err == nil {
		t.Error("a lock is left")
	}
}

func TestMissing(t *testing.T) {
	f := registryfile.File{Path: filepath.Join(t.TempDir(), "registry.yaml")}
	if _, err := f.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "postern init") {
		t.Errorf("Read fails with %v, want what to do", err)
	}
	f.New = true
	if r, err := f.Read(t.Context()); err != nil || r.Version != 1 {
		t.Errorf("Read = %v, %v; want an empty registry", r, err)
	}
	if err := f.Change(t.Context(), func(r *config.Registry) error { r.Secrets = map[string]string{"a": "x"}; return nil }); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(f.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600: it holds secrets", info.Mode(), err)
	}
}

// TestSymlink: the file changes, the link stays one.
func TestSymlink(t *testing.T) {
	f := write(t, "version: 1\n")
	link := filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink(f.Path, link); err != nil {
		t.Fatal(err)
	}
	err := registryfile.File{Path: link}.Change(t.Context(), func(r *config.Registry) error { r.Secrets = map[string]string{"a": "x"}; return nil })
	if info, e := os.Lstat(link); err != nil || e != nil || info.Mode()&os.ModeSymlink == 0 || !strings.Contains(read(t, f), "a: x") {
		t.Errorf("Change = %v; link %v, file %q", err, info.Mode(), read(t, f))
	}
}

// TestTwoAtOnce: no change is lost.
func TestTwoAtOnce(t *testing.T) {
	f := write(t, "version: 1\nsecrets: {start: x}\n")
	var all sync.WaitGroup
	for _, name := range strings.Split("abcdefgh", "") {
		all.Go(func() {
			if err := f.Change(t.Context(), func(r *config.Registry) error { r.Secrets[name] = "x"; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if r, err := f.Read(t.Context()); err != nil || len(r.Secrets) != 9 {
		t.Errorf("after 8 changes at once %d secrets, %v; want 9", len(r.Secrets), err)
	}
}

func TestLeftLock(t *testing.T) {
	f := write(t, "version: 1\n")
	f.Patience = time.Millisecond
	if err := os.WriteFile(f.Path+".lock", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := f.Change(t.Context(), func(*config.Registry) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "remove "+f.Path+".lock") {
		t.Errorf("Change fails with %v, want what to do", err)
	}
	if _, err := os.Stat(f.Path + ".lock"); err != nil {
		t.Errorf("somebody else's lock is gone: %v", err)
	}
}

// TestWaiting: a change that waits for another one ends with its context, and one that cannot lock says why.
func TestWaiting(t *testing.T) {
	f := write(t, "version: 1\n")
	if err := os.WriteFile(f.Path+".lock", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Change(ctx, func(*config.Registry) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Change fails with %v, want context.Canceled", err)
	}
	nowhere := registryfile.File{Path: filepath.Join(t.TempDir(), "none", "registry.yaml"), New: true}
	if err := nowhere.Change(t.Context(), func(*config.Registry) error { return nil }); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Change fails with %v, want os.ErrNotExist", err)
	}
	folder := registryfile.File{Path: t.TempDir()}
	if _, err := folder.Read(t.Context()); err == nil {
		t.Error("Read of a folder = nil")
	}
}

func TestText(t *testing.T) {
	reg := &config.Registry{
		Version: 1, Secrets: map[string]string{"s": "***"}, Plans: map[string]config.Plan{"p": {Rate: config.Rate{N: 5, Per: time.Second}}},
		Apps: []config.App{{Name: "a", AccessKeys: []config.AccessKey{{ID: "A", Secret: "sealed:00"}}, Flags: []config.Flag{config.Disabled}}},
	}
	want := `version: 1
secrets:
  s: "***"
plans:
  p: {rate: 5/s}
apps:
  - name: a
    access-keys:
      - {id: A, secret: "sealed:00"}
    flags: [disabled]
`
	if got, err := registryfile.Text(reg); err != nil || got != want {
		t.Errorf("Text = %s, %v; want %s", got, err, want)
	}
	if got, err := registryfile.Text(&config.Registry{Version: 1}); err != nil || got != "version: 1\n" {
		t.Errorf("Text of nothing = %s, %v", got, err)
	}
}
