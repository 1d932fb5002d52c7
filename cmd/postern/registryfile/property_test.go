package registryfile_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/config"
)

// TestAnyChangeOfAnyText: whatever registry is written in whatever style, and turned into whatever other one, is that one
// when it is read again.
func TestAnyChangeOfAnyText(t *testing.T) {
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 4))
		w := writer{random}
		text := w.text(w.registry())
		f := write(t, text)
		var want string
		err := f.Change(t.Context(), func(r *config.Registry) error {
			next := w.next(r)
			*r = *next
			want = form(t, r)
			return nil
		})
		if err != nil {
			t.Fatalf("seed %d: Change fails with %v\nto %s\n%s", seed, err, want, text)
		}
		r, err := f.Read(t.Context())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if got := form(t, r); got != want {
			t.Fatalf("seed %d: Change = %s\nwant %s\nbefore %s\nafter %s", seed, got, want, text, read(t, f))
		}
		for _, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(line, "# own") && !strings.Contains(read(t, f), line) {
				t.Fatalf("seed %d: a comment between parts is gone: %q\nbefore %s\nafter %s", seed, line, text, read(t, f))
			}
		}
	}
}

func form(t *testing.T, r *config.Registry) string {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// writer makes registries and writes them as people might.
type writer struct{ *rand.Rand }

func (w writer) some(n int, make func(i int)) {
	for i := range n {
		if w.IntN(2) == 0 {
			make(i)
		}
	}
}

func (w writer) word() string {
	words := []string{"a", "top-s3cret", "5", "true", "it's", `say "hi"`, "two\nlines", "", " x ", "é: ü", "# no", "{a}", "- b", "null", "5/s", "sha256:x", "|", "a #b", "\\n", "&x"}
	return words[w.IntN(len(words))]
}

func (w writer) registry() *config.Registry {
	r := &config.Registry{Version: 1, Secrets: map[string]string{}, Plans: map[string]config.Plan{}}
	w.some(4, func(i int) { r.Secrets[fmt.Sprint("s", i)] = w.word() })
	w.some(3, func(i int) { r.Plans[fmt.Sprint("p", i)] = w.plan() })
	w.some(3, func(i int) { r.Apps = append(r.Apps, w.app(i)) })
	for _, kind := range config.Named() {
		things := map[string]config.Flags{}
		w.some(2, func(i int) { things[fmt.Sprint("a.b", i)] = slices.Clone(kind.Flags()[:w.IntN(len(kind.Flags())+1)]) })
		*r.Named(kind) = things
	}
	return r
}

func (w writer) grant() config.Grant {
	g := config.Grant{Plan: w.word()}
	if w.IntN(3) == 0 {
		g.Until = config.Moment(time.Unix(w.Int64N(1e10), w.Int64N(1e9)).UTC())
	}
	w.some(2, func(int) { g.Routes = append(g.Routes, w.word()) })
	return g
}

func (w writer) plan() (p config.Plan) {
	if w.IntN(2) == 0 {
		p.Rate = config.Rate{N: w.Int64N(9), Per: time.Minute}
	}
	p.Quota = config.Quota{N: w.Int64N(9), Unit: "day", Zone: []string{"", "Asia/Seoul"}[w.IntN(2)]}
	return p
}

func (w writer) app(i int) config.App {
	a := config.App{Name: fmt.Sprint("app ", i), Grants: map[string]config.Grant{}}
	w.some(3, func(i int) {
		a.Keys = append(a.Keys, config.Key{Name: fmt.Sprint("k", i), Primary: w.word(), Secondary: w.word(), Inactive: w.IntN(2) == 0})
	})
	w.some(3, func(i int) { a.Grants[fmt.Sprint("api", i)] = w.grant() })
	return a
}

// next is another registry that keeps the order of what stays.
func (w writer) next(r *config.Registry) *config.Registry {
	next := w.registry()
	if w.IntN(2) == 0 {
		maps.Copy(next.Secrets, r.Secrets)
	}
	fresh := next.Apps
	next.Apps = nil
	for _, a := range r.Apps {
		if w.IntN(4) == 0 {
			continue
		}
		if w.IntN(2) == 0 {
			changed := w.app(0)
			changed.Name = a.Name
			changed.Keys = slices.DeleteFunc(changed.Keys, func(k config.Key) bool {
				return slices.ContainsFunc(a.Keys, func(known config.Key) bool { return known.Name == k.Name })
			})
			a.Keys = append(slices.Clone(a.Keys), changed.Keys...)
			a.Grants = changed.Grants
		}
		next.Apps = append(next.Apps, a)
	}
	for _, a := range fresh {
		if !slices.ContainsFunc(r.Apps, func(known config.App) bool { return known.Name == a.Name }) {
			next.Apps = append(next.Apps, a)
		}
	}
	return next
}

// text writes a registry; every level as a block or within braces.
func (w writer) text(r *config.Registry) string {
	data, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	if w.IntN(6) == 0 {
		return string(data)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return ""
	}
	return w.remark(0) + strings.TrimPrefix(w.block(v, 0), "\n") + "\n" + w.remark(0)
}

func (w writer) remark(indent int) string {
	if w.IntN(4) > 0 {
		return ""
	}
	return fmt.Sprintf("%s# own %d\n", strings.Repeat(" ", indent), w.IntN(1e6))
}

// tail is what may follow a value on its line.
func (w writer) tail() string { return []string{"", "", "   # tail", " "}[w.IntN(4)] }

// block is a value behind its key or dash: in lines of its own where that can be.
func (w writer) block(v any, indent int) string {
	margin := strings.Repeat(" ", indent)
	var out strings.Builder
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 || indent > 0 && w.IntN(2) == 0 {
			break
		}
		for _, key := range w.keys(v) {
			out.WriteString("\n" + w.remark(indent) + margin + w.scalar(key) + ":" + w.block(v[key], indent+2))
		}
		return out.String()
	case []any:
		if len(v) == 0 || w.IntN(3) == 0 {
			break
		}
		for _, item := range v {
			text := w.block(item, indent+2)
			if rest, ok := strings.CutPrefix(text, "\n"+margin+"  "); ok && !strings.HasPrefix(rest, "#") && w.IntN(4) > 0 {
				text = " " + rest
			}
			out.WriteString("\n" + w.remark(indent) + margin + "-" + text)
		}
		return out.String()
	}
	return " " + w.flow(v) + w.tail()
}

func (w writer) keys(m map[string]any) []string {
	keys := slices.Sorted(maps.Keys(m))
	w.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys
}

func (w writer) flow(v any) string {
	var parts []string
	end := []string{"", ", "}[w.IntN(2)]
	switch v := v.(type) {
	case map[string]any:
		for _, key := range w.keys(v) {
			parts = append(parts, w.scalar(key)+": "+w.flow(v[key]))
		}
		if len(v) == 0 {
			return "{}"
		}
		return "{" + strings.Join(parts, ",  ") + end + "}"
	case []any:
		for _, item := range v {
			parts = append(parts, w.flow(item))
		}
		if len(v) == 0 {
			return "[]"
		}
		return "[" + strings.Join(parts, ", ") + end + "]"
	}
	return w.scalar(v)
}

func (w writer) scalar(v any) string {
	text, ok := v.(string)
	quoted, err := json.Marshal(v)
	switch {
	case err != nil || !ok || w.IntN(2) == 0:
		return string(quoted)
	case text == "app 1" || strings.HasPrefix(text, "api") || text == "apps" || text == "name":
		return text
	case !strings.Contains(text, "\n"):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return string(quoted)
}

func FuzzChange(f *testing.F) {
	f.Add(commented, "members", "x")
	f.Add(`{"version": 1, "secrets": {}}`, "a", "b")
	f.Fuzz(func(t *testing.T, text, name, value string) {
		file := write(t, text)
		err := file.Change(t.Context(), func(r *config.Registry) error {
			if r.Secrets == nil {
				r.Secrets = map[string]string{}
			}
			r.Secrets[name] = value
			return nil
		})
		if err != nil {
			if read(t, file) != text {
				t.Fatalf("Change fails with %v and leaves %q", err, read(t, file))
			}
			return
		}
		r, err := file.Read(t.Context())
		if err != nil || r.Secrets[name] != strings.ToValidUTF8(value, "\ufffd") {
			t.Fatalf("Read = %v, %v\n%q\n%q", r, err, text, read(t, file))
		}
	})
}
