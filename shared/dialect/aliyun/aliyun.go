// Package aliyun is the dialect of Alibaba Cloud API Gateway: its documented errors, its signatures, its order of checks, its
// stages and its system parameters. It makes no network call and reads no clock. It imports dialect and what dialect imports.
package aliyun

import (
	_ "embed" // the catalogue
	"net/http"
	"time"

	"postern/shared/auth"
	"postern/shared/catalogue"
	"postern/shared/dialect"
	"postern/shared/gateway"
)

//go:embed catalogue.json
var documented []byte

// New is the dialect of instances of the VPC type, whose answers have a code of six characters (seed 001, section 1).
func New() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "aliyun", Catalogue: catalogue.Defer(documented), Envelope: envelope,
		Schemes: map[string]func(auth.Rules) (auth.Reader, error){
			"hmac":    signatures,
			"api-key": appCodes,
			"jwt":     tokens,
			"basic":   passwords,
		},
		Order: order(),
		Amend: []gateway.Step{{Name: "marks", Run: mark}},
		Checks: dialect.Checks{
			Target: true, Methods: methods(), Announced: true, Hops: hopsHeader,
			AccessKeys: true, InnerHosts: true, Grants: true, Origins: true, Definitions: true, Devices: true,
		},
		Stage: stage, Stages: stages(), Variable: variable, PathVariable: pathVariable,
		SignBackend: signBackend, Template: compile, Defaults: defaults(),
		KeyHeaders: []string{"Authorization", keyHeader}, KeyQuery: appCodeNames(),
		Sign: sign,
	}
}

// defaults are the documented limits of shared instances (aliyun.md, 1.4 and 3.5). The size of answers is not documented; the
// time of a backend is what the vendor's samples of APIs have.
func defaults() dialect.Defaults {
	return dialect.Defaults{
		RequestSize: 8 << 20, ResponseSize: 8 << 20, Timeout: 10 * time.Second,
		HeadSize: 8 << 10, Skew: 15 * time.Minute, Nonce: 15 * time.Minute,
	}
}

func methods() []string {
	return []string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead, http.MethodPatch, http.MethodOptions,
	}
}

// order is not documented but for that of the plug-ins; preflights, though, are answered before anybody is asked who it is
// (aliyun.md, 4.1 and 5).
func order() []string {
	return []string{
		"target", "method", "head", "size", "loop", "state",
		"limit.host", "limit.gateway", "limit.server", "limit.api",
		"stage", "route", "definition", "cors", "upgrade", "client-address", "protocol", "network", "body", "content",
		"hmac.read", "hmac.key", "api-key.read", "api-key.verify", "digest", "hmac.clock", "hmac.verify", "replay", "grant",
		"jwt.read", "jwt.verify", "jwt.once", "basic.read", "basic.verify",
		"limit.route", "limit.owner", "limit.app", "limit.client", "limit.header", "limit.path", "limit.parameter", "access",
		"parameters", "validate", "outbound", "rewrite", "request", "sign", "forward",
	}
}
