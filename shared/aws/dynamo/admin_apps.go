package dynamo

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/config"
	"postern/shared/registry"
)

// maxHints is how many plans an item k# names: most apps have one or two.
const maxHints = 20

// setApps replaces these apps and removes those that are gone. What is gone closes first. An app opens as a whole, when the
// item that has the last word is written, after those that lead to it.
func (c *change) setApps(ctx context.Context, apps []config.App, gone []string) error {
	touched := map[string]bool{}
	for _, name := range gone {
		touched[name] = true
	}
	for i, app := range apps {
		if touched[app.Name] {
			return fmt.Errorf("apps[%d].name: another app is called %q too", i, app.Name)
		}
		touched[app.Name] = true
	}
	credentials, claims := make([][]registry.Credential, len(apps)), claims{}
	for i := range apps {
		var err error
		if credentials[i], err = registry.Credentials(&apps[i]); err == nil {
			err = c.claim(claims, touched, apps[i].Name, credentials[i])
		}
		if err != nil {
			return fmt.Errorf("app %q: %w", apps[i].Name, err)
		}
	}
	for _, name := range gone {
		c.drop(appPrefix+name, Change{appKind, name, "remove"})
	}
	for i := range apps {
		if err := c.setApp(ctx, &apps[i], credentials[i]); err != nil {
			return fmt.Errorf("app %q: %w", apps[i].Name, err)
		}
	}
	c.dropPointers(gone, apps, claims)
	return nil
}

// claims are the credentials of apps that are set, by their ids.
type claims map[string]holder

type holder struct{ app, credential string }

// claim takes the ids of an app's credentials. Nobody else may hold one after the change.
func (c *change) claim(taken claims, touched map[string]bool, app string, credentials []registry.Credential) error {
	for _, mine := range credentials {
		for _, id := range mine.IDs {
			other, ok := taken[id]
			if !ok {
				other, ok = c.holder(id, touched)
			}
			if ok {
				return mine.Taken(other.app, other.credential)
			}
			taken[id] = holder{app, mine.Name}
		}
	}
	return nil
}

// holder is who has an id and is not touched.
func (c *change) holder(id string, touched map[string]bool) (holder, bool) {
	app := c.apps[c.pointers[id].app]
	if app == nil || touched[app.Name] {
		return holder{}, false
	}
	credentials, _ := registry.Credentials(app)
	for _, other := range credentials {
		if slices.Contains(other.IDs, id) {
			return holder{app.Name, other.Name}, true
		}
	}
	return holder{}, false
}

func (c *change) setApp(ctx context.Context, app *config.App, credentials []registry.Credential) error {
	old := c.apps[app.Name]
	if old == nil {
		old = &config.App{}
	}
	stored, err := c.storedApp(ctx, app, old, credentials)
	if err != nil {
		return err
	}
	key := appPrefix + app.Name
	entry := Change{appKind, app.Name, c.act(key)}
	for i, mine := range credentials {
		want := pointer{app.Name, hints(stored, i)}
		for _, id := range mine.IDs {
			if !c.pointers[id].equal(want) {
				c.set(credentialPrefix+id, entry, want.item())
			}
		}
	}
	if doc := document(stored); textOf(doc) != textOf(document(old)) {
		c.set(key, entry, item{docAttribute: doc})
	}
	return nil
}

// storedApp is the app as its item keeps it.
func (c *change) storedApp(
	ctx context.Context, app, old *config.App, credentials []registry.Credential,
) (*config.App, error) {
	stored := *app
	stored.Keys, stored.AccessKeys = slices.Clone(app.Keys), slices.Clone(app.AccessKeys)
	for i := range stored.Keys {
		k, ids := &stored.Keys[i], credentials[i].IDs
		k.Primary, k.Secondary = registry.Digest(ids[0]), ""
		if len(ids) > 1 {
			k.Secondary = registry.Digest(ids[1])
		}
	}
	for i := range stored.AccessKeys {
		k := &stored.AccessKeys[i]
		var known []string
		for _, o := range old.AccessKeys {
			if o.ID == k.ID {
				known = append(known, o.Secret, o.Secondary)
			}
		}
		for _, secret := range []*string{&k.Secret, &k.Secondary} {
			if *secret == "" {
				continue
			}
			sealed, err := c.sealed(ctx, secretPlace(app.Name, k.ID), *secret, known...)
			if err != nil {
				return nil, fmt.Errorf("access-keys[%d]: %w", i, err)
			}
			*secret = sealed
		}
	}
	return &stored, nil
}

// hints are the items that the app's n-th credential will need, API keys first.
func hints(app *config.App, n int) (keys []string) {
	for _, grant := range app.Grants {
		if grant.Plan != "" && grant.Plan != "none" {
			keys = append(keys, planPrefix+grant.Plan)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	keys = keys[:min(len(keys), maxHints)]
	if i := n - len(app.Keys); i >= 0 {
		for _, sealed := range []string{app.AccessKeys[i].Secret, app.AccessKeys[i].Secondary} {
			if sealed != "" {
				keys = append(keys, dataKeyPrefix+dataKeyOf(sealed))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (p pointer) equal(q pointer) bool {
	return p.app == q.app && slices.Equal(slices.Sorted(slices.Values(p.with)), q.with)
}

func (p pointer) item() item {
	i := item{appAttribute: text(p.app)}
	if len(p.with) > 0 {
		i[withAttribute] = &types.AttributeValueMemberSS{Value: p.with}
	}
	return i
}

// dropPointers removes what leads to keys that apps do not have any more.
func (c *change) dropPointers(gone []string, apps []config.App, taken claims) {
	names := slices.Clone(gone)
	for i := range apps {
		names = append(names, apps[i].Name)
	}
	for i, name := range names {
		if c.apps[name] == nil {
			continue
		}
		entry := Change{appKind, name, "change"}
		if i < len(gone) {
			entry.Act = "remove"
		}
		credentials, _ := registry.Credentials(c.apps[name])
		for _, old := range credentials {
			for _, id := range old.IDs {
				if _, claimed := taken[id]; !claimed && c.pointers[id].app == name {
					c.drop(credentialPrefix+id, entry)
				}
			}
		}
	}
}
