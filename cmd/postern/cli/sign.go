package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/wire"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
	"postern/shared/gateway"
)

// signFlags are what sign is told beside method and URL.
type signFlags struct {
	dialect                  string
	secret, apiKey, token    source
	algorithm, at, body, out string
	keyID, nonce, stage      string
	headers, signed          []string
}

// source names where a secret comes from; it never is the secret.
type source struct{ env, file string }

func (w World) sign() *cobra.Command {
	f := &signFlags{}
	c := &cobra.Command{
		Use: "sign METHOD URL", Short: "Make a request as a client of a dialect would sign it",
		Example: "  S=… postern sign --dialect nhn --secret-env S GET http://nhn.localhost:3000/members/7\n" +
			"  pass members | postern sign --dialect nhn --secret-file - -o raw GET 'https://api.example.com/a?b=c'",
		Args: args(2, 2, "a method and a URL"),
		RunE: func(_ *cobra.Command, args []string) error { return w.signAndPrint(f, args[0], args[1]) },
	}
	flags := c.Flags()
	flags.StringVar(&f.dialect, "dialect", "", "whose client to be (required)")
	flags.StringVarP(&f.out, "output", "o", "curl", "what to print: curl, raw or headers")
	f.secret.flags(flags.StringVar, "secret", "shared secret that signs")
	f.apiKey.flags(flags.StringVar, "api-key", "API key to send")
	f.token.flags(flags.StringVar, "token", "JSON Web Token to send")
	flags.StringVar(&f.algorithm, "algorithm", "", "by the vendor's name; default: its usual one")
	flags.StringVar(&f.keyID, "key-id", "", "public name of the key that the shared secret belongs to")
	flags.StringVar(&f.nonce, "nonce", "", "to send, so that the request is accepted once")
	flags.StringVar(&f.stage, "stage", "", "stage that the request is for")
	flags.StringVar(&f.at, "at", "", "signed time, like 2024-05-01T09:00:00+09:00; default: now")
	flags.StringArrayVarP(&f.headers, "header", "H", nil, "header to send, as Name: value")
	flags.StringArrayVar(&f.signed, "sign-header", nil, "header to sign, too; in this order")
	flags.StringVarP(&f.body, "data", "d", "", "body to send, or @FILE")
	return c
}

func (s *source) flags(add func(*string, string, string, string), name, what string) {
	add(&s.env, name+"-env", "", "environment variable with the "+what)
	add(&s.file, name+"-file", "", "file with the "+what+"; -: standard input")
}

// read is the secret without its last line break; "" when no source was named.
func (w World) read(s source) (string, error) {
	switch {
	case s.env != "" && s.file != "":
		return "", usagef("name an environment variable or a file, not both")
	case s.env != "":
		value, ok := w.Env(s.env)
		if !ok {
			return "", fmt.Errorf("the environment variable %s is not set", s.env)
		}
		return value, nil
	case s.file == "-":
		data, err := io.ReadAll(w.In)
		return strings.TrimRight(string(data), "\r\n"), err
	case s.file != "":
		data, err := os.ReadFile(s.file)
		return strings.TrimRight(string(data), "\r\n"), err
	}
	return "", nil
}

func (w World) signAndPrint(f *signFlags, method, url string) error {
	d, err := named(f.dialect)
	if err != nil {
		return err
	}
	r, err := f.request(method, url)
	if err != nil {
		return err
	}
	s, err := w.signing(f)
	if err != nil {
		return err
	}
	if err := d.Sign(r, s); err != nil {
		return usage{err}
	}
	print := map[string]func(*gateway.Request) string{"curl": wire.Curl, "raw": wire.Raw, "headers": wire.Headers}[f.out]
	if print == nil {
		return usagef("--output %q: choose curl, raw or headers", f.out)
	}
	_, err = io.WriteString(w.Out, print(r))
	return err
}

func named(name string) (*dialect.Dialect, error) {
	all, err := builtin.Dialects()
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.Name == name {
			return d, nil
		}
	}
	if name == "" {
		return nil, usagef("--dialect is missing; there are: %s", strings.Join(names(all), ", "))
	}
	return nil, usagef("there is no dialect %q; there are: %s", name, strings.Join(names(all), ", "))
}

func (w World) signing(f *signFlags) (s dialect.Signing, err error) {
	s = dialect.Signing{
		KeyID: f.keyID, Algorithm: f.algorithm, Headers: f.signed, At: time.Now(), Nonce: f.nonce, Stage: f.stage,
	}
	if f.at != "" {
		if s.At, err = time.Parse(time.RFC3339, f.at); err != nil {
			return s, usagef("--at %q: write a time like 2024-05-01T09:00:00+09:00", f.at)
		}
	}
	for _, part := range []struct {
		from source
		to   *string
	}{{f.secret, &s.Secret}, {f.apiKey, &s.APIKey}, {f.token, &s.Token}} {
		if *part.to, err = w.read(part.from); err != nil {
			return s, err
		}
	}
	if s.Secret == "" && s.APIKey == "" && s.Token == "" {
		return s, usagef("nothing to sign with: name a --secret-env, --api-key-env or --token-env, or a file")
	}
	return s, nil
}

func (f *signFlags) request(method, url string) (*gateway.Request, error) {
	r, err := wire.NewRequest(method, url)
	if err != nil {
		return nil, usage{err}
	}
	for _, h := range f.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok || name == "" {
			return nil, usagef("--header %q: write Name: value", h)
		}
		r.Header.Add(name, strings.TrimSpace(value))
	}
	r.Body = []byte(f.body)
	if name, ok := strings.CutPrefix(f.body, "@"); ok {
		if r.Body, err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	r.Length = int64(len(r.Body))
	return r, nil
}
