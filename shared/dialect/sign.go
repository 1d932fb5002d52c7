package dialect

import "time"

// Signing is what a client signs a request with. A vendor that has no use for a field that is set refuses it.
type Signing struct {
	Secret    string    // signs the request; "": it is not signed
	Algorithm string    // by the vendor's name; "": its usual one
	Headers   []string  // to be signed too, in this order; the request must have them
	At        time.Time // the signed time, written in its own zone
	APIKey    string    // "": none is sent
	Token     string    // of JWT; "": none is sent
}
