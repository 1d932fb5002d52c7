package operate

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/registry"
)

// Mask is shown in the place of a secret that is not sealed.
const Mask = "***"

// Digest is the value of an API key as it is shown and compared.
func Digest(value string) string {
	if value == "" || strings.HasPrefix(value, "sha256:") {
		return strings.ToLower(value)
	}
	return registry.Digest(auth.KeyID(value))
}

// Shown is a registry as anybody may see it: API keys as their digests, secrets masked.
func Shown(reg *config.Registry) *config.Registry {
	out := &config.Registry{
		Version: reg.Version, Secrets: maps.Clone(reg.Secrets), Plans: reg.Plans, Hosts: reg.Hosts, APIs: reg.APIs, Owners: reg.Owners,
	}
	for name, value := range out.Secrets {
		out.Secrets[name] = Masked(value)
	}
	for i := range reg.Apps {
		out.Apps = append(out.Apps, ShownApp(&reg.Apps[i]))
	}
	return out
}

// ShownApp is an app as anybody may see it.
func ShownApp(app *config.App) config.App {
	out := normal(app)
	for i := range out.AccessKeys {
		k := &out.AccessKeys[i]
		k.Secret, k.Secondary = Masked(k.Secret), Masked(k.Secondary)
	}
	return out
}

// Masked is a secret as anybody may see it. The tag of a sealed one stays.
func Masked(secret string) string {
	if secret == "" || strings.HasPrefix(secret, config.Sealed) {
		return secret
	}
	return Mask
}

// normal is an app in the form in which equal ones are the same: digests, and lists in order.
func normal(app *config.App) config.App {
	out := *app
	out.Keys, out.AccessKeys, out.Flags = slices.Clone(app.Keys), slices.Clone(app.AccessKeys), slices.Clone(app.Flags)
	for i := range out.Keys {
		k := &out.Keys[i]
		k.Primary, k.Secondary = Digest(k.Primary), Digest(k.Secondary)
	}
	slices.SortFunc(out.Keys, func(a, b config.Key) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(out.AccessKeys, func(a, b config.AccessKey) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(out.Flags)
	return out
}

// form is what equal apps have in common.
func form(app *config.App) string {
	text, err := json.Marshal(normal(app))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Clone is a copy that shares nothing.
func Clone(reg *config.Registry) (*config.Registry, error) {
	text, err := json.Marshal(reg)
	if err != nil {
		return nil, err
	}
	out := &config.Registry{}
	return out, json.Unmarshal(text, out)
}
