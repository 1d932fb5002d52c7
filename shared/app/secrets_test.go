package app_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/shared/accesslog"
	"postern/shared/config"
	"postern/shared/gateway"
)

// planted are random secrets, new in every run: those of the definition and the registry, and what clients send.
type planted struct{ hmac, jwt, header, primary, secondary, cookie string }

func plant() planted {
	return planted{rand.Text(), rand.Text(), rand.Text(), rand.Text(), rand.Text(), rand.Text()}
}

// forms are the ways in which a secret could leave.
func (p planted) forms() (forms []string) {
	for _, s := range []string{p.hmac, p.jwt, p.header, p.primary, p.secondary, p.cookie} {
		forms = append(forms, s, hex.EncodeToString([]byte(s)), base64.StdEncoding.EncodeToString([]byte(s)),
			base64.RawURLEncoding.EncodeToString([]byte(s)))
	}
	return forms
}

const secretive = `version: 1
egress: {allow: [127.0.0.0/8]}
apis:
  - name: signed
    hosts: [signed]
    dialect: nhn
    auth: [{any: [{hmac: {secret: "${secret:hmac}", skew: 60s}}, api-key]}]
    request: {set: {X-Secret: "${secret:header}"}}
    limits: {plan: {per: app, from: plan}}
    backend: {url: "http://127.0.0.1:1", timeout: 1s}
    routes:
      - {path: "/a/{id}", methods: [GET, POST]}
      - {path: /a, methods: [GET], validate: {headers: [x-tenant]}}
      - {path: /broken, methods: [GET], request: {set: {X-Broken: "${nosuch.${secret:header}}"}}}
  - name: token
    hosts: [token]
    dialect: nhn
    auth: [{jwt: {algorithm: HS256, secret: "${secret:jwt}", claims: {iss: {values: ["${secret:jwt}"], required: true}}}}]
    backend: {mock: {status: 200}}
    routes: [{path: /a, methods: [GET]}]
  - name: old
    hosts: [old]
    dialect: toast
    auth: [{hmac: {secret: "${secret:hmac}", skew: 60s}}]
    backend: {mock: {status: 200}}
    routes: [{path: /a, methods: [GET]}]
`

func (p planted) registry() *config.Registry {
	return &config.Registry{
		Version: 1, Secrets: map[string]string{"hmac": p.hmac, "jwt": p.jwt, "header": p.header},
		Plans: map[string]config.Plan{"free": {Rate: config.Rate{N: 8, Per: time.Second}}},
		Apps: []config.App{{
			Name: "shop", Grants: map[string]config.Grant{"signed": {Plan: "free"}},
			Keys: []config.Key{{Name: "k", Primary: p.primary, Secondary: p.secondary}},
		}},
	}
}

// requests are rightly and wrongly signed ones, some of them with the secrets themselves in places where they have no business.
func (p planted) requests() (requests []*gateway.Request) {
	mac256 := hmac.New(sha256.New, []byte(p.hmac))
	fmt.Fprint(mac256, "GET\n/a/7\n2024-05-01T00:00:00Z")
	right := `hmac algorithm="HmacSHA256", signature="` + base64.StdEncoding.EncodeToString(mac256.Sum(nil)) + `"`
	mac1 := hmac.New(sha1.New, []byte(p.hmac))
	fmt.Fprint(mac1, "GET\n/a\n2024-05-01T00:00:00Z")
	head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`))
	body := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"` + p.jwt + `"}`))
	mac256 = hmac.New(sha256.New, []byte(p.jwt))
	fmt.Fprint(mac256, head+"."+body)
	token := head + "." + body + "." + base64.RawURLEncoding.EncodeToString(mac256.Sum(nil))
	for _, sent := range []struct{ host, authorization, date, key string }{
		{"signed", right, "2024-05-01T00:00:00Z", ""},
		{"signed", right, "2024-05-01T01:00:00Z", ""},
		{"signed", right, p.hmac, p.primary},
		{"signed", p.hmac, p.hmac, p.hmac},
		{"signed", `hmac algorithm="` + p.hmac + `"`, "", ""},
		{"signed", `hmac algorithm="HmacSHA1", headers="` + p.hmac + `", signature="` + p.hmac + `"`, "2024-05-01T00:00:00Z", ""},
		{"signed", "", "", p.primary},
		{"signed", "", "", p.secondary},
		{"signed", "", "", p.secondary + "x"},
		{"token", "Bearer " + token, "", ""},
		{"token", "Bearer " + token + "x", "", ""},
		{"token", "Bearer " + p.jwt, "", ""},
		{"token", p.jwt + " x", "", ""},
		{"token", "Bearer " + head + "." + p.jwt + ".", "", ""},
		{"old", base64.StdEncoding.EncodeToString(mac1.Sum(nil)), "2024-05-01T00:00:00Z", ""},
		{"old", p.hmac, p.hmac, ""},
	} {
		for _, path := range []string{"/a/7", "/a", "/broken", "/none"} {
			requests = append(requests, &gateway.Request{
				ID: "r", Method: "GET", Scheme: "http", Host: sent.host, Path: path, RawQuery: "key=" + p.cookie,
				Header: http.Header{
					"Authorization": {sent.authorization}, "X-Nhn-Date": {sent.date}, "X-Tc-Timestamp": {sent.date}, "X-Nhn-Apikey": {sent.key},
					"Cookie": {p.cookie}, "X-Forwarded-For": {"203.0.113.1"},
				},
				Client: netip.MustParseAddr("203.0.113.9"), Received: received, Door: gateway.Door{Name: "test"},
			})
		}
	}
	return requests
}

// TestPlantedSecretsNeverShow looks for every secret in every byte that leaves: answers, log lines and problems.
func TestPlantedSecretsNeverShow(t *testing.T) {
	p := plant()
	g, problems := registered(t, secretive, p.registry())
	if g == nil || len(problems) == 0 {
		t.Fatalf("problems = %v, want a defect alone", problems)
	}
	var out bytes.Buffer
	out.WriteString(problems.Error())
	g.Log = accesslog.New(accesslog.Logger(&out))
	statuses := map[int]int{}
	for _, r := range p.requests() {
		for range 2 {
			again := *r
			g.Serve(context.Background(), &again, func(a *gateway.Response) error {
				statuses[a.Status]++
				fmt.Fprintf(&out, "%d %v %s\n", a.Status, a.Header, a.Body)
				return nil
			})
		}
	}
	for _, status := range []int{200, 400, 401, 403, 404, 429, 500, 503} {
		if statuses[status] == 0 {
			t.Errorf("no request was answered with %d: %v", status, statuses)
		}
	}
	for _, form := range p.forms() {
		if i := strings.Index(out.String(), form); i >= 0 {
			t.Errorf("a secret shows: …%s…", out.String()[max(0, i-200):min(out.Len(), i+len(form)+50)])
		}
	}
}
