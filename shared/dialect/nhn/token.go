package nhn

import (
	"errors"
	"strings"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// tokens compiles the reader of "Bearer <token>". The word's case does not matter (RFC 9110), and the token may be quoted:
// the console guide prints quotes around it.
func tokens(rules auth.Rules) (auth.Reader, error) {
	if rules.In != "" {
		return nil, errors.New("nhn: clients send a token in Authorization alone: remove from")
	}
	return readToken, nil
}

func readToken(r *gateway.Request) (*gateway.Credential, error) {
	header := strings.TrimSpace(value(r, "Authorization"))
	if header == "" {
		return nil, fault.New(fault.AuthJWTMissing, nil, auth.ErrAbsent)
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, fault.New(fault.AuthJWTScheme, nil, auth.ErrAbsent)
	}
	token = unquote(strings.TrimSpace(token))
	if token == "" {
		return nil, fault.New(fault.AuthJWTInvalid, nil, nil)
	}
	return &gateway.Credential{Token: token}, nil
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// apiKeys compiles the reader of x-nhn-apikey. Authorization may hold anything beside it.
func apiKeys(rules auth.Rules) (auth.Reader, error) {
	if rules.Query {
		return nil, errors.New("nhn: clients send a key in x-nhn-apikey alone: remove in")
	}
	return readAPIKey, nil
}

func readAPIKey(r *gateway.Request) (*gateway.Credential, error) {
	key := strings.TrimSpace(value(r, apiKeyHeader))
	if key == "" {
		return nil, fault.New(fault.AuthKeyMissing, nil, auth.ErrAbsent)
	}
	return &gateway.Credential{APIKey: key}, nil
}
