package admin

import (
	"fmt"
	"net/http"

	"postern/shared/config"
	"postern/shared/operate"
)

// shown is what a registry shows of the thing of a path; the error says that there is none.
type shown func(*config.Registry) (any, error)

// get answers what is shown of a thing.
func (c *call) get(show shown) (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		there, err := show(reg)
		if err != nil {
			return nil, err
		}
		return tagged(http.StatusOK, there)
	})
}

// put sets a thing, and answers what is shown of it then.
func (c *call) put(show shown, set func(*config.Registry) error) (*answer, error) {
	status := http.StatusOK
	err := c.edit(func(reg *config.Registry) error {
		there, err := show(reg)
		status = http.StatusOK
		if err != nil {
			there, status = nil, http.StatusCreated
		}
		if err := c.expect(there); err != nil {
			return err
		}
		return set(reg)
	})
	if err != nil {
		return nil, err
	}
	return c.shows(status, show)
}

// shows reads the registry once more, and answers what a change left of its thing.
func (c *call) shows(status int, show shown) (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		there, err := show(reg)
		if err != nil {
			return nil, conflict("it was changed, and removed by somebody else")
		}
		return tagged(status, there)
	})
}

// reading reads the registry, and hands it over.
func (c *call) reading(answered func(*config.Registry) (*answer, error)) (*answer, error) {
	reg, err := c.api.Registry.Read(c.Context())
	if err != nil {
		return nil, err
	}
	return answered(reg)
}

// remove removes an entry, or a part of the app of the path.
func (c *call) remove(kind operate.Kind, name string, show shown) (*answer, error) {
	part := operate.Part{Entry: operate.Entry{Kind: kind, Name: name}, App: c.partOf(kind)}
	err := c.edit(func(reg *config.Registry) error {
		there, err := show(reg)
		if err != nil {
			return err
		}
		if err := c.expect(there); err != nil {
			return err
		}
		return part.Remove(reg)
	})
	if err != nil {
		return nil, err
	}
	return done()
}

// partOf is the app that has what the path names; "": none.
func (c *call) partOf(kind operate.Kind) string {
	if kind == operate.App {
		return ""
	}
	return c.vars["app"]
}

// unknown says that there is no such thing.
func unknown(kind, name string, known func(func(string) bool)) error {
	var all []string
	for k := range known {
		all = append(all, k)
	}
	text := fmt.Sprintf("there is no %s %q", kind, name)
	if meant := config.Suggest(name, all); meant != "" {
		text += fmt.Sprintf("; did you mean %q?", meant)
	}
	return missing(text)
}
