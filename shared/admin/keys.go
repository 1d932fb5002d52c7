package admin

import (
	"net/http"
	"net/url"
	"strings"

	"postern/shared/config"
	"postern/shared/operate"
)

// keyRoutes are those of both kinds of keys: they differ in what they show.
func keyRoutes() []route {
	var all []route
	for _, of := range []struct {
		kind       operate.Kind
		path, noun string
	}{{operate.APIKey, "/v1/apps/{app}/keys", "Key"}, {operate.AccessKey, "/v1/apps/{app}/access-keys", "AccessKey"}} {
		k, one := keys{of.kind, of.path}, of.path+"/{key}"
		all = append(all,
			route{name: "list" + of.noun + "s", method: http.MethodGet, path: of.path, query: paging(), act: k.list},
			route{name: "create" + of.noun, method: http.MethodPost, path: of.path, body: maybe, act: k.create},
			route{name: "get" + of.noun, method: http.MethodGet, path: one, act: k.get},
			route{name: "delete" + of.noun, method: http.MethodDelete, path: one, act: k.remove},
			route{name: "rotate" + of.noun, method: http.MethodPost, path: one + "/rotate", body: maybe, act: k.rotate},
			route{name: "finish" + of.noun, method: http.MethodPost, path: one + "/finish", act: k.edit((*operate.Key).Finish)},
			route{name: "disable" + of.noun, method: http.MethodPost, path: one + "/disable", act: k.edit(switched(false))},
			route{name: "enable" + of.noun, method: http.MethodPost, path: one + "/enable", act: k.edit(switched(true))},
		)
	}
	return all
}

// keys are the keys of apps of one kind.
type keys struct {
	kind operate.Kind
	path string
}

// newKey is a key with the secret that it has from now on. A secret that was given is not said again.
type newKey struct {
	App    string       `json:"app"`
	Kind   operate.Kind `json:"kind"`
	Name   string       `json:"name"`
	Secret string       `json:"secret,omitempty"`
}

// keyWish is what a new key is to be, and a rotated one to get.
type keyWish struct {
	Name   string `json:"name"`
	Secret string `json:"secret"`
}

// secretWish is the same without a name.
type secretWish struct {
	Secret string `json:"secret"`
}

func (k keys) list(c *call) (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		app, err := c.app(reg)
		if err != nil {
			return nil, err
		}
		shown := operate.ShownApp(app)
		if k.kind == operate.APIKey {
			return list(c, shown.Keys, func(k config.Key) string { return k.Name })
		}
		return list(c, shown.AccessKeys, func(k config.AccessKey) string { return k.ID })
	})
}

// shown is the key of the path.
func (k keys) shown(c *call) shown {
	return func(reg *config.Registry) (any, error) {
		app, err := c.app(reg)
		if err != nil {
			return nil, err
		}
		if _, err := operate.FindKey(app, k.kind, c.vars["key"]); err != nil {
			return nil, err
		}
		shown := operate.ShownApp(app)
		for _, key := range shown.Keys {
			if k.kind == operate.APIKey && key.Name == c.vars["key"] {
				return key, nil
			}
		}
		for _, key := range shown.AccessKeys {
			if k.kind == operate.AccessKey && key.ID == c.vars["key"] {
				return key, nil
			}
		}
		return nil, missing("")
	}
}

func (k keys) get(c *call) (*answer, error)    { return c.get(k.shown(c)) }
func (k keys) remove(c *call) (*answer, error) { return c.remove(k.kind, c.vars["key"], k.shown(c)) }

func (k keys) create(c *call) (*answer, error) {
	var wish keyWish
	if err := c.decode(&wish); err != nil {
		return nil, err
	}
	made := newKey{App: c.vars["app"], Kind: k.kind}
	err := c.editApp(func(app *config.App) error {
		key, secret, err := operate.AddKey(app, k.kind, wish.Name, wish.Secret)
		if err == nil {
			made.Name, made.Secret = key.Name, secret
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := c.secretly(http.StatusCreated, made, wish.Secret != "")
	if err == nil {
		path := strings.Replace(k.path, "{app}", url.PathEscape(made.App), 1)
		out.Header.Set("Location", path+"/"+url.PathEscape(made.Name))
	}
	return out, err
}

func (k keys) rotate(c *call) (*answer, error) {
	var wish secretWish
	if err := c.decode(&wish); err != nil {
		return nil, err
	}
	made := newKey{App: c.vars["app"], Kind: k.kind, Name: c.vars["key"]}
	err := c.editKey(k, func(key *operate.Key) error {
		secret, _, err := key.Rotate(wish.Secret)
		made.Secret = secret
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.secretly(http.StatusOK, made, wish.Secret != "")
}

// editKey changes the key of the path.
func (c *call) editKey(k keys, change func(*operate.Key) error) error {
	return c.edit(func(reg *config.Registry) error {
		there, err := k.shown(c)(reg)
		if err != nil {
			return err
		}
		if err := c.expect(there); err != nil {
			return err
		}
		app, err := c.app(reg)
		if err != nil {
			return err
		}
		key, err := operate.FindKey(app, k.kind, c.vars["key"])
		if err != nil {
			return err
		}
		return change(key)
	})
}

// switched switches a key on or off.
func switched(on bool) func(*operate.Key) bool {
	return func(k *operate.Key) bool { return k.Switch(on) }
}

// edit changes a key, and shows it.
func (k keys) edit(change func(*operate.Key) bool) func(*call) (*answer, error) {
	return func(c *call) (*answer, error) {
		err := c.editKey(k, func(key *operate.Key) error {
			change(key)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return c.shows(http.StatusOK, k.shown(c))
	}
}

// secretly answers a new secret. Whoever asks once more with the same Idempotency-Key is not told it again.
func (c *call) secretly(status int, made newKey, given bool) (*answer, error) {
	quiet := made
	quiet.Secret = ""
	if given {
		made = quiet
	}
	out, err := say(status, made)
	if err == nil {
		out.again, err = encoded(quiet)
	}
	return out, err
}
