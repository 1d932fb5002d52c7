// Package toast is the dialect of TOAST API Gateway, nhn's predecessor: its documented errors, its signatures and its order
// of checks. It makes no network call and reads no clock. It imports dialect and what dialect imports.
package toast

import (
	_ "embed" // the catalogue
	"time"

	"postern/shared/auth"
	"postern/shared/catalogue"
	"postern/shared/dialect"
	"postern/shared/dialect/internal/nhncloud"
	"postern/shared/gateway"
)

//go:embed catalogue.json
var documented []byte

// New is the dialect.
func New() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "toast", Catalogue: catalogue.Defer(documented), Envelope: envelope,
		Schemes: map[string]func(auth.Rules) (auth.Reader, error){"hmac": signatures, "jwt": tokens},
		Order:   order(),
		// Sizes and time are not documented: those of the successor.
		Defaults:   dialect.Defaults{RequestSize: 10 << 20, ResponseSize: 10 << 20, Timeout: 60 * time.Second},
		KeyHeaders: []string{"Authorization"},
		Sign:       sign,
	}
}

// order is that of the documented filters: access control with its quotas, then authentication, then custom, then proxy.
// The endpoint's quota is charged first, because its counter rises when the domain's quota refuses.
func order() []string {
	return []string{
		"route", "upgrade", "maintenance", "client-address", "cors", "access", "limit.route", "limit.api",
		"hmac.read", "hmac.clock", "hmac.verify", "jwt.read", "jwt.verify",
		"body", "pre-call", "outbound", "rewrite", "request", "forward",
	}
}

func envelope(row catalogue.Row, message string, _ *gateway.Exchange) *gateway.Response {
	return nhncloud.SuccessLast(row.Status, row.Code, message)
}
