package operate

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/shared/config"
)

// Key is an API key or an access key of an app, to be changed there.
type Key struct {
	Kind               Kind
	Name               string
	primary, secondary *string
	inactive           *bool
}

func (k *Key) String() string {
	if k.Kind == APIKey {
		return "API key " + k.Name
	}
	return "access key " + k.Name
}

// Keys are those of an app, of one kind where that is given.
func Keys(app *config.App, kind Kind) (all []*Key) {
	for i := range app.Keys {
		k := &app.Keys[i]
		all = append(all, &Key{APIKey, k.Name, &k.Primary, &k.Secondary, &k.Inactive})
	}
	for i := range app.AccessKeys {
		k := &app.AccessKeys[i]
		all = append(all, &Key{AccessKey, k.ID, &k.Secret, &k.Secondary, &k.Inactive})
	}
	return slices.DeleteFunc(all, func(k *Key) bool { return kind != "" && k.Kind != kind })
}

// FindKey is the one key of this name, and kind where that is given.
func FindKey(app *config.App, kind Kind, name string) (*Key, error) {
	var found []*Key
	var known []string
	for _, k := range Keys(app, kind) {
		known = append(known, k.Name)
		if k.Name == name {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, notFound(fmt.Sprintf("app %q has no key %q", app.Name, name), name, known)
	default:
		return nil, &Refusal{Because: ErrTwice, Text: fmt.Sprintf("app %q has an API key and an access key %q", app.Name, name)}
	}
}

// AddKey gives an app a key of this kind, and of this name or a new one, with the given secret or, for "", a new one. It
// returns the secret.
func AddKey(app *config.App, kind Kind, name, given string) (*Key, string, error) {
	if name == "" {
		name = newName(app, kind)
	}
	known := Keys(app, kind)
	if slices.ContainsFunc(known, func(k *Key) bool { return k.Name == name }) {
		return nil, "", &Refusal{Because: ErrConflict, Text: fmt.Sprintf(
			"app %q has a key %q: rotate that one, or choose another name", app.Name, name)}
	}
	if kind == AccessKey {
		app.AccessKeys = append(app.AccessKeys, config.AccessKey{ID: name})
	} else {
		app.Keys = append(app.Keys, config.Key{Name: name})
	}
	added := Keys(app, kind)
	k := added[len(added)-1]
	secret, err := k.secret(given)
	*k.primary = k.stored(secret)
	return k, secret, err
}

func newName(app *config.App, kind Kind) string {
	if kind == AccessKey {
		return rand.Text()[:20] // unique among all apps
	}
	for n := 1; ; n++ {
		name := fmt.Sprintf("key-%d", n)
		if !slices.ContainsFunc(app.Keys, func(k config.Key) bool { return k.Name == name }) {
			return name
		}
	}
}

// isAPIKey says that a client can send a text as an API key.
func isAPIKey(text string) bool {
	odd := func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }
	return len(text) >= 10 && len(text) <= 40 && !strings.ContainsFunc(text, odd)
}

// secret is the given one or, without, a new one: of 130 random bits, as much as an API key has room for, or twice that.
func (k *Key) secret(given string) (string, error) {
	switch {
	case given == "" && k.Kind == APIKey:
		return rand.Text(), nil
	case given == "":
		return rand.Text() + rand.Text(), nil
	case k.Kind == APIKey && !isAPIKey(given):
		return "", &Refusal{Because: ErrInvalid, Text: "an API key has 10 to 40 letters and digits, the given one does not"}
	default:
		return given, CheckSecret(given)
	}
}

// CheckSecret refuses what can be no secret that somebody gives.
func CheckSecret(value string) error {
	switch {
	case value == "":
		return &Refusal{Because: ErrInvalid, Text: "the secret is empty: nothing was changed"}
	case !utf8.ValidString(value):
		return &Refusal{Because: ErrInvalid, Text: "the secret is no text in UTF-8: nothing was changed"}
	case value == Mask, strings.HasPrefix(value, config.Sealed):
		return &Refusal{Because: ErrInvalid, Text: "this is what is shown in the place of a secret: give the secret itself"}
	}
	return nil
}

// stored is a secret as the app keeps it.
func (k *Key) stored(secret string) string {
	if k.Kind == APIKey {
		return Digest(secret)
	}
	return secret
}

// Rotate gives the key another secret, the given one or, for "", a new one, and keeps the one that it had valid. It returns
// the secret, and whether the key did not have it before.
func (k *Key) Rotate(given string) (secret string, fresh bool, err error) {
	secret, err = k.secret(given)
	switch {
	case err != nil:
		return "", false, err
	case k.stored(secret) == k.stored(*k.primary):
		return secret, false, nil
	case *k.secondary != "":
		return "", false, &Refusal{Because: ErrRotating, Text: fmt.Sprintf(
			"%s has two secrets since it was rotated last: drop the old one first", k)}
	}
	*k.primary, *k.secondary = k.stored(secret), *k.primary
	return secret, true, nil
}

// Finish ends a rotation: it drops the old secret, and says whether there was one.
func (k *Key) Finish() bool {
	had := *k.secondary != ""
	*k.secondary = ""
	return had
}

// Switch switches the key on or off, and says whether it was the other way.
func (k *Key) Switch(on bool) bool {
	was := *k.inactive
	*k.inactive = !on
	return was == on
}
