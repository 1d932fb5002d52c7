package config

import (
	"fmt"
	"strings"
)

// Policy is what an API says for all its routes and a route for itself. Mappings are merged by key, down from the API over
// the policies that a route uses; lists and values are replaced, and the word none removes an entry, one header of a map
// as well as a whole concern. Where a text is asked for, "none" in quotes is that text.
type Policy struct {
	Auth      []Auth           `json:"auth,omitempty" doc:"ways to authenticate, all of which must hold"`
	Replay    string           `json:"replay,omitempty" doc:"what a nonce is for" enum:"required,if-present,none"`
	Limits    map[string]Limit `json:"limits,omitempty" doc:"rates and quotas, by name"`
	Access    *Access          `json:"access,omitempty" doc:"which client addresses are admitted"`
	CORS      *CORS            `json:"cors,omitempty" doc:"cross-origin requests of browsers"`
	Sizes     *Sizes           `json:"sizes,omitempty" doc:"limits of bodies and heads"`
	Protocols []string         `json:"protocols,omitempty" doc:"http, https; default: both" enum:"http,https"`

	Parameters map[string]Parameter `json:"parameters,omitempty" doc:"what a request may carry, by the name that clients use"`
	Unlisted   string               `json:"unlisted-parameters,omitempty" doc:"what becomes of other query parameters, form fields and headers; default: pass" enum:"pass,drop"`
	Variables  map[string]string    `json:"variables,omitempty" doc:"what the dialect's own placeholders stand for in URLs and paths of backends and in the texts of request; normally of a stage"`

	Validate    *Validate         `json:"validate,omitempty" doc:"what a request must carry"`
	Precall     *Precall          `json:"pre-call,omitempty" doc:"a service that is asked before the backend"`
	Request     *RequestChange    `json:"request,omitempty" doc:"changes to the backend's request"`
	Response    *ResponseChange   `json:"response,omitempty" doc:"changes to the answer"`
	Rewrite     *Rewrite          `json:"rewrite,omitempty" doc:"another path for the backend"`
	Maintenance *Mock             `json:"maintenance,omitempty" doc:"every request gets this answer"`
	Backend     *Backend          `json:"backend,omitempty" doc:"who answers"`
	Stages      map[string]Policy `json:"stages,omitempty" doc:"deployed copies that a client chooses from: what differs in each. The API names them; what a nearer policy says wins, and in a policy what it says for the stage"`
}

// Auth is one scheme; exactly one field is set. The short form is the scheme's name.
type Auth struct {
	HMAC   *HMAC   `json:"hmac,omitempty" doc:"signed requests"`
	JWT    *JWT    `json:"jwt,omitempty" doc:"JSON Web Tokens"`
	APIKey *APIKey `json:"api-key,omitempty" doc:"API keys of the registry"`
	Basic  *Basic  `json:"basic,omitempty" doc:"names and passwords"`
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
	Secret  string   `json:"secret,omitempty" doc:"the shared secret; normally ${secret:NAME}; default: the access keys of the registry, where requests name one"`
	Hashes  []string `json:"hashes,omitempty" doc:"hashes that a request may choose; default: sha256" enum:"sha256,sha1"`
	Quote   string   `json:"quote,omitempty" doc:"what a refusal shows of the string to sign; default: full" enum:"full,path-only,off"`
	Time    string   `json:"time,omitempty" doc:"whether the signed time must be sent; default: if-present, where the vendor leaves it to the client" enum:"required,if-present"`
	Skew    Duration `json:"skew,omitempty" doc:"how far the signed time may be off, both ways; default: the vendor's documented time, where it has none it is not checked"`
	Headers []string `json:"require-headers,omitempty" doc:"headers that must be sent and signed"`
}

// JWT is how tokens are verified.
type JWT struct {
	Algorithm string           `json:"algorithm,omitempty" doc:"the one algorithm accepted; with keys, each key says its own" enum:"HS256,RS256"`
	Secret    string           `json:"secret,omitempty" doc:"HS256: the shared secret; normally ${secret:NAME}"`
	PublicKey string           `json:"public-key,omitempty" doc:"RS256: the key in PEM"`
	JWKS      string           `json:"jwks,omitempty" doc:"RS256: URL of the key set"`
	Keys      []map[string]any `json:"keys,omitempty" doc:"the key set itself, as JSON Web Keys"`
	From      *Place           `json:"from,omitempty" doc:"where the token is sent; default: the dialect's"`
	Optional  bool             `json:"optional,omitempty" doc:"requests without a token pass; not within any"`
	NoExpiry  bool             `json:"ignore-expiry,omitempty" doc:"exp is not looked at"`
	Once      bool             `json:"once,omitempty" doc:"a token needs a jti, and is accepted once in the API: until its exp, for a day at most; without exp for 15m"`
	Forward   map[string]Place `json:"forward,omitempty" doc:"where the backend gets a claim, by its name"`
	Skew      Duration         `json:"skew,omitempty" doc:"tolerance of exp and nbf"`
	Claims    map[string]Claim `json:"claims,omitempty" doc:"what is asked of the claims, by name"`
}

// Claim is what a token must say.
type Claim struct {
	Required bool     `json:"required,omitempty" doc:"the claim must be there"`
	Values   []string `json:"values,omitempty" doc:"one of these must be (one of) the claim's values, in tokens that have the claim; add required to refuse those without"`
}

// Place is where something stands in a request. The short form is header:NAME, query:NAME, cookie:NAME or form:NAME.
type Place struct {
	In   string `json:"in" doc:"part of the request" enum:"header,query,cookie,form,path" required:"true"`
	Name string `json:"name" doc:"its name there" required:"true"`
}

// FromWord takes the short form.
func (p *Place) FromWord(word string) error {
	in, name, ok := strings.Cut(word, ":")
	if !ok || name == "" {
		return fmt.Errorf("%q is no place: write header:NAME, query:NAME, cookie:NAME, form:NAME or path:NAME", word)
	}
	p.In, p.Name = in, name
	return nil
}

// APIKey is how keys are sent; which keys there are is the registry's.
type APIKey struct {
	In string `json:"in,omitempty" doc:"where a key may be sent; default: the dialect's header" enum:"header,header-or-query"`
}

// Basic is who may call by name and password.
type Basic struct {
	Users map[string]string `json:"users" doc:"passwords by name; normally ${secret:NAME}" required:"true"`
}

// Parameter is what a request may carry under a name.
type Parameter struct {
	In        string   `json:"in" doc:"part of the request" enum:"path,query,header,form" required:"true"`
	Type      string   `json:"type,omitempty" doc:"default: string" enum:"string,int,long,float,double,boolean"`
	Required  bool     `json:"required,omitempty" doc:"a request without it is refused"`
	Default   string   `json:"default,omitempty" doc:"what the backend gets where the client sends none"`
	Min       *float64 `json:"min,omitempty" doc:"least value of a number"`
	Max       *float64 `json:"max,omitempty" doc:"greatest value of a number"`
	MaxLength int      `json:"max-length,omitempty" doc:"in characters"`
	Values    []string `json:"values,omitempty" doc:"the only values"`
	Pattern   string   `json:"pattern,omitempty" doc:"regular expression of the whole value"`
	To        *Place   `json:"to,omitempty" doc:"where the backend gets it; default: the same place and name"`
}

// Limit counts the requests of an owner. Exactly one of Rate, Quota, Window and From is set, but a rate and a quota may go
// together.
type Limit struct {
	Per      string           `json:"per" doc:"whose requests are counted: gateway, server, api, route, app, owner, client, host, host:inner, header:NAME, path:NAME, parameter:NAME" required:"true"`
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

// Access admits or refuses client addresses and networks. Of Allow and Deny, at most one is set.
type Access struct {
	Allow    []Prefix            `json:"allow,omitempty" doc:"only these"`
	Deny     []Prefix            `json:"deny,omitempty" doc:"all but these"`
	Apps     map[string][]Prefix `json:"apps,omitempty" doc:"more of deny, else of allow, for the requests of single apps"`
	XFF      *int                `json:"forwarded-for,omitempty" doc:"which address of X-Forwarded-For is judged, as the client's side of the front door sent it: 0 is the first, -1 the last; default: the client's, as trusted-hops tells"`
	Public   string              `json:"public,omitempty" doc:"closed: clients with public addresses are refused" enum:"closed"`
	Networks []string            `json:"networks,omitempty" doc:"VPCs and VPC endpoints that requests may come from"`
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

// Sizes limit bodies and heads.
type Sizes struct {
	Head     Size `json:"head,omitempty" doc:"request line and headers; default: the dialect's documented limit"`
	Request  Size `json:"request,omitempty" doc:"default: the dialect's documented limit"`
	Response Size `json:"response,omitempty" doc:"default: the dialect's documented limit"`
}

// Validate is what a request must carry.
type Validate struct {
	Query        []string `json:"query,omitempty" doc:"query parameters; case matters"`
	Headers      []string `json:"headers,omitempty" doc:"headers"`
	Form         []string `json:"form,omitempty" doc:"fields of a form"`
	ContentTypes []string `json:"content-types,omitempty" doc:"accepted types of bodies, with some vendors only where a form or a body is described; */*: all"`
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

// Backend is who answers: a service, a function or a mock.
type Backend struct {
	URL          string            `json:"url,omitempty" doc:"scheme, host and path prefix"`
	VPCAccess    string            `json:"vpc-access,omitempty" doc:"a name of vpc-access, instead of a url; private addresses need no egress.allow there"`
	Function     string            `json:"function,omitempty" doc:"ARN or name of an AWS Lambda function, instead of a url"`
	Method       string            `json:"method,omitempty" doc:"default: the request's own"`
	Path         string            `json:"path,omitempty" doc:"path below the URL; default: the request's own below the base"`
	Timeout      Duration          `json:"timeout,omitempty" doc:"for the whole answer; default: the dialect's"`
	Connect      Duration          `json:"connect-timeout,omitempty" doc:"for connection and TLS each; default: 5s"`
	PreserveHost bool              `json:"preserve-host,omitempty" doc:"the client's Host header instead of the backend's"`
	CA           string            `json:"ca,omitempty" doc:"certificates in PEM that the backend's may be signed with, beside the system's"`
	Breaker      *Breaker          `json:"breaker,omitempty" doc:"leave a backend alone that does not answer"`
	Signature    *BackendSignature `json:"signature,omitempty" doc:"signs what the backend gets, in the vendor's way"`
	Device       *Place            `json:"device,omitempty" doc:"where a request names the connected device that it is for, instead of a url; no door connects devices, so that none is found"`
	Mock         *Mock             `json:"mock,omitempty" doc:"a fixed answer instead of a backend"`
}

// Ways is how many of its keys say who answers: one, where all is well.
func (b *Backend) Ways() (n int) {
	for _, is := range []bool{b.URL != "", b.VPCAccess != "", b.Function != "", b.Device != nil, b.Mock != nil} {
		if is {
			n++
		}
	}
	return n
}

// Answers says that there is something to answer.
func (b *Backend) Answers() bool { return b.Ways() > 0 }

// BackendSignature is the key that a backend verifies requests with.
type BackendSignature struct {
	Key    string `json:"key" doc:"its public name" required:"true"`
	Secret string `json:"secret" doc:"normally ${secret:NAME}" required:"true"`
}

// Breaker leaves a backend alone after failures: timeouts and connections that fail, never its own answers.
type Breaker struct {
	Failures int      `json:"failures,omitempty" doc:"in a row, or within the window; default: 5"`
	Window   Duration `json:"window,omitempty" doc:"failures count when they lie within it, whatever is answered meanwhile; default: those in a row"`
	Counts   string   `json:"counts,omitempty" doc:"what counts as a failure; default: failures, timeouts among them" enum:"failures,timeouts"`
	Open     Duration `json:"open,omitempty" doc:"how long, before one request tries again; default: 30s"`
	Fallback *Mock    `json:"fallback,omitempty" doc:"what is answered meanwhile instead of the vendor's refusal"`
}

// Mock is a fixed answer.
type Mock struct {
	Status  int               `json:"status" doc:"HTTP status" required:"true"`
	Headers map[string]string `json:"headers,omitempty" doc:"headers"`
	Body    string            `json:"body,omitempty" doc:"the body"`
}
