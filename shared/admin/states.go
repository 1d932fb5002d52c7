package admin

import (
	"maps"
	"net/http"
	"slices"

	"postern/shared/config"
	"postern/shared/operate"
)

// stateRoutes are those of hosts, APIs and owners, which have flags and nothing else.
func stateRoutes() (all []route) {
	for _, of := range []struct {
		kind config.Flagged
		name string
	}{{config.FlaggedHost, "Host"}, {config.FlaggedAPI, "API"}, {config.FlaggedOwner, "Owner"}} {
		list := "/v1/" + string(of.kind) + "s"
		path := list + "/{" + string(of.kind) + "}"
		flag, kind := path+"/flags/{flag}", operate.Kind(of.kind)
		all = append(all,
			route{name: "list" + of.name + "s", method: http.MethodGet, path: list, query: paging(), act: listThings(of.kind)},
			route{name: "get" + of.name, method: http.MethodGet, path: path, act: getThing(of.kind)},
			route{name: "put" + of.name, method: http.MethodPut, path: path, body: must, act: putThing(of.kind)},
			route{name: "delete" + of.name, method: http.MethodDelete, path: path, act: deleteThing(of.kind)},
			route{name: "set" + of.name + "Flag", method: http.MethodPut, path: flag, act: flagged(kind, true)},
			route{name: "clear" + of.name + "Flag", method: http.MethodDelete, path: flag, act: flagged(kind, false)},
		)
	}
	return all
}

// thing is a host, an API or an owner.
type thing struct {
	Name  string       `json:"name"`
	Flags config.Flags `json:"flags"`
}

func thingOf(name string, flags config.Flags) thing {
	return thing{name, slices.Sorted(slices.Values(flags))}
}

func listThings(kind config.Flagged) func(*call) (*answer, error) {
	return func(c *call) (*answer, error) {
		return c.reading(func(reg *config.Registry) (*answer, error) {
			var all []thing
			for name, flags := range *reg.Named(kind) {
				all = append(all, thingOf(name, flags))
			}
			return list(c, all, func(t thing) string { return t.Name })
		})
	}
}

func shownThing(kind config.Flagged, name string) shown {
	return func(reg *config.Registry) (any, error) {
		all := *reg.Named(kind)
		flags, ok := all[name]
		if !ok {
			return nil, unknown(string(kind), name, maps.Keys(all))
		}
		return thingOf(name, flags), nil
	}
}

func getThing(kind config.Flagged) func(*call) (*answer, error) {
	return func(c *call) (*answer, error) { return c.get(shownThing(kind, c.vars[string(kind)])) }
}

func putThing(kind config.Flagged) func(*call) (*answer, error) {
	return func(c *call) (*answer, error) {
		name := c.vars[string(kind)]
		wish := thing{Name: name}
		if err := c.decode(&wish); err != nil {
			return nil, err
		}
		if wish.Name != name {
			return nil, errName()
		}
		return c.put(shownThing(kind, name), func(reg *config.Registry) error {
			all := reg.Named(kind)
			if *all == nil {
				*all = map[string]config.Flags{}
			}
			(*all)[name] = wish.Flags
			return nil
		})
	}
}

func deleteThing(kind config.Flagged) func(*call) (*answer, error) {
	return func(c *call) (*answer, error) {
		name := c.vars[string(kind)]
		return c.remove(operate.Kind(kind), name, shownThing(kind, name))
	}
}
