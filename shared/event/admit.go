package event

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"

	"postern/shared/gateway"
)

var (
	errSlash    = errors.New("event: the path does not begin with a slash")
	errQuestion = errors.New("event: the path holds a question mark: it was decoded on the way")
)

// tlsHeaders says which headers of TLS facts are a door's own.
type tlsHeaders func(name string) bool

func noTLS(string) bool { return false }

func ownTLS(name string) bool {
	return name == "X-Amzn-Tls-Version" || name == "X-Amzn-Tls-Cipher-Suite"
}

// admit takes out of the header what an API Gateway or a function URL put in, and believes what they say of the client. Both
// know HTTPS alone.
func (m *members) admit(r *gateway.Request, o Options, own tlsHeaders) error {
	id, idErr := m.text("requestContext.requestId", m.requestID)
	domain, domainErr := m.text("requestContext.domainName", m.domain)
	address, addressErr := m.text("the client's sourceIp", m.sourceIP)
	if err := errors.Join(idErr, domainErr, addressErr); err != nil {
		return err
	}
	switch {
	case !strings.HasPrefix(r.Path, "/"):
		return errSlash
	case strings.Contains(r.Path, "?"):
		r.Malformed = errQuestion
	}
	if r.ID = string(id); r.ID == "" && o.ID != nil {
		r.ID = o.ID(r.Received)
	}
	r.Scheme = "https"
	h := r.Header
	if host := h["Host"]; len(host) > 0 {
		r.Host = host[0]
	} else {
		r.Host = string(domain)
	}
	r.Client, _ = parseAddress(string(address)) // a test from the console has none
	dropEntry(h, r.Client)
	for _, name := range []string{"Host", "Transfer-Encoding", "X-Forwarded-Proto", "X-Forwarded-Port"} {
		delete(h, name)
	}
	for name := range h {
		if tlsFact(name) && !own(name) {
			delete(h, name)
		}
	}
	return nil
}

// dropEntry takes the last entry out of X-Forwarded-For where it is the client's address, which the door has added.
func dropEntry(h http.Header, client netip.Addr) {
	lines := h["X-Forwarded-For"]
	if len(lines) == 0 {
		return
	}
	last := lines[len(lines)-1]
	comma := strings.LastIndexByte(last, ',')
	if address, err := parseAddress(strings.Trim(last[comma+1:], " \t")); err != nil || address != client {
		return
	}
	cutEntry(h, lines, comma)
}
