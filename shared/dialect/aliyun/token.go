package aliyun

import (
	"encoding/base64"
	"fmt"
	"strings"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// appCodeNames are the documented spellings of the query parameter (aliyun.md, 2).
func appCodeNames() []string { return []string{"AppCode", "appcode", "appCode", "APPCODE", "APPCode"} }

// appCodes compiles the reader of "Authorization: APPCODE <code>" and, where the rules admit it, of the query parameter.
func appCodes(rules auth.Rules) (auth.Reader, error) {
	return func(r *gateway.Request) (*gateway.Credential, error) {
		code, _ := authorization(r, "APPCODE")
		if code == "" && rules.Query {
			code = queryValue(r, appCodeNames()...)
		}
		if code == "" {
			return nil, fault.New(fault.AuthKeyMissing, nil, auth.ErrAbsent)
		}
		return &gateway.Credential{APIKey: code}, nil
	}, nil
}

// authorization is what follows a scheme's name, in any case, on the first line of Authorization that has it.
func authorization(r *gateway.Request, scheme string) (string, bool) {
	for _, text := range values(r.Header, "Authorization") {
		name, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		if strings.EqualFold(name, scheme) {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

// tokens compiles the reader of JSON Web Tokens in a header, a query parameter or a cookie (aliyun.md, 4.2).
func tokens(rules auth.Rules) (auth.Reader, error) {
	var find func(*gateway.Request) string
	switch name := rules.Name; rules.In {
	case "":
		find = bearer
	case "header":
		find = func(r *gateway.Request) string { return strings.TrimSpace(value(r, name)) }
		if strings.EqualFold(name, "Authorization") {
			find = bearer
		}
	case "query":
		find = func(r *gateway.Request) string { return queryValue(r, name) }
	case "cookie":
		find = func(r *gateway.Request) string {
			token, _ := r.Cookie(name)
			return token
		}
	default:
		return nil, fmt.Errorf("aliyun: a token is sent in a header, the query or a cookie, not in a %s", rules.In)
	}
	return func(r *gateway.Request) (*gateway.Credential, error) {
		token := find(r)
		if token == "" {
			return nil, fault.New(fault.AuthJWTMissing, nil, auth.ErrAbsent)
		}
		return &gateway.Credential{Token: token}, nil
	}, nil
}

// bearer is the token in Authorization, with or without the word in front of it. What begins with another word is none.
func bearer(r *gateway.Request) string {
	if token, ok := authorization(r, "Bearer"); ok {
		return token
	}
	token := strings.TrimSpace(value(r, "Authorization"))
	if strings.Contains(token, " ") {
		return ""
	}
	return token
}

// passwords compiles the reader of "Authorization: Basic <name:password in base64>" (RFC 7617).
func passwords(auth.Rules) (auth.Reader, error) {
	return func(r *gateway.Request) (*gateway.Credential, error) {
		text, ok := authorization(r, "Basic")
		if !ok {
			return nil, fault.New(fault.AuthBasicMissing, nil, auth.ErrAbsent)
		}
		decoded, err := base64.StdEncoding.DecodeString(text)
		name, password, ok := strings.Cut(string(decoded), ":")
		if err != nil || !ok {
			return nil, fault.New(fault.AuthBasicInvalid, nil, nil)
		}
		return &gateway.Credential{KeyID: name, Token: password}, nil
	}, nil
}
