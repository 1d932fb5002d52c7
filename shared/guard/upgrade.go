package guard

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var errUpgrade = errors.New("the request asks for another protocol")

// Upgrade is the step "upgrade": it refuses CONNECT, WebSocket handshakes, and any protocol that a request wants to change to.
// An offer of HTTP/2 is none of these: java.net.http and others make it on every plain connection and take HTTP/1.1 as the answer.
// An Upgrade header that Connection does not name means nothing (RFC 9110, 7.8), and is no hindrance.
func Upgrade() gateway.Step {
	return gateway.Step{Name: "upgrade", Run: func(_ context.Context, x *gateway.Exchange) error {
		if x.Request.Method == http.MethodConnect || upgrades(x.Request.Header) {
			return fault.New(fault.RequestUpgrade, nil, errUpgrade)
		}
		return nil
	}}
}

func upgrades(header http.Header) bool {
	for name := range header {
		if strings.HasPrefix(name, "Sec-Websocket-") {
			return true
		}
	}
	if !hasToken(header["Connection"], "upgrade") {
		return false
	}
	return slices.ContainsFunc(header["Upgrade"], func(protocol string) bool { return !strings.EqualFold(trim(protocol), "h2c") })
}

// hasToken says whether one of the comma-separated lists names token, in any case.
func hasToken(lists []string, token string) bool {
	for element := range elements(lists) {
		if strings.EqualFold(element, token) {
			return true
		}
	}
	return false
}

// trim removes the blanks that HTTP allows around elements of a list.
func trim(element string) string { return strings.Trim(element, " \t") }
