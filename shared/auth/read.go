package auth

import (
	"context"
	"errors"
	"slices"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var errUnread = errors.New("a credential is verified before it is read")

// Member is one scheme that a request may use.
type Member struct {
	Slot     int // of Exchange.Credentials
	Read     Reader
	Optional bool // a request that uses no member of the group passes
}

// Read is the step that reads the credential of the first member that the request uses; the others have none, and their
// steps pass. A request that uses no member is refused as the first member refuses it. A scheme alone is a group of one.
func Read(name string, members ...Member) gateway.Step {
	return gateway.Step{Name: name, Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		var absent error
		for _, m := range members {
			c, err := m.Read(x.Request)
			switch {
			case err == nil:
				for _, other := range members {
					put(x, other.Slot, nil)
				}
				put(x, m.Slot, c)
				return nil
			case !errors.Is(err, ErrAbsent):
				return err
			case absent == nil:
				absent = err
			}
		}
		if slices.ContainsFunc(members, func(m Member) bool { return m.Optional }) {
			absent = nil
			for _, m := range members {
				put(x, m.Slot, nil)
			}
		}
		return absent
	}}
}

func put(x *gateway.Exchange, slot int, c *gateway.Credential) {
	if missing := slot + 1 - len(x.Credentials); missing > 0 {
		x.Credentials = append(x.Credentials, make([]*gateway.Credential, missing)...)
	}
	x.Credentials[slot] = c
}

// credential is nil where the request uses another member of the group. What nobody has read fails closed.
func credential(x *gateway.Exchange, slot int) (*gateway.Credential, error) {
	if slot >= len(x.Credentials) {
		return nil, fault.New(fault.Internal, nil, errUnread)
	}
	return x.Credentials[slot], nil
}
