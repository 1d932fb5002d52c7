package admin

import (
	"maps"
	"net/http"

	"postern/shared/config"
	"postern/shared/operate"
)

func secretRoutes() []route {
	const path = "/v1/secrets/{secret}"
	return []route{
		{name: "listSecrets", method: http.MethodGet, path: "/v1/secrets", query: paging(), act: (*call).listSecrets},
		{name: "getSecret", method: http.MethodGet, path: path, act: (*call).getSecret},
		{name: "putSecret", method: http.MethodPut, path: path, body: must, act: (*call).putSecret},
		{name: "deleteSecret", method: http.MethodDelete, path: path, act: (*call).deleteSecret},
	}
}

// namedSecret is a secret as it is shown: its tag changes with it.
type namedSecret struct {
	Name string `json:"name"`
	Tag  string `json:"tag"`
}

// secretValue is the body of a call that gives a secret.
type secretValue struct {
	Value string `json:"value"`
}

func (c *call) listSecrets() (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		var all []namedSecret
		for name, value := range reg.Secrets {
			all = append(all, namedSecret{name, operate.Masked(value)})
		}
		return list(c, all, func(s namedSecret) string { return s.Name })
	})
}

func (c *call) getSecret() (*answer, error) { return c.get(c.shownSecret) }

func (c *call) shownSecret(reg *config.Registry) (any, error) {
	name := c.vars["secret"]
	value, ok := reg.Secrets[name]
	if !ok {
		return nil, unknown("secret", name, maps.Keys(reg.Secrets))
	}
	return namedSecret{name, operate.Masked(value)}, nil
}

func (c *call) putSecret() (*answer, error) {
	var given secretValue
	if err := c.decode(&given); err != nil {
		return nil, err
	}
	if err := operate.CheckSecret(given.Value); err != nil {
		return nil, err
	}
	return c.put(c.shownSecret, func(reg *config.Registry) error {
		if reg.Secrets == nil {
			reg.Secrets = map[string]string{}
		}
		reg.Secrets[c.vars["secret"]] = given.Value
		return nil
	})
}

func (c *call) deleteSecret() (*answer, error) {
	return c.remove(operate.Secret, c.vars["secret"], c.shownSecret)
}
