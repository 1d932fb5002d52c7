package limit

import (
	"cmp"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"postern/shared/gateway"
)

// Usage is what an owner has used of one window, as an operator sees it.
type Usage struct {
	Owner string    `json:"owner"` // the key of Charge.Owner
	Limit string    `json:"limit"` // Window.Name
	Unit  string    `json:"unit"`  // of a calendar; else "rate" or "first call"
	Used  int64     `json:"used"`  // units, those booked ahead included; of a rate always 0
	Ends  time.Time `json:"ends"`  // when the period is over; of a rate, when its bucket is full again
}

// The units of windows that are no calendar.
const (
	RateUnit      = "rate"
	FirstCallUnit = "first call"
)

// Compare orders usages by owner, limit and end.
func (u Usage) Compare(other Usage) int {
	return cmp.Or(strings.Compare(u.Owner, other.Owner), strings.Compare(u.Limit, other.Limit), u.Ends.Compare(other.Ends))
}

// OwnerParts are what the key of an owner says of it. What is not in a key is "".
type OwnerParts struct {
	Kind, API, Route string
	Variable         string // of header:NAME, path:NAME and parameter:NAME
	App              string // of the kinds app and key
	Value            string // what a client chose, hashed; of the kind key, the name of the key; of the kind owner, its name
	Stage            string // where the API has stages
}

// ParseOwner takes the key of an owner apart.
func ParseOwner(key string) OwnerParts {
	key, stage, _ := strings.Cut(key, stageMark)
	parts := strings.Split(key, ":")
	for i := range parts {
		if plain, err := url.QueryUnescape(parts[i]); err == nil {
			parts[i] = plain
		}
	}
	next := func() (part string) {
		if len(parts) > 0 {
			part, parts = parts[0], parts[1:]
		}
		return part
	}
	last := func() (part string) {
		if n := len(parts); n > 0 {
			part, parts = parts[n-1], parts[:n-1]
		}
		return part
	}
	o := OwnerParts{Kind: next(), API: next(), Stage: stage}
	switch o.Kind {
	case "app":
		o.App = last()
	case "key":
		o.App, o.Value = next(), next()
	case "header", "path", "parameter":
		o.Value = last()
		o.Variable = last()
	case "client", "host", "owner":
		o.Value = last()
	}
	o.Route = next()
	return o
}

// ClientValue is what OwnerParts.Value is for a client's address.
func ClientValue(client netip.Addr) string {
	owner, _ := byClient("")(&gateway.Exchange{Client: client})
	return strings.TrimPrefix(owner.key, ":")
}

// HashedValue is what OwnerParts.Value is for a host without its port, or for the value of a header or path variable.
func HashedValue(text string) string { return strings.TrimPrefix(hashed("", []byte(text)), ":") }
