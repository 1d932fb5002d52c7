package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// CheckRegistry finds what is wrong with a registry that its types alone cannot say. With a definition it also asks
// whether what is granted is served; nil: that is not asked. No problem names the value of a key or secret.
func CheckRegistry(reg *Registry, def *Definition) Problems {
	c := &registryChecker{reg: reg, values: map[string]string{}, ids: map[string]string{}}
	if reg.Version != 1 {
		c.problem("version", "version %d is not known here: write 1", reg.Version)
	}
	if def != nil {
		c.apis = map[string]*API{}
		for i := range def.APIs {
			c.apis[def.APIs[i].Name] = &def.APIs[i]
		}
	}
	for _, name := range sorted(reg.Secrets) {
		c.secret("secrets."+name, name, reg.Secrets[name])
	}
	for _, name := range sorted(reg.Plans) {
		plan := reg.Plans[name]
		if plan.Rate.IsZero() && plan.Quota.IsZero() {
			c.problem("plans."+name, "a plan needs a rate, a quota or both, like rate: 20/s")
		}
		if name == "none" {
			c.problem("plans.none", "no plan can be called none: a grant says so when it has none")
		}
		c.zone("plans."+name+".quota", plan.Quota)
	}
	c.states()
	names := map[string]bool{}
	for i := range reg.Apps {
		app, path := &reg.Apps[i], fmt.Sprintf("apps[%d]", i)
		if names[app.Name] {
			c.problem(path+".name", "another app is called %q too", app.Name)
		}
		names[app.Name] = true
		c.app(path, app)
	}
	return c.problems
}

type registryChecker struct {
	checker
	reg    *Registry
	apis   map[string]*API   // nil: not known
	values map[string]string // which key has a value, by the value's digest
	ids    map[string]string // which app has an access key, by its id
}

func (c *registryChecker) secret(path, name, value string) {
	if !isToken(name) {
		c.problem(path, "%q cannot be named in a definition: a secret's name holds letters, digits, hyphens and dots", name)
	}
	if value == "" {
		c.problem(path, "the secret is empty")
	}
	c.sealed(path, value)
}

// sealed checks what stands for a secret that a table keeps.
func (c *registryChecker) sealed(path, value string) {
	tag, sealed := strings.CutPrefix(value, Sealed)
	if raw, err := hex.DecodeString(tag); sealed && (err != nil || len(raw) != 8) {
		c.problem(path, "after sealed: stands the tag of a secret in 16 hexadecimal digits, as postern registry show prints it")
	}
}

func (c *registryChecker) app(path string, app *App) {
	if app.Name == "" {
		c.problem(path+".name", "an app needs a name")
	}
	for _, api := range sorted(app.Grants) {
		plan, at := app.Grants[api].Plan, path+".grants."+api
		if known := c.apis[api]; known != nil {
			c.grant(at, app.Grants[api], known)
		} else if c.apis != nil {
			c.problem(at, "there is no API %q%s", api, meant(api, c.apis))
		}
		if _, ok := c.reg.Plans[plan]; !ok && plan != "" && plan != "none" {
			c.problem(at, "there is no plan %q (none: without a plan)%s", plan, meant(plan, c.reg.Plans))
		}
	}
	if _, ok := c.reg.Owners[app.Owner]; !ok && app.Owner != "" {
		c.problem(path+".owner", "there is no owner %q%s: add it under owners, like %s: []", app.Owner, meant(app.Owner, c.reg.Owners), app.Owner)
	}
	c.flags(path+".flags", FlaggedApp, app.Flags)
	c.keys(path, app)
	for i := range app.AccessKeys {
		c.accessKey(fmt.Sprintf("%s.access-keys[%d]", path, i), app, &app.AccessKeys[i])
	}
}

// grant checks what a grant names of its API.
func (c *registryChecker) grant(path string, g Grant, api *API) {
	routes := map[string]bool{}
	for i := range api.Routes {
		routes[api.Routes[i].ID()] = true
	}
	for i, name := range g.Routes {
		if !routes[name] {
			c.problem(fmt.Sprintf("%s.routes[%d]", path, i), "the API has no route %q%s", name, meant(name, routes))
		}
	}
	for i, name := range g.Stages {
		if _, ok := api.Stages[name]; !ok && len(api.Stages) > 0 {
			c.problem(fmt.Sprintf("%s.stages[%d]", path, i), "the API has no stage %q%s", name, meant(name, api.Stages))
		}
	}
}

func (c *registryChecker) keys(path string, app *App) {
	names := map[string]bool{}
	for i, key := range app.Keys {
		at := fmt.Sprintf("%s.keys[%d]", path, i)
		if key.Name == "" {
			c.problem(at+".name", "a key needs a name")
		} else if names[key.Name] {
			c.problem(at+".name", "another key of the app is called %q too", key.Name)
		}
		names[key.Name] = true
		id := fmt.Sprintf("%q of app %q", key.Name, app.Name)
		c.value(at+".primary", id, key.Primary)
		if key.Secondary != "" {
			c.value(at+".secondary", id, key.Secondary)
		}
	}
}

func (c *registryChecker) accessKey(path string, app *App, key *AccessKey) {
	if !IsID(key.ID) {
		c.problem(path+".id", "the id of an access key has 1 to 200 letters, digits, hyphens and underscores")
	} else if other, taken := c.ids[key.ID]; taken {
		c.problem(path+".id", "an access key of app %q has this id too: give each its own", other)
	}
	c.ids[key.ID] = app.Name
	if key.Secret == "" {
		c.problem(path+".secret", "the secret is empty")
	} else if key.Secret == key.Secondary {
		c.problem(path+".secondary", "this is the other secret: write a new one, or remove it")
	}
	c.sealed(path+".secret", key.Secret)
	c.sealed(path+".secondary", key.Secondary)
}

func isKey(value string) bool {
	odd := func(r rune) bool { return !isAlphanumeric(r) }
	return len(value) >= 10 && len(value) <= 40 && !strings.ContainsFunc(value, odd)
}

// value checks one value of a key.
func (c *registryChecker) value(path, id, value string) {
	digest, hashed := strings.CutPrefix(value, "sha256:")
	raw, err := hex.DecodeString(digest)
	switch {
	case hashed && (err != nil || len(raw) != sha256.Size):
		c.problem(path, "after sha256: stands the key's digest in 64 hexadecimal digits")
		return
	case !hashed && !isKey(value):
		c.problem(path, "a key has 10 to 40 letters and digits, or is sha256: and its digest")
		return
	case !hashed:
		sum := sha256.Sum256([]byte(value))
		raw = sum[:]
	}
	if other, taken := c.values[string(raw)]; taken {
		c.problem(path, "key %s has this value too: give each its own", other)
	}
	c.values[string(raw)] = id
}
