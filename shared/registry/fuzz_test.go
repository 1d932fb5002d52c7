package registry_test

import (
	"slices"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/registry"
)

// FuzzCredentials: every id can be asked for, and stands for the same key when it is given by its digest.
func FuzzCredentials(f *testing.F) {
	f.Add("first", "second", "AK")
	f.Add("sha256:"+abcDigest, "", "")
	f.Add("sha256:"+strings.ToUpper(abcDigest), "abc", "a b")
	f.Add("", "sha256:", strings.Repeat("a", 201))
	f.Fuzz(func(t *testing.T, primary, secondary, id string) {
		all, err := registry.Credentials(&config.App{
			Keys: []config.Key{{Primary: primary, Secondary: secondary}}, AccessKeys: []config.AccessKey{{ID: id, Secret: "x"}},
		})
		if err != nil {
			return
		}
		for _, id := range append(all[0].IDs, all[1].IDs...) {
			if !config.IsID(id) {
				t.Errorf("the id %q cannot be asked for", id)
			}
		}
		if !strings.HasPrefix(primary, "sha256:") && all[0].IDs[0] != auth.KeyID(primary) {
			t.Errorf("the key %q has the id %s", primary, all[0].IDs[0])
		}
		for _, id := range all[0].IDs {
			again, err := registry.Credentials(&config.App{Keys: []config.Key{{Primary: registry.Digest(id)}}})
			if err != nil || !slices.Equal(again[0].IDs, []string{id}) {
				t.Errorf("by the digest of %s: %v, %v", id, again, err)
			}
		}
	})
}
