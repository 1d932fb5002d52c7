package admin

import (
	"crypto/rand"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"postern/shared/operate"
)

// call is one call of the API.
type call struct {
	*http.Request
	api      *api
	operator Operator
	at       time.Time
	route    *route
	vars     map[string]string
	query    url.Values
	body     []byte
	changed  []operate.Change // for the record
	replayed bool
}

func newCall(a *api, r *http.Request) *call {
	c := &call{Request: r, api: a, operator: operatorOf(r.Context()), at: a.Now()}
	if c.operator.RequestID == "" {
		c.operator.RequestID = rand.Text()
	}
	return c
}

// find finds the route, and what the path says.
func (c *call) find() error {
	path := c.URL.EscapedPath()
	var allowed []string
	for i := range c.api.routes {
		r := &c.api.routes[i]
		vars, ok := r.match(path)
		if !ok {
			continue
		}
		if r.method == c.Method || r.method == http.MethodGet && c.Method == http.MethodHead {
			c.route, c.vars = r, vars
			return c.ask()
		}
		allowed = append(allowed, r.method)
	}
	if allowed == nil {
		return missing("no resource has this path: GET /v1/openapi describes all")
	}
	p := problem(http.StatusMethodNotAllowed, "method", "the resource has no such method", "")
	p.allow = strings.Join(slices.Sorted(slices.Values(allowed)), ", ")
	return p
}

// ask reads the query: each parameter once, and none that the route does not have.
func (c *call) ask() error {
	var err error
	if c.query, err = url.ParseQuery(c.URL.RawQuery); err != nil {
		return malformed("the query is no query: encode what is special in it")
	}
	for name, values := range c.query {
		switch {
		case !slices.Contains(c.route.query, name):
			return badParameter(name, "there is no such parameter here")
		case len(values) > 1:
			return badParameter(name, "it stands there twice")
		case !utf8.ValidString(values[0]):
			return badParameter(name, "it is no UTF-8")
		}
	}
	return nil
}

// The most bytes of a body.
const (
	mostOfAll = 5 << 20 // of a registry; a function is handed 6 MB
	mostOfOne = 64 << 10
)

// read reads the body, where the route has one.
func (c *call) read() error {
	most := mostOfOne
	if c.route.whole {
		most = mostOfAll
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, c.Body, int64(most)))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return tooLarge(most)
	case err != nil:
		return malformed("the body cannot be read")
	case len(body) == 0:
		return nil
	case c.route.body == none:
		return malformed("this call takes no body")
	}
	kind, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return problem(http.StatusUnsupportedMediaType, "media-type",
			"the body is not of a type that this call takes", "send application/json")
	}
	c.body = body
	return nil
}

// flag is a parameter that is true or false.
func (c *call) flag(name string) (bool, error) {
	switch c.query.Get(name) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, badParameter(name, "write true or false")
}
