package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pages are those whose YAML a reader pastes.
func pages() []string { return []string{"dialects/aliyun.md", "migrate/aliyun.md"} }

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// loads says whether `postern validate` takes a definition with a registry, and what it says otherwise.
func loads(t *testing.T, definition, registry string) (bool, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"postern.yaml": definition, "registry.yaml": registry, "order.json": `{"type":"object"}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, err := run(t, "", "validate", "--registry", filepath.Join(dir, "registry.yaml"), filepath.Join(dir, "postern.yaml"))
	return code == 0, out + err
}

// TestPagesLoad validates each page's definition with its registry.
func TestPagesLoad(t *testing.T) {
	for _, name := range pages() {
		blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(page(t, name), -1)
		if len(blocks) != 2 {
			t.Fatalf("%s has %d blocks of YAML, want a definition and a registry", name, len(blocks))
		}
		if ok, said := loads(t, blocks[0][1], blocks[1][1]); !ok {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// around are the places that a setting of a table may have, with a % for it: a route, its token, an API, the definition.
func around() []string {
	const route = `version: 1
vpc-access: {orders: "https://orders.example.net"}
apis:
  - name: shop
    hosts: [shop.example.com]
    dialect: aliyun
    auth: [hmac]
    models: {Order: {schema: {type: object}}}
    parameters: {tenant: {in: query}}
    routes:
      - path: /users/{userId}
        backend: {mock: {status: 200}}
        %
`
	const token = "auth: [{jwt: {keys: [{kty: oct, alg: HS256, k: c2VjcmV0LW9mLXRoZS10b2tlbnMtb2YtdGhlLXNob3A}], %}}]"
	const api = `version: 1
apis:
  - dialect: aliyun
    auth: [hmac]
    backend: {mock: {status: 200}}
    %
`
	const name, hosts, routes = "    name: a\n", "    hosts: [h, {name: i, kind: inner}]\n", "    routes: [{path: /}]\n"
	return []string{
		route, strings.Replace(route, "%", token, 1), strings.Replace(route, "path: /users/{userId}\n        backend", "backend", 1),
		api + hosts + routes, api + name + routes, api + name + hosts + routes,
		"version: 1\n%\napis: [{name: a, hosts: [h], dialect: aliyun, auth: [hmac], backend: {mock: {status: 200}}, routes: [{path: /}]}]\n",
	}
}

// TestPagesSettings validates each line of YAML in a table's second column, in one of the places that it may have.
func TestPagesSettings(t *testing.T) {
	const registry = "version: 1\nowners: {acme: []}\napps: [{name: a1}]\n"
	setting := regexp.MustCompile("`([a-z-]+: [^`]*)`")
	tried := 0
	for _, row := range regexp.MustCompile(`(?m)^\|[^|]*\|(.*)\|$`).FindAllStringSubmatch(page(t, "migrate/aliyun.md"), -1) {
		for _, found := range setting.FindAllStringSubmatch(row[1], -1) {
			tried++
			var why []string
			for _, place := range around() {
				if strings.HasPrefix(found[1], "backend:") {
					place = strings.Replace(place, "backend: {mock: {status: 200}}\n", "\n", 1)
				}
				ok, said := loads(t, strings.Replace(place, "%", found[1], 1), registry)
				if ok {
					why = nil
					break
				}
				why = append(why, said)
			}
			if why != nil {
				t.Errorf("%s loads nowhere; in a route: %s", found[1], why[0])
			}
		}
	}
	if tried < 40 {
		t.Errorf("%d settings were tried, want those of every table", tried)
	}
}
