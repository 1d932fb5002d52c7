package dialect

import "time"

// Signing is what a client signs a request with. A vendor that has no use for a field that is set refuses it.
type Signing struct {
	Secret    string    // signs the request; "": it is not signed
	KeyID     string    // public name of the key that Secret belongs to
	Algorithm string    // by the vendor's name; "": its usual one
	Headers   []string  // to be signed too, in this order; the request must have them
	At        time.Time // the signed time, written in its own zone
	Nonce     string    // "": none is sent
	Stage     string    // that the request is for; "": it names none
	APIKey    string    // "": none is sent
	Token     string    // of JWT; "": none is sent
}
