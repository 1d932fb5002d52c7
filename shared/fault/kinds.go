package fault

// The kinds. A kind is added when some dialect has a row that tells it apart, or when an operator must.
const (
	Internal        Kind = "internal"         // a defect of ours
	InternalStore   Kind = "internal.store"   // the state could not be found out, and the check fails closed
	InternalBusy    Kind = "internal.busy"    // no memory is left to hold the request
	InternalVerdict Kind = "internal.verdict" // the authorizer's verdict is for something else

	Client     Kind = "client"
	ClientGone Kind = "client.gone" // nobody waits for the answer any more

	Request          Kind = "request"
	RequestMalformed Kind = "request.malformed" // not to be understood as HTTP
	RequestAddress   Kind = "request.address"   // the client's address cannot be told from its headers
	RequestSize      Kind = "request.size"      // the body is over the limit
	RequestUpgrade   Kind = "request.upgrade"   // another protocol is asked for
	RequestQuery     Kind = "request.query"     // a required query parameter is missing
	RequestHeader    Kind = "request.header"    // a required header is missing
	RequestForm      Kind = "request.form"      // a required form field is missing
	RequestType      Kind = "request.type"      // the content type is not one of those allowed
	RequestJSON      Kind = "request.json"      // the body is not JSON
	RequestModel     Kind = "request.model"     // the body does not fit its model

	Route       Kind = "route"
	RouteHost   Kind = "route.host"   // nobody serves this host and base path
	RoutePath   Kind = "route.path"   // no route has this path
	RouteMethod Kind = "route.method" // the path is there, not for this method

	Auth              Kind = "auth"
	AuthHMAC          Kind = "auth.hmac"
	AuthHMACMissing   Kind = "auth.hmac.missing"   // nothing that could hold a signature was sent
	AuthHMACScheme    Kind = "auth.hmac.scheme"    // what was sent is of another scheme
	AuthHMACAlgorithm Kind = "auth.hmac.algorithm" // the algorithm is absent or unknown
	AuthHMACSignature Kind = "auth.hmac.signature" // the header is there, the signature in it is not
	AuthHMACHeaders   Kind = "auth.hmac.headers"   // a header that must be signed is absent or not signed
	AuthHMACNoDate    Kind = "auth.hmac.no-date"   // the signed time is absent
	AuthHMACDate      Kind = "auth.hmac.date"      // the signed time cannot be read
	AuthHMACExpired   Kind = "auth.hmac.expired"   // the signed time is outside the window, on either side
	AuthHMACMismatch  Kind = "auth.hmac.mismatch"  // the signature does not fit
	AuthJWT           Kind = "auth.jwt"
	AuthJWTMissing    Kind = "auth.jwt.missing" // no token was sent
	AuthJWTScheme     Kind = "auth.jwt.scheme"  // what was sent is no bearer token
	AuthJWTInvalid    Kind = "auth.jwt.invalid" // malformed, wrongly signed, or its claims do not hold
	AuthJWTExpired    Kind = "auth.jwt.expired" // rightly signed, but over
	AuthJWKS          Kind = "auth.jwks"
	AuthJWKSDown      Kind = "auth.jwks.down"   // the key set could not be fetched
	AuthJWKSFormat    Kind = "auth.jwks.format" // what was fetched is no key set
	AuthKey           Kind = "auth.key"
	AuthKeyMissing    Kind = "auth.key.missing"  // no API key was sent
	AuthKeyInactive   Kind = "auth.key.inactive" // the API key is known and switched off
	AuthKeyUnknown    Kind = "auth.key.unknown"  // the API key is not known here, or not granted this API

	AuthReplay        Kind = "auth.replay"
	AuthReplayMissing Kind = "auth.replay.missing" // no nonce was sent
	AuthReplayUsed    Kind = "auth.replay.used"    // the nonce was accepted before

	Access        Kind = "access"
	AccessAddress Kind = "access.address" // the client's address is not admitted

	Limit Kind = "limit" // and limit.<owner>.rate, limit.<owner>.quota: see LimitKind

	Precall Kind = "precall" // the service asked beforehand could not be reached

	Definition         Kind = "definition"          // the definition has a defect that its vendor answers for
	DefinitionTemplate Kind = "definition.template" // a context variable is broken
	DefinitionPattern  Kind = "definition.pattern"  // a rewrite's pattern is broken
	DefinitionRewrite  Kind = "definition.rewrite"  // a rewrite's target is broken

	Backend          Kind = "backend"
	BackendURI       Kind = "backend.uri"       // no valid URI came out of definition and request
	BackendDNS       Kind = "backend.dns"       // its name does not resolve
	BackendForbidden Kind = "backend.forbidden" // its address is one that is never called
	BackendRefused   Kind = "backend.refused"   // it refuses the connection
	BackendConnect   Kind = "backend.connect"   // no connection within its time
	BackendTLS       Kind = "backend.tls"       // the TLS handshake failed
	BackendReset     Kind = "backend.reset"     // it reset the connection before an answer
	BackendClosed    Kind = "backend.closed"    // it closed the connection before an answer
	BackendMalformed Kind = "backend.malformed" // what it answered is no HTTP
	BackendTimeout   Kind = "backend.timeout"   // no answer within its time
	BackendSize      Kind = "backend.size"      // its answer is over the limit
	BackendBreaker   Kind = "backend.breaker"   // it failed too often: it is left alone for a while
)

// Owners are those whose requests a limit may count.
func Owners() []string {
	return []string{"api", "route", "app", "owner", "client", "host", "header", "path", "parameter"}
}

// LimitKind is the refusal by a limit of an owner; unit is "rate" or "quota".
func LimitKind(owner, unit string) Kind { return Limit + "." + Kind(owner) + "." + Kind(unit) }

// Params are the names of the Args that a fault of each kind carries, for all kinds there are.
func Params() map[Kind][]string {
	params := map[Kind][]string{
		Internal: nil, InternalStore: nil, InternalBusy: nil, InternalVerdict: nil,
		Client: nil, ClientGone: nil,
		Request: nil, RequestMalformed: nil, RequestAddress: nil, RequestUpgrade: nil, RequestJSON: nil,
		RequestSize:  {"limit"}, // bytes
		RequestQuery: {"name"}, RequestHeader: {"name"}, RequestForm: {"name"}, RequestType: {"type"},
		RequestModel: {"at", "problem"}, // "$.price", "must be number"
		Route:        nil, RouteHost: nil, RoutePath: nil, RouteMethod: nil,
		Auth: nil, AuthHMAC: nil, AuthHMACMissing: nil, AuthHMACScheme: nil, AuthHMACAlgorithm: nil, AuthHMACSignature: nil,
		AuthHMACHeaders: nil, AuthHMACNoDate: nil, AuthHMACDate: nil, AuthHMACExpired: nil, AuthHMACMismatch: nil,
		AuthJWT: nil, AuthJWTMissing: nil, AuthJWTScheme: nil, AuthJWTInvalid: nil, AuthJWTExpired: nil,
		AuthJWKS: nil, AuthJWKSDown: nil, AuthJWKSFormat: nil,
		AuthKey: nil, AuthKeyMissing: nil, AuthKeyInactive: nil, AuthKeyUnknown: nil,
		AuthReplay: nil, AuthReplayMissing: nil, AuthReplayUsed: nil,
		Access: nil, AccessAddress: nil,
		Limit:      nil,
		Precall:    nil,
		Definition: nil, DefinitionTemplate: nil, DefinitionPattern: nil, DefinitionRewrite: nil,
		Backend: nil, BackendURI: nil, BackendTLS: nil, BackendReset: nil, BackendClosed: nil, BackendMalformed: nil, BackendSize: nil,
		BackendDNS: nil, BackendForbidden: nil, BackendRefused: nil, BackendConnect: nil,
		BackendTimeout: {"limit"},   // milliseconds
		BackendBreaker: {"backend"}, // its name in the definition, never its address
	}
	for _, owner := range Owners() {
		params[Limit+"."+Kind(owner)] = nil
		for _, unit := range []string{"rate", "quota"} {
			params[LimitKind(owner, unit)] = []string{"name", "limit"} // the limit's name, "20/s"
		}
	}
	return params
}
