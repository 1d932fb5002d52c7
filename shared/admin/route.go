package admin

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// route is one operation of the API.
type route struct {
	name   string // operationId
	method string
	path   string   // with {variables}, each a whole segment
	query  []string // the parameters that it knows
	body   takes
	whole  bool // of the registry: its body may be large
	act    func(*call) (*answer, error)
}

// takes says whether a call has a body.
type takes int

const (
	none takes = iota
	maybe
	must
)

// changes says that a call may change something.
func (r *route) changes() bool { return r.method != http.MethodGet }

// match takes a path apart, as it came, still encoded: what is encoded in a name is no border of it.
func (r *route) match(path string) (map[string]string, bool) {
	want, got := strings.Split(r.path, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	vars := map[string]string{}
	for i := range want {
		name, isVar := strings.CutPrefix(want[i], "{")
		if !isVar {
			if want[i] != got[i] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(got[i])
		if err != nil || value == "" || value == "." || value == ".." || !utf8.ValidString(value) {
			return nil, false
		}
		vars[strings.TrimSuffix(name, "}")] = value
	}
	return vars, true
}

// routes are all there are.
func routes() []route {
	var all []route
	for _, some := range [][]route{
		aboutRoutes(), registryRoutes(), appRoutes(), planRoutes(), secretRoutes(), keyRoutes(), flagRoutes(), stateRoutes(), grantRoutes(),
		quotaRoutes(),
	} {
		all = append(all, some...)
	}
	return all
}

// Operation describes one of the routes.
type Operation struct {
	Name, Method, Path string
	Query              []string // the parameters that it knows
	Body               bool     // it takes one
}

// Operations are all that the API can do.
func Operations() (all []Operation) {
	for _, r := range routes() {
		all = append(all, Operation{r.name, r.method, r.path, r.query, r.body != none})
	}
	return all
}
