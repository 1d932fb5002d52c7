package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"postern/shared/config"
	"postern/shared/gateway"
)

// What authenticates in the query stays with the gateway, where it may be sent there.
func TestKeyInQueryIsNotForwarded(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.RawQuery) }))
	defer backend.Close()
	registry := &config.Registry{Version: 1, Apps: []config.App{{
		Name: "a", Keys: []config.Key{{Name: "k", Primary: "0123456789abcdef"}}, Grants: map[string]config.Grant{"g": {}},
	}}}
	for auth, want := range map[string]string{
		"api-key": "a=1&AppCode=x&APPCode=y", "{api-key: {in: header}}": "a=1&AppCode=x&APPCode=y",
		"{api-key: {in: header-or-query}}": "a=1", "{any: [{api-key: {in: header-or-query}}]}": "a=1",
	} {
		g := house(t, fmt.Sprintf(`
version: 1
egress: {allow: [127.0.0.0/8]}
apis:
- name: g
  hosts: [h]
  dialect: aliyun
  auth: [%s]
  backend: {url: %q}
  routes: [{path: /}]
`, auth, backend.URL), registry)
		r := request("/", "Authorization", "APPCODE 0123456789abcdef")
		r.RawQuery = "a=1&AppCode=x&APPCode=y"
		g.Serve(context.Background(), r, func(a *gateway.Response) error {
			if string(a.Body) != want {
				t.Errorf("with %s the backend is asked for %d %s %v, want %s", auth, a.Status, a.Body, a.Header, want)
			}
			return nil
		})
	}
}
