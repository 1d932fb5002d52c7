package config

import (
	"fmt"
	"strings"
)

// Registry is who may call. It changes while the gateway runs.
type Registry struct {
	Version int               `json:"version" doc:"version of this format: 1" enum:"1" required:"true"`
	Secrets map[string]string `json:"secrets,omitempty" doc:"what ${secret:NAME} stands for, by name"`
	Plans   map[string]Plan   `json:"plans,omitempty" doc:"usage plans, by name"`
	Apps    []App             `json:"apps,omitempty" doc:"who calls"`
}

// Plan is what a caller may use.
type Plan struct {
	Rate  Rate  `json:"rate,omitzero" doc:"token bucket, like 20/s"`
	Quota Quota `json:"quota,omitzero" doc:"calendar window, like 1000/day"`
}

// App is a caller.
type App struct {
	Name       string            `json:"name" doc:"unique" required:"true"`
	Keys       []Key             `json:"keys,omitempty" doc:"its API keys"`
	AccessKeys []AccessKey       `json:"access-keys,omitempty" doc:"what it signs requests with"`
	Grants     map[string]string `json:"grants,omitempty" doc:"the APIs that it may call, each with a plan or none"`
	Flags      []Flag            `json:"flags,omitempty" doc:"states that an operator sets; disabled: none of its keys is accepted"`
}

// Key is an API key with its two values, either of which authenticates. A value is the key itself or sha256: and the
// hexadecimal digest of it.
type Key struct {
	Name      string `json:"name" doc:"unique in the app; shown in logs" required:"true"`
	Primary   string `json:"primary" doc:"the key, or sha256:HEX" required:"true"`
	Secondary string `json:"secondary,omitempty" doc:"the other key, for rotation"`
	Inactive  bool   `json:"inactive,omitempty" doc:"switched off"`
}

// AccessKey is an id that requests name and the secrets that sign them, either of which is accepted. A secret that a table
// keeps is shown as sealed: and a tag; the tag in the place of a secret keeps it.
type AccessKey struct {
	ID        string `json:"id" doc:"public; unique among all apps" required:"true"`
	Secret    string `json:"secret" doc:"the secret, or sealed:TAG to keep the one that the table has" required:"true"`
	Secondary string `json:"secondary,omitempty" doc:"the other secret, for rotation"`
	Inactive  bool   `json:"inactive,omitempty" doc:"switched off"`
}

// Sealed begins what is shown in the place of a secret.
const Sealed = "sealed:"

// Flag is a state of an app that an operator sets.
type Flag string

// Disabled refuses all keys of an app as inactive.
const Disabled Flag = "disabled"

// UnmarshalText reads one of the known flags.
func (f *Flag) UnmarshalText(text []byte) error {
	if Flag(text) != Disabled {
		return fmt.Errorf("there is no flag %q: write disabled", text)
	}
	*f = Flag(text)
	return nil
}

// Pattern is what the JSON Schema says of the form.
func (Flag) Pattern() string { return `^disabled$` }

// IsID says that a text may be the id of an access key: 1 to 200 letters, digits, hyphens and underscores.
func IsID(text string) bool {
	odd := func(r rune) bool { return !isAlphanumeric(r) && r != '-' && r != '_' }
	return text != "" && len(text) <= 200 && !strings.ContainsFunc(text, odd)
}
