package cli_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/shared/config"
)

// keeper is a registry somewhere, and all that commands on it have printed.
type keeper struct {
	t       *testing.T
	store   []string // the flags that name it
	printed strings.Builder
}

// fileKeeper has an empty registry in a file.
func fileKeeper(t *testing.T) *keeper {
	name := filepath.Join(t.TempDir(), "registry.yaml")
	if err := os.WriteFile(name, []byte("# ours\nversion: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return &keeper{t: t, store: []string{"--registry", name}}
}

// do runs a command, that must end with this code, and returns what it prints.
func (k *keeper) do(code int, stdin string, args ...string) (out, err string) {
	k.t.Helper()
	got, out, err := run(k.t, stdin, append(args, k.store...)...)
	if got != code {
		k.t.Fatalf("%v: exit %d, want %d\nstdout %s\nstderr %s", args, got, code, out, err)
	}
	k.printed.WriteString(out + err)
	return out, err
}

// says runs a command and compares all that it prints.
func (k *keeper) says(code int, stdin, want string, args ...string) {
	k.t.Helper()
	if out, err := k.do(code, stdin, args...); out+err != want {
		k.t.Errorf("%v prints\n%s\nwant\n%s", args, out+err, want)
	}
}

// registry is what show --json says.
func (k *keeper) registry() *config.Registry {
	k.t.Helper()
	out, _ := k.do(0, "", "registry", "show", "--json")
	reg := &config.Registry{}
	if err := json.Unmarshal([]byte(out), reg); err != nil {
		k.t.Fatalf("show --json: %v\n%s", err, out)
	}
	return reg
}

func (k *keeper) app(name string) config.App {
	k.t.Helper()
	for _, app := range k.registry().Apps {
		if app.Name == name {
			return app
		}
	}
	k.t.Fatalf("there is no app %q", name)
	return config.App{}
}

func sha(value string) string {
	sum := sha256.Sum256([]byte(value))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// The secrets that no output may ever show.
const (
	plantedSecret = "plantedHmacSecret1"
	plantedOther  = "plantedHmacSecret2"
	plantedKey    = "plantedApiKey01"
	plantedSecond = "plantedApiKey02"
	plantedAccess = "plantedAccessSecret"
)

// silent fails when any of them was printed, in any usual form.
func (k *keeper) silent() {
	k.t.Helper()
	for _, s := range []string{plantedSecret, plantedOther, plantedKey, plantedSecond, plantedAccess} {
		for _, form := range []string{s, hex.EncodeToString([]byte(s)), base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s))} {
			if strings.Contains(k.printed.String(), form) {
				k.t.Errorf("%s was printed", s)
			}
		}
	}
}

const partners = `version: 1
secrets: {members-hmac: ` + plantedSecret + `}
plans: {free: {rate: 5/s}, gold: {rate: 50/s, quota: 100/day}}
apps:
  - name: shop
    grants: {members: free, orders: none}
    keys: [{name: web, primary: ` + plantedKey + `}]
    access-keys: [{id: AK1, secret: ` + plantedAccess + `}]
  - {name: lab, grants: {members: gold}}
`
