package event_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"postern/shared/event"
)

// ascii are all characters of ASCII, and some others.
func ascii() (all []string) {
	for c := range rune(0x80) {
		all = append(all, string(c))
	}
	return append(all, "\u0080", "é", "홍", "😀", "\ufffe")
}

// TestQueryEncoding: each character in a decoded query is written as RFC 3986 has it in the strictest reading.
func TestQueryEncoding(t *testing.T) {
	for _, c := range ascii() {
		query, _ := json.Marshal(map[string][]string{"n" + c: {"v" + c}})
		e, err := event.REST([]byte(restEvent(``, `,"multiValueQueryStringParameters":`+string(query))), received, event.Options{})
		escaped := strings.ReplaceAll(url.QueryEscape(c), "+", "%20")
		if want := "n" + escaped + "=v" + escaped; err != nil || e.Request.RawQuery != want {
			t.Errorf("%q: %q, %v, want %q", query, e.Request.RawQuery, err, want)
		}
	}
}

// TestPathEncoding: each character in a decoded path is written as it may stand there, or escaped, or in doubt.
func TestPathEncoding(t *testing.T) {
	const pchar = "-._~!$&'()*+,;=:@/" // and letters and digits: RFC 3986, 3.3
	for _, c := range append(ascii(), "\ufffd") {
		quoted, _ := json.Marshal("/a" + c + "b")
		data := strings.Replace(v2Event("h", ``, ``), `"rawPath":"/"`, `"rawPath":`+string(quoted), 1)
		e, err := event.HTTP([]byte(data), received, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		escaped := strings.ReplaceAll(url.QueryEscape(c), "+", "%20")
		if strings.Contains(pchar, c) {
			escaped = c
		}
		doubt := c < " " || strings.Contains("?#%\x7f\ufffd", c)
		if r := e.Request; r.Path != "/a"+escaped+"b" || (r.Malformed != nil) != doubt {
			t.Errorf("%q: %q, %v, want %q, in doubt: %v", c, r.Path, r.Malformed, "/a"+escaped+"b", doubt)
		}
	}
}
