package nhn

import (
	"strings"

	"postern/shared/gateway"
)

// Headers of this vendor, in canonical form.
const (
	dateHeader   = "X-Nhn-Date"
	apiKeyHeader = "X-Nhn-Apikey"
)

// values are what the request has for a header, Host included; nil: nothing.
func values(r *gateway.Request, name string) []string {
	if strings.EqualFold(name, "Host") {
		if r.Host == "" {
			return nil
		}
		return []string{r.Host}
	}
	return r.Header.Values(name)
}

// value joins several lines of a header as HTTP means them, and as the vendor signs them.
func value(r *gateway.Request, name string) string { return strings.Join(values(r, name), ",") }
