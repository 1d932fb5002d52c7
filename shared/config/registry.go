package config

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
)

// Registry is who may call. It changes while the gateway runs.
type Registry struct {
	Version int               `json:"version" doc:"version of this format: 1" enum:"1" required:"true"`
	Secrets map[string]string `json:"secrets,omitempty" doc:"what ${secret:NAME} stands for, by name"`
	Plans   map[string]Plan   `json:"plans,omitempty" doc:"usage plans, by name"`
	Apps    []App             `json:"apps,omitempty" doc:"who calls"`

	Hosts  map[string]Flags `json:"hosts,omitempty" doc:"states of hosts, by name"`
	APIs   map[string]Flags `json:"apis,omitempty" doc:"states of APIs, by name"`
	Owners map[string]Flags `json:"owners,omitempty" doc:"who owns APIs and apps, by name, and their states"`
}

// Plan is what a caller may use.
type Plan struct {
	Rate  Rate  `json:"rate,omitzero" doc:"token bucket, like 20/s"`
	Quota Quota `json:"quota,omitzero" doc:"calendar window, like 1000/day"`
}

// App is a caller.
type App struct {
	Name       string           `json:"name" doc:"unique" required:"true"`
	Keys       []Key            `json:"keys,omitempty" doc:"its API keys"`
	AccessKeys []AccessKey      `json:"access-keys,omitempty" doc:"what it signs requests with"`
	Grants     map[string]Grant `json:"grants,omitempty" doc:"the APIs that it may call, each with a plan or none"`
	Owner      string           `json:"owner,omitempty" doc:"the account that it belongs to"`
	Flags      []Flag           `json:"flags,omitempty" doc:"states that an operator sets; disabled: none of its keys is accepted"`
}

// Grant is what an app may call of an API. The short form is the plan.
type Grant struct {
	Plan   string   `json:"plan,omitempty" doc:"the plan; default: none"`
	Routes []string `json:"routes,omitempty" doc:"names of the routes; default: all"`
	Stages []string `json:"stages,omitempty" doc:"stages; default: all"`
	Until  Moment   `json:"until,omitzero" doc:"the last moment, like 2027-01-31T00:00:00Z; default: for ever"`
}

// FromWord takes the short form.
func (g *Grant) FromWord(word string) error { g.Plan = word; return nil }

// String is the plan and what narrows it.
func (g Grant) String() string {
	text := cmp.Or(g.Plan, "none")
	for _, part := range []struct {
		what  string
		names []string
	}{{" routes ", g.Routes}, {" stages ", g.Stages}} {
		if len(part.names) > 0 {
			text += part.what + strings.Join(part.names, ",")
		}
	}
	if !g.Until.IsZero() {
		text += " until " + g.Until.String()
	}
	return text
}

// MarshalJSON implements json.Marshaler: a grant of nothing but a plan is its name.
func (g Grant) MarshalJSON() ([]byte, error) {
	if len(g.Routes) == 0 && len(g.Stages) == 0 && g.Until.IsZero() {
		return json.Marshal(g.Plan)
	}
	type plain Grant
	return json.Marshal(plain(g))
}

// UnmarshalJSON implements json.Unmarshaler.
func (g *Grant) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, &g.Plan)
	}
	type plain Grant
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*plain)(g))
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

// IsID says that a text may be the id of an access key: 1 to 200 letters, digits, hyphens and underscores.
func IsID(text string) bool {
	odd := func(r rune) bool { return !isAlphanumeric(r) && r != '-' && r != '_' }
	return text != "" && len(text) <= 200 && !strings.ContainsFunc(text, odd)
}
