package cli_test

import (
	"strings"
	"sync"
	"testing"
)

// returning: what show prints can be applied again, and changes nothing.
func returning(t *testing.T, k *keeper) {
	k.do(0, partners, "registry", "apply", "-")
	for _, args := range [][]string{nil, {"--json"}} {
		text, _ := k.do(0, "", append([]string{"registry", "show"}, args...)...)
		if strings.Count(text, "sealed:") != 2 {
			t.Errorf("show prints %s", text)
		}
		k.do(0, text, "registry", "diff", "-")
		if out, _ := k.do(0, text, "registry", "apply", "-"); strings.Contains(out, "changed ") && strings.Count(out, "unchanged") != 5 {
			t.Errorf("apply of what show printed: %s", out)
		}
	}
	changed := strings.Replace(partners, plantedAccess, plantedOther, 1)
	k.says(3, changed, "changed   app shop: a secret of its access keys\n", "registry", "diff", "-")
	k.silent()
}

// changingAtOnce: of commands at once, none undoes another.
func changingAtOnce(t *testing.T, k *keeper) {
	k.do(0, partners, "registry", "apply", "-")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if code, _, err := run(t, "", append([]string{"keys", "create", "lab"}, k.store...)...); code != 0 {
				t.Errorf("exit %d, %s", code, err)
			}
		})
	}
	all.Wait()
	if lab := k.app("lab"); len(lab.Keys) != 4 {
		t.Errorf("after 4 keys at once lab has %d", len(lab.Keys))
	}
}
