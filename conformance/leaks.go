package conformance

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"postern/shared/config"
)

// A shorter secret, like the "test" of official vectors, stands in every text by chance.
const tellable = 12

// leaks looks for secrets: those of the definition and the registry wherever the gateway itself speaks, and what clients sent
// as credentials in the log.
func (b *bench) leaks() error {
	secrets := b.secrets()
	lines, refused := b.log.others(), false
	for _, e := range slices.Concat(b.verdicts, b.records) {
		lines, refused = append(lines, e.line), refused || e.refused()
	}
	for _, line := range lines {
		if shows(line, secrets) || shows(line, b.credential) {
			return fmt.Errorf("the log shows a secret: %s", line)
		}
	}
	if !refused {
		return nil // a backend's answer may say what it likes
	}
	for _, a := range b.answers {
		if shows([]byte(a.String()), secrets) {
			return fmt.Errorf("an answer shows a secret:\n%s", a)
		}
	}
	return nil
}

func shows(text []byte, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(s string) bool { return len(s) >= tellable && bytes.Contains(text, []byte(s)) })
}

// secrets are what the definition and the registry must keep to themselves.
func (b *bench) secrets() []string {
	secrets := secretsOf(b.definition)
	for _, r := range b.known {
		secrets = append(secrets, secretsOfRegistry(r)...)
	}
	return secrets
}

// credentials are the values in a request by which a client proves who it is.
func credentials(raw []byte) (values []string) {
	r, _, err := parseRequest(raw)
	if err != nil {
		return nil
	}
	for _, name := range []string{"Authorization", "Cookie", "X-Nhn-Apikey", "X-Ca-Signature"} {
		for _, value := range r.Header[name] {
			values = append(values, value)
			if _, signature, ok := strings.Cut(value, `signature="`); ok {
				values = append(values, strings.TrimSuffix(signature, `"`))
			}
			_, credential, _ := strings.Cut(value, " ") // after the scheme
			values = append(values, strings.TrimPrefix(value, "Bearer "), credential)
		}
	}
	return values
}

func secretsOfRegistry(r *config.Registry) (secrets []string) {
	for _, secret := range r.Secrets {
		secrets = append(secrets, secret)
	}
	for _, app := range r.Apps {
		for _, key := range app.Keys {
			secrets = append(secrets, key.Primary, key.Secondary)
		}
		for _, key := range app.AccessKeys {
			secrets = append(secrets, key.Secret, key.Secondary)
		}
	}
	return secrets
}

func secretsOf(def *config.Definition) (secrets []string) {
	for i := range def.APIs {
		secrets = append(secrets, secretsOfAuth(def.APIs[i].Auth)...)
		for j := range def.APIs[i].Routes {
			secrets = append(secrets, secretsOfAuth(def.APIs[i].Routes[j].Auth)...)
		}
	}
	return secrets
}

func secretsOfAuth(all []config.Auth) (secrets []string) {
	for _, a := range all {
		if a.HMAC != nil {
			secrets = append(secrets, a.HMAC.Secret)
		}
		if a.JWT != nil {
			secrets = append(secrets, a.JWT.Secret)
		}
		secrets = append(secrets, secretsOfAuth(a.Any)...)
	}
	return secrets
}
