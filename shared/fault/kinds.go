package fault

// The kinds. A kind is added when some dialect has a row that tells it apart, or when an operator must.
const (
	Internal             Kind = "internal"               // a defect of ours
	InternalStore        Kind = "internal.store"         // the state could not be found out, and the check fails closed
	InternalStoreTimeout Kind = "internal.store.timeout" // the time to answer in was over before it was
	InternalBusy         Kind = "internal.busy"          // no memory is left to hold the request
	InternalVerdict      Kind = "internal.verdict"       // the authorizer's verdict is for something else
	InternalTimeout      Kind = "internal.timeout"       // no time is left to answer in

	Client     Kind = "client"
	ClientGone Kind = "client.gone" // nobody waits for the answer any more

	Request          Kind = "request"
	RequestMalformed Kind = "request.malformed" // not to be understood as HTTP
	RequestURI       Kind = "request.uri"       // the query cannot be decoded, or the target is none of ours
	RequestPath      Kind = "request.path"      // the path cannot be decoded, or leads out of its base
	RequestMethod    Kind = "request.method"    // a method that nobody serves
	RequestHead      Kind = "request.head"      // line and headers together are over the limit
	RequestField     Kind = "request.field"     // a header says what nobody can use
	RequestProtocol  Kind = "request.protocol"  // http where https is asked for, or the other way round
	RequestLoop      Kind = "request.loop"      // it came through this gateway too often
	RequestDigest    Kind = "request.digest"    // the body is not the one that its digest is of
	RequestBody      Kind = "request.body"      // the body is not what its type says
	RequestParameter Kind = "request.parameter" // a required parameter is missing
	RequestValue     Kind = "request.value"     // a parameter's value is not one of those allowed
	RequestAddress   Kind = "request.address"   // the client's address cannot be told from its headers
	RequestSize      Kind = "request.size"      // the body is over the limit
	RequestUpgrade   Kind = "request.upgrade"   // another protocol is asked for
	RequestQuery     Kind = "request.query"     // a required query parameter is missing
	RequestHeader    Kind = "request.header"    // a required header is missing
	RequestForm      Kind = "request.form"      // a required form field is missing
	RequestType      Kind = "request.type"      // the content type is not one of those allowed
	RequestJSON      Kind = "request.json"      // the body is not JSON
	RequestModel     Kind = "request.model"     // the body does not fit its model

	Route          Kind = "route"
	RouteHost      Kind = "route.host"       // nobody serves this host and base path
	RoutePath      Kind = "route.path"       // no route has this path
	RouteMethod    Kind = "route.method"     // the path is there, not for this method
	RouteStage     Kind = "route.stage"      // there is no such stage
	RouteVariable  Kind = "route.variable"   // the stage lacks a variable
	RoutePreflight Kind = "route.preflight"  // a browser asks for a path and method that nobody serves
	RouteOwner     Kind = "route.owner"      // nobody owns the API
	RouteMoved     Kind = "route.moved"      // another deployment serves the API
	RouteLegal     Kind = "route.legal"      // the API is closed for legal reasons
	RouteHostLegal Kind = "route.host.legal" // the host is closed for legal reasons
	RouteOverdue   Kind = "route.overdue"    // the API's owner owes money
	RouteDevice    Kind = "route.device"     // no such device is connected

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
	AuthHMACKey       Kind = "auth.hmac.key"       // the key that it names is unknown or switched off
	AuthJWT           Kind = "auth.jwt"
	AuthJWTMissing    Kind = "auth.jwt.missing"   // no token was sent
	AuthJWTScheme     Kind = "auth.jwt.scheme"    // what was sent is no bearer token
	AuthJWTInvalid    Kind = "auth.jwt.invalid"   // malformed, wrongly signed, or its claims do not hold
	AuthJWTExpired    Kind = "auth.jwt.expired"   // rightly signed, but over
	AuthJWTMalformed  Kind = "auth.jwt.malformed" // what was sent is no token
	AuthJWTKey        Kind = "auth.jwt.key"       // the key that it names is not one of those known
	AuthJWTNoID       Kind = "auth.jwt.no-id"     // it has no id, which must be there to be used once
	AuthJWTUsed       Kind = "auth.jwt.used"      // its id was accepted before
	AuthJWKS          Kind = "auth.jwks"
	AuthJWKSDown      Kind = "auth.jwks.down"   // the key set could not be fetched
	AuthJWKSFormat    Kind = "auth.jwks.format" // what was fetched is no key set
	AuthKey           Kind = "auth.key"
	AuthKeyMissing    Kind = "auth.key.missing"  // no API key was sent
	AuthKeyInactive   Kind = "auth.key.inactive" // the API key is known and switched off
	AuthKeyUnknown    Kind = "auth.key.unknown"  // the API key is not known here, or not granted this API
	AuthBasic         Kind = "auth.basic"
	AuthBasicMissing  Kind = "auth.basic.missing" // no name and password were sent
	AuthBasicInvalid  Kind = "auth.basic.invalid" // they are not those of a user
	AuthGrant         Kind = "auth.grant"
	AuthGrantMissing  Kind = "auth.grant.missing" // the caller is known, and not granted this
	AuthGrantExpired  Kind = "auth.grant.expired" // the grant is over

	AuthReplay        Kind = "auth.replay"
	AuthReplayMissing Kind = "auth.replay.missing" // no nonce was sent
	AuthReplayUsed    Kind = "auth.replay.used"    // the nonce was accepted before

	Access        Kind = "access"
	AccessAddress Kind = "access.address" // the client's address is not admitted
	AccessOrigin  Kind = "access.origin"  // scripts of this origin may not call
	AccessPublic  Kind = "access.public"  // the route is closed to public addresses
	AccessNetwork Kind = "access.network" // the request comes from another network than those admitted

	Limit Kind = "limit" // and limit.<owner>.rate, limit.<owner>.quota: see LimitKind

	Precall Kind = "precall" // the service asked beforehand could not be reached

	Definition         Kind = "definition"          // the definition has a defect that its vendor answers for
	DefinitionTemplate Kind = "definition.template" // a context variable is broken
	DefinitionPattern  Kind = "definition.pattern"  // a rewrite's pattern is broken
	DefinitionRewrite  Kind = "definition.rewrite"  // a rewrite's target is broken
	DefinitionPolicy   Kind = "definition.policy"   // a named policy is broken
	DefinitionJWT      Kind = "definition.jwt"      // the keys of tokens are broken
	DefinitionRoute    Kind = "definition.route"    // a route is not whole: nothing answers
	DefinitionResource Kind = "definition.resource" // what a route names is not there
	DefinitionExpired  Kind = "definition.expired"  // an operator withdrew the definition of the API

	Backend          Kind = "backend"
	BackendURI       Kind = "backend.uri"       // no valid URI came out of definition and request
	BackendDNS       Kind = "backend.dns"       // its name does not resolve
	BackendVPC       Kind = "backend.vpc"       // a service inside the network has no address
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
	BackendBusy      Kind = "backend.busy"      // it failed too often, and another call tries it just now
	BackendFunction  Kind = "backend.function"  // what the function returned is no answer
	BackendDenied    Kind = "backend.denied"    // the function may not be called
)

// Owners are those whose requests a limit may count.
func Owners() []string {
	return []string{"gateway", "server", "api", "route", "app", "owner", "client", "host", "header", "path", "parameter"}
}

// LimitKind is the refusal by a limit of an owner; unit is "rate" or "quota".
func LimitKind(owner, unit string) Kind { return Limit + "." + Kind(owner) + "." + Kind(unit) }

// Params are the names of the Args that a fault of each kind carries, for all kinds there are.
func Params() map[Kind][]string {
	params := map[Kind][]string{
		Internal: nil, InternalStore: nil, InternalStoreTimeout: nil, InternalBusy: nil, InternalVerdict: nil, InternalTimeout: nil,
		Client: nil, ClientGone: nil,
		Request: nil, RequestMalformed: nil, RequestAddress: nil, RequestUpgrade: nil, RequestJSON: {"problem"},
		RequestURI: {"uri"}, RequestPath: {"path"}, RequestMethod: {"method"}, RequestHead: {"limit"}, RequestField: {"name", "problem"},
		RequestProtocol: {"protocol"}, RequestLoop: nil, RequestDigest: {"problem"}, RequestBody: {"problem"},
		RequestParameter: {"name"}, RequestValue: {"name", "problem"},
		RequestSize:  {"limit"}, // bytes
		RequestQuery: {"name"}, RequestHeader: {"name"}, RequestForm: {"name"}, RequestType: {"type"},
		RequestModel: {"at", "problem"}, // "$.price", "must be number"
		Route:        nil, RouteHost: {"host"}, RoutePath: {"method", "path"}, RouteMethod: {"method", "path"},
		RouteStage: nil, RouteVariable: {"name"}, RoutePreflight: {"method", "path"},
		RouteOwner: {"owner"}, RouteMoved: nil, RouteLegal: nil, RouteHostLegal: nil, RouteOverdue: nil, RouteDevice: {"device"},
		Auth: nil, AuthHMAC: nil, AuthHMACMissing: nil, AuthHMACScheme: nil, AuthHMACAlgorithm: nil, AuthHMACSignature: nil,
		AuthHMACHeaders: nil, AuthHMACNoDate: nil, AuthHMACDate: nil, AuthHMACExpired: nil, AuthHMACMismatch: {"string-to-sign"},
		AuthHMACKey: nil,
		AuthJWT:     nil, AuthJWTMissing: nil, AuthJWTScheme: nil, AuthJWTInvalid: {"problem"}, AuthJWTExpired: {"at"},
		AuthJWTMalformed: {"token"}, AuthJWTKey: {"kid"}, AuthJWTNoID: nil, AuthJWTUsed: nil,
		AuthJWKS: nil, AuthJWKSDown: nil, AuthJWKSFormat: nil,
		AuthKey: nil, AuthKeyMissing: nil, AuthKeyInactive: nil, AuthKeyUnknown: nil,
		AuthBasic: nil, AuthBasicMissing: nil, AuthBasicInvalid: nil,
		AuthGrant: nil, AuthGrantMissing: nil, AuthGrantExpired: nil,
		AuthReplay: nil, AuthReplayMissing: nil, AuthReplayUsed: nil,
		Access: nil, AccessAddress: nil, AccessOrigin: {"origin"}, AccessPublic: {"route"}, AccessNetwork: nil,
		Limit:      nil,
		Precall:    nil,
		Definition: nil, DefinitionTemplate: nil, DefinitionPattern: nil, DefinitionRewrite: nil,
		DefinitionPolicy: {"name", "problem"}, DefinitionJWT: {"problem"}, DefinitionRoute: nil, DefinitionResource: {"resource"},
		DefinitionExpired: nil,
		Backend:           nil, BackendURI: nil, BackendTLS: {"problem"}, BackendReset: nil, BackendClosed: nil, BackendMalformed: nil, BackendSize: nil,
		BackendDNS: {"host"}, BackendForbidden: {"host", "address"}, BackendRefused: nil, BackendConnect: nil, BackendVPC: nil,
		BackendBusy: {"backend"}, BackendFunction: {"problem"}, BackendDenied: {"id", "problem"},
		BackendTimeout: {"limit"},   // milliseconds
		BackendBreaker: {"backend"}, // its name in the definition, never its address
	}
	for _, owner := range Owners() {
		params[Limit+"."+Kind(owner)] = nil
		for _, unit := range []string{"rate", "quota"} {
			params[LimitKind(owner, unit)] = []string{"name", "limit", "owner"} // the limit's name, "20/s", whose
		}
	}
	return params
}
