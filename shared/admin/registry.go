package admin

import (
	"errors"
	"net/http"
	"slices"

	"postern/shared/config"
	"postern/shared/operate"
)

func registryRoutes() []route {
	const path = "/v1/registry"
	dry := []string{"dry-run"}
	return []route{
		{name: "getRegistry", method: http.MethodGet, path: path, act: (*call).getRegistry},
		{name: "replaceRegistry", method: http.MethodPut, path: path, query: dry, body: must, whole: true, act: (*call).replaceRegistry},
		{name: "applyRegistry", method: http.MethodPatch, path: path, query: dry, body: must, whole: true, act: (*call).applyRegistry},
	}
}

// changeList is what a change of the registry did, or would do.
type changeList struct {
	Changes []operate.Change `json:"changes"`
	Omitted int              `json:"omitted,omitempty"` // changes that would make the list too long
}

// mostChanges is how many an answer lists.
const mostChanges = 10_000

func sayChanges(all []operate.Change) (*answer, error) {
	n := min(len(all), mostChanges)
	return say(http.StatusOK, changeList{append([]operate.Change{}, all[:n]...), len(all) - n})
}

func (c *call) getRegistry() (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) { return tagged(http.StatusOK, operate.Shown(reg)) })
}

// given is the registry in the body.
func (c *call) given() (reg *config.Registry, dry bool, err error) {
	if dry, err = c.flag("dry-run"); err != nil {
		return nil, false, err
	}
	reg = &config.Registry{}
	if err := c.decode(reg); err != nil {
		return nil, false, err
	}
	return reg, dry, operate.Unmasked(reg)
}

// replaceRegistry makes the registry what the body says: what is not in it is removed.
func (c *call) replaceRegistry() (*answer, error) {
	next, dry, err := c.given()
	if err != nil {
		return nil, err
	}
	if c.Header.Get("If-Match") == "" {
		return nil, problem(http.StatusPreconditionRequired, "unconditional", "this removes what the body does not name",
			"say with If-Match which registry it replaces: GET /v1/registry gives its ETag")
	}
	err = c.edit(func(reg *config.Registry) error {
		if err := c.expect(operate.Shown(reg)); err != nil {
			return err
		}
		if dry {
			return c.wouldBe(reg, next)
		}
		*reg = *next
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return nil, err
	}
	return sayChanges(c.changed)
}

// errDry ends a change that is only tried.
var errDry = errors.New("a dry run")

// wouldBe ends a change that is only tried.
func (c *call) wouldBe(reg, next *config.Registry) error {
	if err := operate.Consistent(next); err != nil {
		return err
	}
	c.changed = difference(reg, next)
	return errDry
}

// applyRegistry adds and replaces what the body names: the rest stays.
func (c *call) applyRegistry() (*answer, error) {
	reg, dry, err := c.given()
	if err != nil {
		return nil, err
	}
	list, err := operate.Planned(c.Context(), c.api.Registry, reg)
	if err != nil {
		return nil, err
	}
	if dry {
		if err := c.expectRegistry(); err != nil {
			return nil, err
		}
		return sayChanges(list)
	}
	err = c.edit(func(have *config.Registry) error {
		if err := c.expect(operate.Shown(have)); err != nil {
			return err
		}
		return operate.Merge(have, reg)
	})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(one operate.Change) bool { return one.Change == operate.Kept })
	return sayChanges(list)
}

func (c *call) expectRegistry() error {
	reg, err := c.api.Registry.Read(c.Context())
	if err != nil {
		return err
	}
	return c.expect(operate.Shown(reg))
}
