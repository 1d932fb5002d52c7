package operate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"postern/shared/config"
)

// Change is what applying a registry does to one entry.
type Change struct {
	Change  string   `json:"change"` // added, changed, unchanged, or kept: only the store has it
	Kind    Kind     `json:"kind"`
	Name    string   `json:"name"`
	Details []string `json:"details,omitempty"`
}

// The changes.
const (
	Added     = "added"
	Changed   = "changed"
	Unchanged = "unchanged"
	Kept      = "kept"
)

// String is the change for people.
func (c Change) String() string {
	text := fmt.Sprintf("%-9s %s %s", c.Change, c.Kind, c.Name)
	if len(c.Details) > 0 {
		text += ": " + strings.Join(c.Details, ", ")
	}
	return text
}

// Changes are those of every entry of want, of which some differ from those of have, and the entries that have alone has.
func Changes(have, want *config.Registry, differ []Entry) []Change {
	list := []Change{}
	known, wanted := Entries(have), Entries(want)
	for _, e := range wanted {
		c := Change{Change: Unchanged, Kind: e.Kind, Name: e.Name}
		switch {
		case !slices.Contains(known, e):
			c.Change = Added
		case slices.Contains(differ, e):
			c.Change, c.Details = Changed, details(have, want, e)
		}
		list = append(list, c)
	}
	for _, e := range known {
		if !slices.Contains(wanted, e) {
			list = append(list, Change{Change: Kept, Kind: e.Kind, Name: e.Name})
		}
	}
	return list
}

// details say what differs, without a secret.
func details(have, want *config.Registry, e Entry) []string {
	switch e.Kind {
	case Plan:
		a, b := have.Plans[e.Name], want.Plans[e.Name]
		return append(became("rate", text(a.Rate), text(b.Rate)), became("quota", text(a.Quota), text(b.Quota))...)
	case App:
		return appDetails(FindApp(have, e.Name), FindApp(want, e.Name))
	case Host, API, Owner:
		return flagDetails((*named(have, e.Kind))[e.Name], (*named(want, e.Kind))[e.Name])
	default:
		return nil
	}
}

// amount is a rate or a quota.
type amount interface {
	fmt.Stringer
	IsZero() bool
}

// text is an amount as the file writes it; "" when there is none.
func text(a amount) string {
	if a.IsZero() {
		return ""
	}
	return a.String()
}

func became(what, before, after string) []string {
	switch {
	case before == after:
		return nil
	case before == "":
		return []string{what + " " + after + " added"}
	case after == "":
		return []string{what + " " + before + " removed"}
	default:
		return []string{what + " " + before + " -> " + after}
	}
}

func appDetails(before, after *config.App) (all []string) {
	a, b := normal(before), normal(after)
	all = append(all, parts("API key ", keyForms(&a), keyForms(&b))...)
	all = append(all, parts("access key ", accessForms(&a), accessForms(&b))...)
	for _, api := range slices.Sorted(maps.Keys(union(a.Grants, b.Grants))) {
		all = append(all, became("grant "+api, granted(&a, api), granted(&b, api))...)
	}
	all = append(all, became("owner", a.Owner, b.Owner)...)
	all = append(all, flagDetails(a.Flags, b.Flags)...)
	if all == nil {
		all = []string{"a secret of its access keys"}
	}
	return all
}

func flagDetails(before, after []config.Flag) (all []string) {
	for _, flag := range after {
		if !slices.Contains(before, flag) {
			all = append(all, "flag "+string(flag)+" set")
		}
	}
	for _, flag := range before {
		if !slices.Contains(after, flag) {
			all = append(all, "flag "+string(flag)+" cleared")
		}
	}
	return all
}

// granted is what an app may call of an API as people read it; "": nothing.
func granted(app *config.App, api string) string {
	if grant, ok := app.Grants[api]; ok {
		return grant.String()
	}
	return ""
}

// parts says which of an app's credentials came, went or changed.
func parts(kind string, before, after map[string]string) (all []string) {
	for _, name := range slices.Sorted(maps.Keys(union(before, after))) {
		a, known := before[name]
		b, wanted := after[name]
		switch {
		case !known:
			all = append(all, kind+name+" added")
		case !wanted:
			all = append(all, kind+name+" removed")
		case a != b:
			all = append(all, kind+name+" changed")
		}
	}
	return all
}

func union[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]V{}
	}
	maps.Copy(all, b)
	return all
}

func keyForms(app *config.App) map[string]string {
	forms := map[string]string{}
	for _, k := range app.Keys {
		forms[k.Name] = fmt.Sprint(k.Primary, k.Secondary, k.Inactive)
	}
	return forms
}

// accessForms leave out the secrets: a sealed one compares with nothing.
func accessForms(app *config.App) map[string]string {
	forms := map[string]string{}
	for _, k := range app.AccessKeys {
		forms[k.ID] = fmt.Sprint(k.Secondary != "", k.Inactive)
	}
	return forms
}
