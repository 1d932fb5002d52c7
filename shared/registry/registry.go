// Package registry says what the entries of a registry mean to the gateway, for every store the same.
//
// It promises that no error names the value of a key or secret. It imports auth, config, guard and limit, whose types it turns into
// each other.
package registry

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/limit"
)

// Credential is an API key or an access key of an app.
type Credential struct {
	At       string   // its place in the app: keys[0], access-keys[1]
	Name     string   // public: an access key's is its id
	IDs      []string // under which auth.Keys finds it; an API key has one for each of its values
	Secrets  []string // of an access key, the first one first, as the app has them
	Inactive bool     // it, or its app
}

// Credentials are those of an app.
func Credentials(app *config.App) ([]Credential, error) {
	off := slices.Contains(app.Flags, config.Disabled)
	var all []Credential
	for i, k := range app.Keys {
		c := Credential{At: fmt.Sprintf("keys[%d]", i), Name: k.Name, Inactive: k.Inactive || off}
		for j, value := range []string{k.Primary, k.Secondary} {
			id, err := keyID(value)
			if j == 1 && value == "" {
				continue
			} else if err != nil {
				return nil, fmt.Errorf("%s: %w", c.At, err)
			}
			if !slices.Contains(c.IDs, id) {
				c.IDs = append(c.IDs, id)
			}
		}
		all = append(all, c)
	}
	for i, k := range app.AccessKeys {
		c := Credential{At: fmt.Sprintf("access-keys[%d]", i), Name: k.ID, IDs: []string{k.ID}, Inactive: k.Inactive || off}
		switch {
		case !config.IsID(k.ID):
			return nil, fmt.Errorf("%s: the id of an access key has 1 to 200 letters, digits, hyphens and underscores", c.At)
		case k.Secret == "":
			return nil, fmt.Errorf("%s: an access key without a secret", c.At)
		}
		c.Secrets = append(c.Secrets, k.Secret)
		if k.Secondary != "" {
			c.Secrets = append(c.Secrets, k.Secondary)
		}
		all = append(all, c)
	}
	return all, nil
}

// Key is the credential as steps see it, without its secrets.
func (c *Credential) Key(app *config.App) *auth.Key {
	return &auth.Key{Name: c.Name, App: app.Name, Owner: app.Owner, Inactive: c.Inactive, Grants: grants(app)}
}

// Taken is the error for a credential whose id another one has.
func (c *Credential) Taken(app, name string) error {
	what := "value"
	if c.Secrets != nil {
		what = "id"
	}
	return fmt.Errorf("%s: key %q of app %q has the same %s: give each key its own", c.At, name, app, what)
}

// grants are those of the app, with no plan where the registry says none.
func grants(app *config.App) map[string]auth.Grant {
	granted := make(map[string]auth.Grant, len(app.Grants))
	for api, g := range app.Grants {
		plan := g.Plan
		if plan == "none" {
			plan = ""
		}
		granted[api] = auth.Grant{Plan: plan, Routes: g.Routes, Stages: g.Stages, Until: time.Time(g.Until)}
	}
	return granted
}

const digestPrefix = "sha256:"

// Digest is the value of an API key as a store keeps it, for the id that auth.KeyID makes of it.
func Digest(id string) string {
	sum, _ := base64.RawURLEncoding.DecodeString(id)
	return digestPrefix + hex.EncodeToString(sum)
}

// keyID is auth.KeyID of a value that may be given by its digest.
func keyID(value string) (string, error) {
	if value == "" {
		return "", errors.New("an empty key: write the key or sha256: and its digest")
	}
	digest, ok := strings.CutPrefix(value, digestPrefix)
	if !ok {
		return auth.KeyID(value), nil
	}
	sum, err := hex.DecodeString(digest)
	if err != nil || len(sum) != sha256.Size {
		return "", errors.New("no digest after sha256: write the key's SHA-256 in 64 hexadecimal digits")
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}

// Windows are what a plan limits. They are named by what they count, not by the plan: usage stays when a caller changes to
// another one.
func Windows(plan config.Plan) ([]limit.Window, error) {
	var windows []limit.Window
	if r := plan.Rate; !r.IsZero() {
		windows = append(windows, limit.NewRate("rate", r.N, r.Per, 0))
	}
	if q := plan.Quota; !q.IsZero() {
		zone, err := time.LoadLocation(q.Zone)
		if err != nil || q.Zone == "Local" {
			return nil, fmt.Errorf("quota: there is no time zone %q: write one like Asia/Seoul, or none for UTC", q.Zone)
		}
		windows = append(windows, limit.NewCalendar("quota", q.N, limit.Unit(q.Unit), zone))
	}
	return windows, nil
}
