package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/config"
	"postern/shared/registry"
)

// change is what turns a state into another one.
type change struct {
	*state
	open   func(ctx context.Context, place, sealed string) (string, error)
	seal   func(ctx context.Context, place, text string) (string, error)
	writes []write // in an order that opens nothing too early: what is granted, who is granted it, what nobody needs any more
}

// apply adds the entries of reg and replaces those of the same names.
func (c *change) apply(ctx context.Context, reg *config.Registry) error {
	if err := c.entries(ctx, reg); err != nil {
		return err
	}
	return c.setApps(ctx, reg.Apps, nil)
}

// become makes the registry next.
func (c *change) become(ctx context.Context, next *config.Registry) error {
	if err := c.entries(ctx, next); err != nil {
		return err
	}
	gone := maps.Clone(c.apps)
	var changed []config.App
	for _, app := range next.Apps {
		if gone[app.Name] == nil || !reflect.DeepEqual(c.shown(app.Name), app) {
			changed = append(changed, app)
		}
		delete(gone, app.Name)
	}
	if err := c.setApps(ctx, changed, slices.Sorted(maps.Keys(gone))); err != nil {
		return err
	}
	return c.dropEntries(next)
}

// entries sets plans, flags and secrets.
func (c *change) entries(ctx context.Context, reg *config.Registry) error {
	for _, name := range slices.Sorted(maps.Keys(reg.Plans)) {
		plan := reg.Plans[name]
		if _, err := registry.Windows(plan); err != nil {
			return fmt.Errorf("plans.%s.%w", name, err)
		}
		if old, ok := c.plans[name]; ok && old == plan {
			continue
		}
		c.set(planPrefix+name, Change{planKind, name, c.act(planPrefix + name)}, item{docAttribute: document(plan)})
	}
	c.setFlags(reg)
	for _, name := range slices.Sorted(maps.Keys(reg.Secrets)) {
		key := secretPrefix + name
		sealed, err := c.sealed(ctx, key, reg.Secrets[name], c.secrets[name])
		if err != nil {
			return fmt.Errorf("secrets.%s: %w", name, err)
		}
		if sealed != c.secrets[name] {
			c.set(key, Change{secretKind, name, c.act(key)}, item{sealedAttribute: text(sealed)})
		}
	}
	return nil
}

// dropEntries removes plans, secrets, hosts, APIs and owners that next does not have.
func (c *change) dropEntries(next *config.Registry) error {
	for _, name := range slices.Sorted(maps.Keys(c.plans)) {
		if _, stays := next.Plans[name]; stays {
			continue
		}
		for _, app := range next.Apps {
			for api, grant := range app.Grants {
				if grant.Plan == name {
					return fmt.Errorf("plan %q is what app %q has for API %q: give it another one first", name, app.Name, api)
				}
			}
		}
		c.drop(planPrefix+name, Change{planKind, name, "remove"})
	}
	for _, name := range slices.Sorted(maps.Keys(c.secrets)) {
		if _, stays := next.Secrets[name]; !stays {
			c.drop(secretPrefix+name, Change{secretKind, name, "remove"})
		}
	}
	return c.dropFlags(next)
}

// sealed is a value for a place, as stored before where that is the same secret. One that cannot be opened any more is
// another one.
func (c *change) sealed(ctx context.Context, place, value string, stored ...string) (string, error) {
	stored = slices.DeleteFunc(stored, func(s string) bool { return s == "" })
	if strings.HasPrefix(value, config.Sealed) {
		for _, s := range stored {
			if tagOf(s) == value {
				return s, nil
			}
		}
		return "", errTag
	}
	for _, s := range stored {
		if plain, err := c.open(ctx, place, s); err == nil && plain == value {
			return s, nil
		}
	}
	return c.seal(ctx, place, value)
}

var errTag = fmt.Errorf("the secret that sealed: and its tag stand for is not here: give its value, or: %w", ErrChanged)

// set writes an item.
func (c *change) set(key string, entry Change, attributes item) {
	c.writes = append(c.writes, write{key: key, was: c.versions[key], item: attributes, entry: entry})
}

// drop removes an item.
func (c *change) drop(key string, entry Change) {
	c.writes = append(c.writes, write{key: key, was: c.versions[key], entry: entry})
}

// act is what setting an item is called.
func (c *change) act(key string) string {
	if _, there := c.versions[key]; there {
		return "change"
	}
	return "add"
}

// list is what will be written, each entry once.
func (c *change) list() (list []Change) {
	for _, w := range c.writes {
		if !slices.Contains(list, w.entry) {
			list = append(list, w.entry)
		}
	}
	return list
}

// document is a value as an item keeps it. Those of config always have a form in JSON.
func document(v any) types.AttributeValue {
	data, _ := json.Marshal(v)
	return text(string(data))
}
