package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/registry"
)

// mask is shown in the place of a secret that is not sealed.
const mask = "***"

// digest is the value of an API key as it is shown and compared.
func digest(value string) string {
	if value == "" || strings.HasPrefix(value, "sha256:") {
		return strings.ToLower(value)
	}
	return registry.Digest(auth.KeyID(value))
}

// shown is a registry as anybody may see it: API keys as their digests, secrets masked.
func shown(reg *config.Registry) *config.Registry {
	out := &config.Registry{Version: reg.Version, Secrets: maps.Clone(reg.Secrets), Plans: reg.Plans}
	for name, value := range out.Secrets {
		out.Secrets[name] = masked(value)
	}
	for i := range reg.Apps {
		app := normal(&reg.Apps[i])
		for j := range app.AccessKeys {
			k := &app.AccessKeys[j]
			k.Secret, k.Secondary = masked(k.Secret), masked(k.Secondary)
		}
		out.Apps = append(out.Apps, app)
	}
	return out
}

func masked(secret string) string {
	if secret == "" || strings.HasPrefix(secret, config.Sealed) {
		return secret
	}
	return mask
}

// normal is an app in the form in which equal ones are the same: digests, and lists in order.
func normal(app *config.App) config.App {
	out := *app
	out.Keys, out.AccessKeys, out.Flags = slices.Clone(app.Keys), slices.Clone(app.AccessKeys), slices.Clone(app.Flags)
	for i := range out.Keys {
		k := &out.Keys[i]
		k.Primary, k.Secondary = digest(k.Primary), digest(k.Secondary)
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

// clone is a copy that shares nothing.
func clone(reg *config.Registry) (*config.Registry, error) {
	text, err := json.Marshal(reg)
	if err != nil {
		return nil, err
	}
	out := &config.Registry{}
	return out, json.Unmarshal(text, out)
}

// consistent says what is wrong with a registry, apps by their names.
func consistent(reg *config.Registry) error {
	problems := config.CheckRegistry(reg, nil)
	if len(problems) == 0 {
		return nil
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = namedPath(reg, p.Path) + ": " + p.Text
	}
	return fmt.Errorf("the registry would not be one:\n%s", strings.Join(texts, "\n"))
}

var appPath = regexp.MustCompile(`^apps\[(\d+)\]`)

// namedPath is a problem's path with the app's name in the place of its number.
func namedPath(reg *config.Registry, path string) string {
	found := appPath.FindStringSubmatch(path)
	if found == nil {
		return path
	}
	i, err := strconv.Atoi(found[1])
	if err != nil || i >= len(reg.Apps) {
		return path
	}
	return fmt.Sprintf("app %q%s", reg.Apps[i].Name, strings.TrimPrefix(path, found[0]))
}

var errMasked = errors.New("it is masked, as postern registry show masks it")

// unmasked says that a registry holds secrets, not what is shown in their place.
func unmasked(reg *config.Registry) error {
	for name, value := range reg.Secrets {
		if value == mask {
			return fmt.Errorf("secrets.%s: %w: put the secret itself there or, to keep it, leave the line out", name, errMasked)
		}
	}
	for i := range reg.Apps {
		for _, k := range reg.Apps[i].AccessKeys {
			if k.Secret == mask || k.Secondary == mask {
				return fmt.Errorf("access key %s of app %q: %w: put the secret itself there", k.ID, reg.Apps[i].Name, errMasked)
			}
		}
	}
	return nil
}
