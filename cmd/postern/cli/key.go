package cli

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"slices"

	"postern/shared/config"
)

// key is an API key or an access key of an app, to be changed there.
type key struct {
	kind, name         string
	primary, secondary *string
	inactive           *bool
}

func (k *key) String() string {
	if k.kind == kindAPIKey {
		return "API key " + k.name
	}
	return "access key " + k.name
}

// keysOf are those of an app, of one kind where that is given.
func keysOf(app *config.App, kind string) (all []*key) {
	for i := range app.Keys {
		k := &app.Keys[i]
		all = append(all, &key{kindAPIKey, k.Name, &k.Primary, &k.Secondary, &k.Inactive})
	}
	for i := range app.AccessKeys {
		k := &app.AccessKeys[i]
		all = append(all, &key{kindAccessKey, k.ID, &k.Secret, &k.Secondary, &k.Inactive})
	}
	return slices.DeleteFunc(all, func(k *key) bool { return kind != "" && k.kind != kind })
}

// findKey is the one key of this name, and kind where that is given.
func findKey(app *config.App, kind, name string) (*key, error) {
	var found []*key
	var known []string
	for _, k := range keysOf(app, kind) {
		known = append(known, k.name)
		if k.name == name {
			found = append(found, k)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, usagef("app %q has an API key and an access key %q: say which with --kind", app.Name, name)
	case config.Suggest(name, known) != "":
		return nil, fmt.Errorf("app %q has no key %q; did you mean %q?", app.Name, name, config.Suggest(name, known))
	default:
		return nil, fmt.Errorf("app %q has no key %q: postern registry show lists them", app.Name, name)
	}
}

// addKey gives an app a key of this kind, and of this name or a new one.
func addKey(app *config.App, kind, name string) (*key, error) {
	if name == "" {
		name = newName(app, kind)
	}
	known := keysOf(app, kind)
	if slices.ContainsFunc(known, func(k *key) bool { return k.name == name }) {
		return nil, fmt.Errorf("app %q has a key %q: rotate that one, or choose another --name", app.Name, name)
	}
	if kind == kindAccessKey {
		app.AccessKeys = append(app.AccessKeys, config.AccessKey{ID: name})
	} else {
		app.Keys = append(app.Keys, config.Key{Name: name})
	}
	added := keysOf(app, kind)
	return added[len(added)-1], nil
}

func newName(app *config.App, kind string) string {
	if kind == kindAccessKey {
		return rand.Text()[:20] // unique among all apps
	}
	for n := 1; ; n++ {
		name := fmt.Sprintf("key-%d", n)
		if !slices.ContainsFunc(app.Keys, func(k config.Key) bool { return k.Name == name }) {
			return name
		}
	}
}

// apiKeyForm is what a client can send as an API key.
var apiKeyForm = regexp.MustCompile(`^[0-9A-Za-z]{10,40}$`)

// secret is the given one or, without, a new one: of 130 random bits, as much as an API key has room for, or twice that.
func (k *key) secret(given string) (string, error) {
	switch {
	case given == "" && k.kind == kindAPIKey:
		return rand.Text(), nil
	case given == "":
		return rand.Text() + rand.Text(), nil
	case k.kind == kindAPIKey && !apiKeyForm.MatchString(given):
		return "", fmt.Errorf("an API key has 10 to 40 letters and digits, the given one does not")
	default:
		return given, nil
	}
}

// stored is a secret as the app keeps it.
func (k *key) stored(secret string) string {
	if k.kind == kindAPIKey {
		return digest(secret)
	}
	return secret
}

// rotate gives the key another secret, and keeps the one that it had valid. It says whether that was new.
func (k *key) rotate(secret string) (bool, error) {
	switch {
	case k.stored(secret) == k.stored(*k.primary):
		return false, nil
	case *k.secondary != "":
		return false, fmt.Errorf("%s has two secrets since it was rotated last: drop the old one first with --finish", k)
	}
	*k.primary, *k.secondary = k.stored(secret), *k.primary
	return true, nil
}
