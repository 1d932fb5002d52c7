// Package nhn is the dialect of NHN Cloud API Gateway: its documented errors, its signatures, its order of checks and its
// context variables. It makes no network call and reads no clock. It imports dialect and what dialect imports.
package nhn

import (
	_ "embed" // the catalogues
	"time"

	"postern/shared/auth"
	"postern/shared/catalogue"
	"postern/shared/dialect"
	"postern/shared/dialect/internal/nhncloud"
	"postern/shared/gateway"
)

//go:embed catalogue.json
var documented []byte

//go:embed catalogue-ko.json
var korean []byte

// New is the dialect with the codes of the English error page (seed 000).
func New() *dialect.Dialect { return build("") }

// NewKo is the profile "ko": the token codes of the Korean page, and status 500 for key sets that cannot be had.
func NewKo() *dialect.Dialect { return build("ko", korean) }

func build(profile string, overlays ...[]byte) *dialect.Dialect {
	return &dialect.Dialect{
		Name: "nhn", Profile: profile, Catalogue: catalogue.Defer(documented, overlays...), Envelope: envelope,
		Schemes: map[string]func(auth.Rules) (auth.Reader, error){
			"hmac":    signatures,
			"jwt":     tokens,
			"api-key": apiKeys,
		},
		Order: order(), Template: compile, Redefines: true,
		Defaults:           dialect.Defaults{RequestSize: 10 << 20, ResponseSize: 10 << 20, Timeout: 60 * time.Second},
		ChecksForwardedFor: true,
		KeyHeaders:         []string{"Authorization", "X-Nhn-Apikey"},
		Sign:               sign,
	}
}

// order is not documented. Codes, plug-in groups and the texts of the console guide suggest it.
func order() []string {
	return []string{
		"route", "upgrade", "client-address", "cors", "access",
		"limit.api", "limit.route", "limit.host", "limit.client", "limit.header", "limit.path",
		"hmac.read", "hmac.clock", "hmac.verify", "jwt.read", "jwt.verify", "api-key.read", "api-key.verify", "limit.app",
		"body", "validate", "pre-call", "outbound", "request", "forward",
	}
}

// envelope keeps the member order of each sample: one of them has isSuccessful last.
func envelope(row catalogue.Row, message string, _ *gateway.Exchange) *gateway.Response {
	if row.ID == "nhn/5030001/connection" {
		return nhncloud.SuccessLast(row.Status, row.Code, message)
	}
	return nhncloud.SuccessFirst(row.Status, row.Code, message)
}
