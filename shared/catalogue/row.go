package catalogue

import "postern/shared/fault"

// Row is one documented answer of a vendor, or one that postern had to choose because nothing is documented.
type Row struct {
	ID      string `json:"id"`               // never changes; the one name of this answer in cases, docs and logs
	Status  int    `json:"status"`           // of HTTP
	Code    string `json:"code"`             // the vendor's own; not unique
	Message string `json:"message"`          // with ${name} for the kind's arguments and ${detail} for the kind's wording
	Vendor  string `json:"vendor,omitempty"` // the documented text where it is not Message to the letter

	// Kinds are the faults answered with this row, each with the wording of ${detail}, "" where the message has none.
	Kinds map[fault.Kind]string `json:"kinds,omitempty"`
	// Never says why postern never answers with this documented row. Exactly one of Kinds and Never is set.
	Never string `json:"never,omitempty"`
	// LogOnly says why the row shows in the access log while the client's connection is cut.
	LogOnly string `json:"log-only,omitempty"`

	Source       string `json:"source,omitempty"`       // where it is documented
	Undocumented string `json:"undocumented,omitempty"` // why the row exists although its vendor documents none
	Note         string `json:"note,omitempty"`         // contradictions in the document, and the choice made
}
