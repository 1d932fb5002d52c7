// Package dialect says what a vendor's dialect is: a value of a catalogue, an envelope, readers of signatures and an order of
// checks. It knows no vendor. It imports fault, gateway, catalogue and auth.
package dialect

import (
	"regexp"
	"time"

	"postern/shared/auth"
	"postern/shared/catalogue"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// Dialect is one vendor's way to be talked to. A profile of a vendor is another Dialect, over an overlaid catalogue.
type Dialect struct {
	Name      string
	Profile   string // "" is the default one
	Catalogue *catalogue.Catalogue

	// Envelope is the answer that carries row and message.
	Envelope func(row catalogue.Row, message string, x *gateway.Exchange) *gateway.Response

	// Schemes compile the reader of each way to authenticate, by its name in the definition: "hmac", "jwt", "api-key".
	// A missing entry means that the vendor has no such scheme.
	Schemes map[string]func(auth.Rules) (auth.Reader, error)

	// Order is the vendor's order of checks, by the names of steps. "route" marks the match; "forward" ends it.
	// A step that is not in it is refused when the definition is loaded.
	Order []string

	Amend []gateway.Step // what every answer of this vendor carries

	Checks Checks                                          // what is asked of every request, whatever the definition says
	Stage  func(*gateway.Request) (name string, err error) // the stage that a request is for; nil: the vendor has none
	Stages []string                                        // their names, the usual one first

	// Variable finds the variables of stages in texts about backends, the name in its first group; nil: the vendor has none.
	Variable *regexp.Regexp

	// PathVariable finds the places in a backend's path that variables of the route's path and parameters go to, the name in its
	// first group; nil: the vendor has none.
	PathVariable *regexp.Regexp

	// SignBackend is the step "sign", which signs x.Outbound with a key that the backend knows; nil: the vendor does not.
	SignBackend func(key string, secret *auth.Secret) gateway.Step

	// Template compiles a text of the definition with the vendor's own ${…}. An error means that it is broken, which the
	// vendor answers for at request time. nil: the vendor has no such language, and texts are what they say.
	Template func(text string) (gateway.Text, error)
	// Redefines says that the owner of an API may redefine its answers.
	Redefines bool

	Defaults           Defaults
	ChecksForwardedFor bool     // an X-Forwarded-For that no client address can be told from is refused, not ignored
	KeyHeaders         []string // that tell callers apart, in canonical form
	KeyQuery           []string // parameters that hold an API key where it may be sent in the query: not forwarded there

	// Sign makes r a request that a client of this vendor would send: it sets the headers that carry the credentials.
	Sign func(r *gateway.Request, s Signing) error
}

// Checks are what a vendor asks of every request. The zero value asks nothing.
type Checks struct {
	Target      bool     // query and path that cannot be decoded are refused
	Methods     []string // that there are; nil: any
	Announced   bool     // a body that is announced to be too long is refused before anything else is asked
	Hops        string   // header that counts how often a request came through; "": loops are not detected
	AccessKeys  bool     // signed requests name an access key of the registry
	InnerHosts  bool     // some hosts are the vendor's own, with limits of their own
	Grants      bool     // callers need a grant, which is refused by kinds of its own
	Origins     bool     // scripts of other origins are refused, not only left without headers
	Definitions bool     // defects of routes and policies are answered for at request time
	Devices     bool     // requests may be for devices that clients have connected
}

// Defaults hold where a definition sets nothing else: the vendor's documented limits.
type Defaults struct {
	RequestSize, ResponseSize int64         // of bodies, in bytes
	Timeout                   time.Duration // of a backend's whole answer
	HeadSize                  int64         // of request line and headers, in bytes; 0: the door's own
	Skew                      time.Duration // of a signed time; 0: it is not checked
	Nonce                     time.Duration // how long a nonce without a signed time is remembered
}

// Render words a fault and puts it into the envelope.
func (d *Dialect) Render(f *fault.Fault, x *gateway.Exchange) *gateway.Response {
	row, message := d.Catalogue.Answer(f)
	x.Refusal = &gateway.Refusal{Fault: f, Row: row.ID, Code: row.Code, Message: message}
	answer := d.Envelope(row, message, x)
	answer.Cut = answer.Cut || row.LogOnly != ""
	return answer
}

// Text compiles a text of the definition in the dialect's language.
func (d *Dialect) Text(text string) (gateway.Text, error) {
	if d.Template == nil {
		return func(*gateway.Exchange) string { return text }, nil
	}
	return d.Template(text)
}
