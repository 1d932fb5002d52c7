package admin

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
)

// etag is the tag of what is shown of a thing: it changes whenever that does. A secret is shown by a tag of its own.
func etag(shown any) (string, error) {
	text, err := encoded(shown)
	sum := sha256.Sum256(text)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`, err
}

// expect refuses a change of a thing that is not what If-Match and If-None-Match ask for. shown is nil where there is none.
func (c *call) expect(shown any) error {
	tag := ""
	if shown != nil {
		var err error
		if tag, err = etag(shown); err != nil {
			return err
		}
	}
	for name, wanted := range map[string]bool{"If-Match": true, "If-None-Match": false} {
		list := strings.Join(c.Header.Values(name), ",")
		if list == "" {
			continue
		}
		found, err := listed(list, tag)
		if err != nil {
			return malformed(name + ": write *, or ETags in their quotes, with commas between them")
		}
		if found != wanted {
			return failedPrecondition("read it again")
		}
	}
	return nil
}

// listed says that a list of ETags has this one; "": that of nothing. A weak one is never the same.
func listed(list, tag string) (bool, error) {
	if strings.TrimSpace(list) == "*" {
		return tag != "", nil
	}
	found := false
	for rest := list; ; {
		rest = strings.TrimLeft(rest, " \t,")
		if rest == "" {
			return found, nil
		}
		plain, weak := strings.CutPrefix(rest, "W/")
		end := strings.IndexByte(strings.TrimPrefix(plain, `"`), '"')
		if !strings.HasPrefix(plain, `"`) || end < 0 {
			return false, errTags
		}
		found = found || !weak && tag != "" && plain[:end+2] == tag
		rest = strings.TrimLeft(plain[end+2:], " \t")
		if rest != "" && rest[0] != ',' {
			return false, errTags
		}
	}
}

var errTags = errors.New("no ETags")

// unchanged says that who asks has what would be answered.
func (c *call) unchanged(a *answer) bool {
	list, tag := strings.Join(c.Header.Values("If-None-Match"), ","), a.Header.Get("ETag")
	if c.route.changes() || list == "" || tag == "" || a.Status != http.StatusOK {
		return false
	}
	found, err := listed(strings.ReplaceAll(list, "W/", ""), tag)
	return err == nil && found
}
