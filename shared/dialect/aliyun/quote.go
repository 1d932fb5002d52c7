package aliyun

import "strings"

// maxMessage bounds what X-Ca-Error-Message says, in bytes: load balancers drop longer headers.
const maxMessage = 4 << 10

// quoted is the canonical string as an answer shows it: # for line feeds, as the vendor prints it (aliyun.md, 1.5).
// "path-only" leaves the parameters out, which may be passwords; "off" leaves out all.
func (t *stringToSign) quoted(how string) string {
	text := t.canonical
	switch how {
	case "off":
		return ""
	case "path-only":
		text = text[:t.resource+len(t.path)]
	}
	return strings.ReplaceAll(text[:min(len(text), maxMessage)], "\n", "#")
}
