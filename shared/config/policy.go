package config

import "fmt"

// Policy is what an API says for all its routes and a route for itself. Mappings are merged by key, down from the API over
// the policies that a route uses; lists and values are replaced, and the word none removes an entry, one header of a map
// as well as a whole concern. Where a text is asked for, "none" in quotes is that text.
type Policy struct {
	Auth        []Auth            `json:"auth,omitempty" doc:"ways to authenticate, all of which must hold"`
	Replay      string            `json:"replay,omitempty" doc:"what a nonce is for" enum:"required,if-present,none"`
	Limits      map[string]Limit  `json:"limits,omitempty" doc:"rates and quotas, by name"`
	Access      *Access           `json:"access,omitempty" doc:"which client addresses are admitted"`
	CORS        *CORS             `json:"cors,omitempty" doc:"cross-origin requests of browsers"`
	Sizes       *Sizes            `json:"sizes,omitempty" doc:"limits of bodies"`
	Validate    *Validate         `json:"validate,omitempty" doc:"what a request must carry"`
	Precall     *Precall          `json:"pre-call,omitempty" doc:"a service that is asked before the backend"`
	Request     *RequestChange    `json:"request,omitempty" doc:"changes to the backend's request"`
	Response    *ResponseChange   `json:"response,omitempty" doc:"changes to the answer"`
	Rewrite     *Rewrite          `json:"rewrite,omitempty" doc:"another path for the backend"`
	Maintenance *Mock             `json:"maintenance,omitempty" doc:"every request gets this answer"`
	Backend     *Backend          `json:"backend,omitempty" doc:"who answers"`
	Stages      map[string]Policy `json:"stages,omitempty" doc:"deployed copies that a client chooses from"`
}

// Auth is one scheme; exactly one field is set. The short form is the scheme's name.
type Auth struct {
	HMAC   *HMAC   `json:"hmac,omitempty" doc:"signed requests"`
	JWT    *JWT    `json:"jwt,omitempty" doc:"JSON Web Tokens"`
	APIKey *APIKey `json:"api-key,omitempty" doc:"API keys of the registry"`
	Any    []Auth  `json:"any,omitempty" doc:"the first scheme that the request uses must hold"`
}

// Words are the schemes that FromWord takes.
func (Auth) Words() []string { return []string{"hmac", "jwt", "api-key"} }

// FromWord takes the short form.
func (a *Auth) FromWord(word string) error {
	switch word {
	case "hmac":
		a.HMAC = &HMAC{}
	case "jwt":
		a.JWT = &JWT{}
	case "api-key":
		a.APIKey = &APIKey{}
	default:
		return fmt.Errorf("there is no scheme %q: write hmac, jwt or api-key", word)
	}
	return nil
}

// HMAC is how requests are signed.
type HMAC struct {
	Secret  string   `json:"secret,omitempty" doc:"the shared secret; normally ${secret:NAME}"`
	Skew    Duration `json:"skew,omitempty" doc:"how far the signed time may be off, both ways; 0s: it is not checked"`
	Headers []string `json:"require-headers,omitempty" doc:"headers that must be sent and signed"`
}

// JWT is how tokens are verified.
type JWT struct {
	Algorithm string           `json:"algorithm" doc:"the one algorithm accepted" enum:"HS256,RS256" required:"true"`
	Secret    string           `json:"secret,omitempty" doc:"HS256: the shared secret; normally ${secret:NAME}"`
	PublicKey string           `json:"public-key,omitempty" doc:"RS256: the key in PEM"`
	JWKS      string           `json:"jwks,omitempty" doc:"RS256: URL of the key set"`
	Skew      Duration         `json:"skew,omitempty" doc:"tolerance of exp and nbf"`
	Claims    map[string]Claim `json:"claims,omitempty" doc:"what is asked of the claims, by name"`
}

// Claim is what a token must say.
type Claim struct {
	Required bool     `json:"required,omitempty" doc:"the claim must be there"`
	Values   []string `json:"values,omitempty" doc:"one of these must be (one of) the claim's values, in tokens that have the claim; add required to refuse those without"`
}

// APIKey has no settings: where a key is sent is the dialect's, which keys there are is the registry's.
type APIKey struct{}

// Limit counts the requests of an owner. Exactly one of Rate, Quota, Window and From is set, but a rate and a quota may go
// together.
type Limit struct {
	Per      string           `json:"per" doc:"whose requests are counted: api, route, app, owner, client, host, header:NAME, path:NAME, parameter:NAME" required:"true"`
	Rate     Rate             `json:"rate,omitzero" doc:"token bucket, like 20/s"`
	Burst    int64            `json:"burst,omitempty" doc:"size of the bucket; default: what the rate fills in a second, at least 1"`
	Quota    Quota            `json:"quota,omitzero" doc:"calendar window, like 10000/day in Asia/Seoul; default zone UTC"`
	Window   Window           `json:"window,omitzero" doc:"that many from the first request, like 1/10s"`
	From     string           `json:"from,omitempty" doc:"plan: the limits of the plan that the registry grants" enum:"plan"`
	Special  map[string]Quota `json:"special,omitempty" doc:"other quotas for single owners, by name"`
	Keep     bool             `json:"keep-on-refusal,omitempty" doc:"a charge stays when a later limit refuses"`
	Exact    bool             `json:"exact,omitempty" doc:"no leases: every request is a write"`
	Failures string           `json:"on-store-failure,omitempty" doc:"what to do when the count cannot be known; default: closed" enum:"open,closed"`
}

// Access admits or refuses client addresses. Exactly one field is set.
type Access struct {
	Allow []Prefix `json:"allow,omitempty" doc:"only these"`
	Deny  []Prefix `json:"deny,omitempty" doc:"all but these"`
}

// CORS answers preflights and marks answers for browsers.
type CORS struct {
	Origins     []string  `json:"origins" doc:"* or scheme://host[:port]" required:"true"`
	Methods     []string  `json:"methods,omitempty" doc:"methods a browser may use; default: those of the path"`
	Headers     []string  `json:"headers,omitempty" doc:"headers a browser may send; *: those asked for"`
	Expose      []string  `json:"expose,omitempty" doc:"headers a script may read"`
	MaxAge      *Duration `json:"max-age,omitempty" doc:"how long a preflight holds; default: nothing is said"`
	Credentials bool      `json:"credentials,omitempty" doc:"cookies and authorization may be sent"`
}

// Sizes limit bodies.
type Sizes struct {
	Request  Size `json:"request,omitempty" doc:"default: the dialect's documented limit"`
	Response Size `json:"response,omitempty" doc:"default: the dialect's documented limit"`
}

// Validate is what a request must carry.
type Validate struct {
	Query        []string `json:"query,omitempty" doc:"query parameters; case matters"`
	Headers      []string `json:"headers,omitempty" doc:"headers"`
	Form         []string `json:"form,omitempty" doc:"fields of a form"`
	ContentTypes []string `json:"content-types,omitempty" doc:"accepted types where a form or a body is described; */*: all"`
	Body         string   `json:"body,omitempty" doc:"model that a JSON body must fit"`
}

// Precall is a service that is asked before the backend: 200 lets the request pass, anything else is the answer.
type Precall struct {
	URL     string   `json:"url" doc:"what is called, with the client's headers" required:"true"`
	Method  string   `json:"method,omitempty" doc:"default: GET"`
	Cache   Duration `json:"cache,omitempty" doc:"how long a 200 holds for the same caller; default: it does not"`
	Vary    []string `json:"vary,omitempty" doc:"headers that tell callers apart in the cache; default: Authorization and the dialect's key header"`
	Timeout Duration `json:"timeout,omitempty" doc:"default: 5s"`
}

// RequestChange changes what the backend gets.
type RequestChange struct {
	Set    map[string]string `json:"set,omitempty" doc:"headers to set"`
	Remove []string          `json:"remove,omitempty" doc:"headers to remove, after setting"`
	Query  map[string]string `json:"query,omitempty" doc:"query parameters to append"`
}

// ResponseChange changes what the client gets.
type ResponseChange struct {
	Set    map[string]string `json:"set,omitempty" doc:"headers to set"`
	Remove []string          `json:"remove,omitempty" doc:"headers to remove, after setting"`
}

// Rewrite gives the backend another path.
type Rewrite struct {
	Pattern string `json:"pattern" doc:"what the path must be: a regular expression, or /{named}/{segments}" required:"true"`
	To      string `json:"to" doc:"the new path, with %1 or {named}" required:"true"`
}

// Backend is who answers: a URL or a mock.
type Backend struct {
	URL          string   `json:"url,omitempty" doc:"scheme, host and path prefix"`
	Path         string   `json:"path,omitempty" doc:"path below the URL; default: the request's own below the base"`
	Timeout      Duration `json:"timeout,omitempty" doc:"for the whole answer; default: the dialect's"`
	Connect      Duration `json:"connect-timeout,omitempty" doc:"for connection and TLS each; default: 5s"`
	PreserveHost bool     `json:"preserve-host,omitempty" doc:"the client's Host header instead of the backend's"`
	CA           string   `json:"ca,omitempty" doc:"certificates in PEM that the backend's may be signed with, beside the system's"`
	Breaker      *Breaker `json:"breaker,omitempty" doc:"leave a backend alone that does not answer"`
	Mock         *Mock    `json:"mock,omitempty" doc:"a fixed answer instead of a backend"`
}

// Breaker leaves a backend alone after failures in a row: timeouts and connections that fail, never its own answers.
type Breaker struct {
	Failures int      `json:"failures,omitempty" doc:"in a row; default: 5"`
	Open     Duration `json:"open,omitempty" doc:"how long, before one request tries again; default: 30s"`
}

// Mock is a fixed answer.
type Mock struct {
	Status  int               `json:"status" doc:"HTTP status" required:"true"`
	Headers map[string]string `json:"headers,omitempty" doc:"headers"`
	Body    string            `json:"body,omitempty" doc:"the body"`
}
