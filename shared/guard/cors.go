package guard

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"postern/shared/gateway"
)

// CORS lets scripts of other origins call a path (the Fetch standard, "CORS protocol"). What a browser may not do is
// answered with 200 and without the headers that would allow it: no vendor documents a refusal, the browser makes one.
type CORS struct {
	Origins     []string       // as browsers send them, in lower case; "*": all
	Methods     []string       // "*": all
	Headers     []string       // that may be sent; "*": all
	Expose      []string       // that a script may read
	MaxAge      *time.Duration // how long a preflight holds; nil: nothing is said
	Credentials bool           // cookies and Authorization may be sent; not with the origin "*"
	Refuse      bool           // what a browser may not do is refused, by kinds of its own
	Served      []string       // methods of the path, for Refuse; "*": all
	Allow       []string       // answers an OPTIONS request that is no preflight; nil: it goes on to the backend
}

// Step is the step "cors": it answers preflights, and other OPTIONS requests where the path has no such method of its own.
func (c CORS) Step() gateway.Step {
	return gateway.Step{Name: "cors", Run: func(_ context.Context, x *gateway.Exchange) error {
		if c.Refuse {
			if err := c.judge(x.Request); err != nil {
				return err
			}
		}
		switch {
		case isPreflight(x.Request):
			x.Answer = &gateway.Response{Status: http.StatusOK, Header: c.preflight(x.Request.Header)}
		case x.Request.Method == http.MethodOptions && c.Allow != nil:
			x.Answer = &gateway.Response{Status: http.StatusOK, Header: http.Header{"Allow": {strings.Join(c.Allow, ", ")}}}
		}
		return nil
	}}
}

// Amend is the amending step "cors": it marks answers for browsers, refusals included. What the backend said about origins
// is replaced.
func (c CORS) Amend() gateway.Step {
	return gateway.Step{Name: "cors", Run: func(_ context.Context, x *gateway.Exchange) error {
		if isPreflight(x.Request) {
			return nil
		}
		if x.Answer.Header == nil {
			x.Answer.Header = http.Header{}
		}
		c.mark(x.Answer.Header, x.Request.Header)
		return nil
	}}
}

func isPreflight(r *gateway.Request) bool {
	return r.Method == http.MethodOptions &&
		len(r.Header["Origin"]) > 0 && len(r.Header["Access-Control-Request-Method"]) > 0
}

// mark sets what a script may see of an answer.
func (c CORS) mark(answer, request http.Header) {
	answer.Del("Access-Control-Allow-Origin")
	answer.Del("Access-Control-Allow-Credentials")
	answer.Del("Access-Control-Expose-Headers")
	if c.allowOrigin(answer, request) && len(c.Expose) > 0 {
		answer.Set("Access-Control-Expose-Headers", strings.Join(c.Expose, ", "))
	}
}

// preflight is what a browser may send.
func (c CORS) preflight(request http.Header) http.Header {
	answer := http.Header{}
	asked := request.Get("Access-Control-Request-Method")
	headers, ok := c.headers(request["Access-Control-Request-Headers"])
	if !ok || !c.allowsMethod(asked) || !c.allowOrigin(answer, request) {
		return answer
	}
	methods := c.Methods
	if slices.Contains(methods, "*") {
		methods = []string{asked}
	}
	answer.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
	if headers != "" {
		answer.Set("Access-Control-Allow-Headers", headers)
	}
	if c.MaxAge != nil {
		answer.Set("Access-Control-Max-Age", strconv.Itoa(int(c.MaxAge.Seconds())))
	}
	return answer
}

// allowOrigin says who may see the answer, if the request's origin may.
func (c CORS) allowOrigin(answer, request http.Header) bool {
	if slices.Contains(c.Origins, "*") {
		answer.Set("Access-Control-Allow-Origin", "*")
		return true
	}
	if !hasToken(answer["Vary"], "Origin") {
		answer.Add("Vary", "Origin")
	}
	origin := request["Origin"]
	if len(origin) != 1 || !slices.Contains(c.Origins, origin[0]) {
		return false
	}
	answer.Set("Access-Control-Allow-Origin", origin[0])
	if c.Credentials {
		answer.Set("Access-Control-Allow-Credentials", "true")
	}
	return true
}

func (c CORS) allowsMethod(method string) bool {
	return slices.Contains(c.Methods, "*") && isToken(method) || slices.Contains(c.Methods, method)
}

// headers are those that may be sent, as an answer says it. It is not ok when others are asked for.
func (c CORS) headers(asked []string) (allowed string, ok bool) {
	all := slices.Contains(c.Headers, "*")
	var names []string
	for name := range elements(asked) {
		known := slices.ContainsFunc(c.Headers, func(h string) bool { return strings.EqualFold(h, name) })
		switch {
		case name == "":
		case !known && !(all && isToken(name)):
			return "", false
		default:
			names = append(names, name)
		}
	}
	if !all {
		names = c.Headers
	}
	return strings.Join(names, ", "), true
}

// isToken says whether s is a method or the name of a header (RFC 9110, 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		alphanumeric := '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
		if !alphanumeric && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}
