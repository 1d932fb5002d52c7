package conformance_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing/fstest"

	"postern/conformance"
)

const (
	situationID     = "203753385"
	situationSecret = "TestSecret0123456789abcdefABCDEF"
	situationNow    = "1795262400000" // 2026-11-21T12:00:00Z
)

// situation is a signed request, the definition and the registry that it is for. Nothing is wrong with it until causes are put in.
type situation struct {
	method, path, query, body string
	header                    map[string]string // by name; "" is not sent
	top, api, route           map[string]string // keys of the definition, with their YAML
	limits, apiLimits         []string          // of the route, of the API
	access, auth, parameters  []string
	flags, owner              string // of the API and its owner, in the registry
	hosts, grant              string
	key, secret               string
	backend                   string // behaviour
}

func newSituation() *situation {
	return &situation{
		method: "GET", path: "/v1/users/42", query: "kind=a",
		header: map[string]string{"Accept": "application/json", "X-Device": "a", "X-Ca-Timestamp": situationNow},
		top:    map[string]string{}, api: map[string]string{"owner": "acme"},
		route:      map[string]string{"path": `"/v1/users/{userId}"`},
		auth:       []string{"{any: [hmac, api-key]}"},
		parameters: []string{"kind: {in: query}"},
		owner:      "acme: []", grant: "none",
		key: situationID, secret: situationSecret, backend: "echo",
	}
}

// outcome runs the situation at the gateway itself. The error says what else came of it than this row for this reason.
func (s *situation) outcome(row, kind string) error {
	text := "Whatever is wrong with it: this is what is said.\nsource: aliyun.md 5\nnow: 2026-11-21T12:00:00Z\n" +
		s.definition() + s.registry() + "-- backend people " + s.backend + " --\n" + s.request() +
		"-- answers --\naliyun/vpc/" + row + " 1\n-- log --\nkind=" + kind + "\n"
	cases, err := conformance.Load(fstest.MapFS{"aliyun/order/pair.txtar": {Data: []byte(text)}})
	if err == nil {
		err = cases[0].Run(conformance.Doors()[0])
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	return nil
}

func (s *situation) definition() string {
	api, route := maps.Clone(s.api), maps.Clone(s.route)
	api["limits"] = flow("{", s.apiLimits, "}")
	route["limits"], route["access"] = flow("{", s.limits, "}"), flow("{", s.access, "}")
	route["auth"], route["parameters"] = flow("[", s.auth, "]"), flow("{", s.parameters, "}")
	if api["backend"] == "" {
		api["backend"] = `{url: "http://${backend people}"}`
	}
	return "-- postern.yaml --\nversion: 1\negress: {allow: [127.0.0.0/8]}\n" + entries("", s.top) +
		"apis:\n  - name: users\n    hosts: [{name: api.example.test, kind: inner}]\n    dialect: aliyun\n" + entries("    ", api) +
		"    routes:\n      - name: user\n" + entries("        ", route)
}

func (s *situation) registry() string {
	return "-- registry.yaml --\nversion: 1\nhosts: {" + s.hosts + "}\napis: {users: [" + s.flags + "]}\nowners: {zoo: [], " + s.owner +
		"}\napps:\n  - {name: shop, owner: zoo, grants: {" + s.granted() + "}, access-keys: [{id: \"" + situationID + "\", secret: " + situationSecret + "}]}\n"
}

func (s *situation) granted() string {
	if s.grant == "" {
		return ""
	}
	return "users: " + s.grant
}

// request is signed as the vendor's clients do, unless a cause says otherwise.
func (s *situation) request() string {
	header := maps.Clone(s.header)
	if s.key != "" {
		header["X-Ca-Key"] = s.key
	}
	if s.secret != "" {
		m := hmac.New(sha256.New, []byte(s.secret))
		m.Write([]byte(strings.Join([]string{
			s.method, header["Accept"], header["Content-MD5"], header["Content-Type"], "", s.path + "?" + s.query,
		}, "\n")))
		header["X-Ca-Signature"] = base64.StdEncoding.EncodeToString(m.Sum(nil))
	}
	text := "-- request --\n" + s.method + " " + s.path + "?" + s.query + " HTTP/1.1\nHost: api.example.test\n"
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if header[name] != "" {
			text += name + ": " + header[name] + "\n"
		}
	}
	if s.body != "" {
		text += s.body
	}
	return text
}

func flow(open string, entries []string, end string) string {
	if len(entries) == 0 {
		return ""
	}
	return open + strings.Join(entries, ", ") + end
}

func entries(indent string, of map[string]string) (text string) {
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if of[key] != "" {
			text += indent + key + ": " + of[key] + "\n"
		}
	}
	return text
}
