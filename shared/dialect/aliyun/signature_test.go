package aliyun_test

import (
	"crypto"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// signedRequest has what every signature needs, and more.
func signedRequest(line string, more ...string) *gateway.Request {
	return request(line, append([]string{"X-Ca-Key: k", "X-Ca-Signature: QUJD"}, more...)...)
}

func TestCredential(t *testing.T) {
	both := auth.Rules{Hashes: []crypto.Hash{crypto.SHA1, crypto.SHA256}}
	for _, tt := range []struct {
		name    string
		headers []string
		rules   auth.Rules
		hash    crypto.Hash
		at      time.Time
		nonce   string
		mac     string
	}{
		{"the least", nil, auth.Rules{}, crypto.SHA256, time.Time{}, "", "ABC"},
		{"algorithm in another case", []string{"X-Ca-Signature-Method: hmacsha256"}, auth.Rules{}, crypto.SHA256, time.Time{}, "", "ABC"},
		{"SHA-1 where it is allowed", []string{"X-Ca-Signature-Method: HMACSHA1"}, both, crypto.SHA1, time.Time{}, "", "ABC"},
		{"empty algorithm", []string{"X-Ca-Signature-Method: "}, auth.Rules{}, crypto.SHA256, time.Time{}, "", "ABC"},
		{"milliseconds", []string{"X-Ca-Timestamp: 1525872629832"}, auth.Rules{}, crypto.SHA256, time.UnixMilli(1525872629832), "", "ABC"},
		{"seconds", []string{"X-Ca-Timestamp: 1525872629"}, auth.Rules{}, crypto.SHA256, time.Unix(1525872629, 0), "", "ABC"},
		{"nanoseconds are milliseconds of another age", []string{"X-Ca-Timestamp: 152587262983212345"}, auth.Rules{}, crypto.SHA256, time.UnixMilli(152587262983212345), "", "ABC"},
		{"empty time", []string{"X-Ca-Timestamp: "}, auth.Rules{}, crypto.SHA256, time.Time{}, "", "ABC"},
		{"nonce", []string{"X-Ca-Nonce: n1"}, auth.Rules{}, crypto.SHA256, time.Time{}, "n1", "ABC"},
		{"the same key twice", []string{"X-Ca-Key: k"}, auth.Rules{}, crypto.SHA256, time.Time{}, "", "ABC"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := reader(t, "hmac", tt.rules)(signedRequest("GET /", tt.headers...))
			if err != nil {
				t.Fatalf("read = %v, want a credential", err)
			}
			if c.KeyID != "k" || c.Hash != tt.hash || !c.At.Equal(tt.at) || c.Nonce != tt.nonce || string(c.MAC) != tt.mac {
				t.Errorf("read = %+v, want %v at %v with nonce %q", c, tt.hash, tt.at, tt.nonce)
			}
		})
	}
	for _, text := range []string{"QUJ", "QUJD=", "-_-_", "QUJB QUJD"} {
		r := request("GET /", "X-Ca-Key: k", "X-Ca-Signature: "+text)
		if c, err := reader(t, "hmac", auth.Rules{})(r); err != nil || c.MAC == nil || len(c.MAC) != 0 {
			t.Errorf("read of signature %q = %v, %v, want one that never fits", text, c, err)
		}
	}
}

func TestSignatureIsRefused(t *testing.T) {
	const key, signature = "X-Ca-Key: k", "X-Ca-Signature: QUJD"
	for _, tt := range []struct {
		name    string
		headers []string
		rules   auth.Rules
		want    fault.Kind
		args    fault.Args
		absent  bool
	}{
		{"nothing", nil, auth.Rules{}, fault.AuthHMACMissing, nil, true},
		{"empty headers", []string{"X-Ca-Key: ", "X-Ca-Signature:  "}, auth.Rules{}, fault.AuthHMACMissing, nil, true},
		{"no signature", []string{key}, auth.Rules{}, fault.RequestHeader, fault.Args{"name": "X-Ca-Signature"}, false},
		{"empty signature", []string{key, "X-Ca-Signature: "}, auth.Rules{}, fault.RequestHeader, fault.Args{"name": "X-Ca-Signature"}, false},
		{"no key", []string{signature}, auth.Rules{}, fault.RequestHeader, fault.Args{"name": "X-Ca-Key"}, false},
		{"two keys", []string{key, "X-Ca-Key: l", signature}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Key", "problem": "duplicated"}, false},
		{"two keys, joined by the door", []string{"X-Ca-Key: k,l", signature}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Key", "problem": "duplicated"}, false},
		{"two signatures", []string{key, signature, "X-Ca-Signature: QUJE"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Signature", "problem": "duplicated"}, false},
		{"two algorithms", []string{key, signature, "X-Ca-Signature-Method: HmacSHA256", "X-Ca-Signature-Method: HmacSHA1"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Signature-Method", "problem": "duplicated"}, false},
		{"two times", []string{key, signature, "X-Ca-Timestamp: 1525872629832", "X-Ca-Timestamp: 1525872629833"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Timestamp", "problem": "duplicated"}, false},
		{"unknown algorithm", []string{key, signature, "X-Ca-Signature-Method: HmacMD5"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Signature-Method", "problem": "unsupported"}, false},
		{"SHA-1 where it is not allowed", []string{key, signature, "X-Ca-Signature-Method: HmacSHA1"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Signature-Method", "problem": "unsupported"}, false},
		{"the usual one where it is not allowed", []string{key, signature}, auth.Rules{Hashes: []crypto.Hash{crypto.SHA1}}, fault.RequestField, fault.Args{"name": "X-Ca-Signature-Method", "problem": "unsupported"}, false},
		{"no time", []string{key, signature}, auth.Rules{RequireTime: true}, fault.RequestHeader, fault.Args{"name": "X-Ca-Timestamp"}, false},
		{"a word as time", []string{key, signature, "X-Ca-Timestamp: yesterday"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Timestamp", "problem": "not a millisecond timestamp"}, false},
		{"a sign in the time", []string{key, signature, "X-Ca-Timestamp: +1525872629832"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Timestamp", "problem": "not a millisecond timestamp"}, false},
		{"other digits", []string{key, signature, "X-Ca-Timestamp: １５２５８７"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Timestamp", "problem": "not a millisecond timestamp"}, false},
		{"too many digits", []string{key, signature, "X-Ca-Timestamp: 1525872629832123456"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Timestamp", "problem": "not a millisecond timestamp"}, false},
		{"a list of other things", []string{key, signature, "X-Ca-Signature-Headers: x-ca-key:x-ca-nonce"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Signature-Headers", "problem": "not a list of headers"}, false},
		{"a list in Chinese", []string{key, signature, "X-Ca-Signature-Headers: x-测"}, auth.Rules{}, fault.RequestField, fault.Args{"name": "X-Ca-Signature-Headers", "problem": "not a list of headers"}, false},
		{"required and not sent", []string{key, signature, "X-Ca-Signature-Headers: x-a"}, auth.Rules{RequireHeaders: []string{"X-A"}}, fault.RequestHeader, fault.Args{"name": "X-A"}, false},
		{"required and not signed", []string{key, signature, "X-A: 1"}, auth.Rules{RequireHeaders: []string{"x-a"}}, fault.RequestField, fault.Args{"name": "X-Ca-Signature-Headers", "problem": "without `x-a`"}, false},
		{"required Date", []string{key, signature}, auth.Rules{RequireHeaders: []string{"Date"}}, fault.RequestHeader, fault.Args{"name": "Date"}, false},
		{"a key of 64 KB", []string{"X-Ca-Key: " + strings.Repeat("k", 64<<10), signature}, auth.Rules{}, fault.AuthHMACKey, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := reader(t, "hmac", tt.rules)(request("GET /", tt.headers...))
			var f *fault.Fault
			if !errors.As(err, &f) || f.Kind != tt.want || !maps.Equal(f.Args, tt.args) || errors.Is(err, auth.ErrAbsent) != tt.absent {
				t.Errorf("read = %v, want %s %v, absent %v", err, tt.want, tt.args, tt.absent)
			}
		})
	}
}

func TestRequiredHeaders(t *testing.T) {
	r := signedRequest("GET /", "Date: x", "X-A: 1", "X-Ca-Signature-Headers: HOST, x-A")
	if _, err := reader(t, "hmac", auth.Rules{RequireHeaders: []string{"X-a", "host", "date"}})(r); err != nil {
		t.Errorf("read = %v, want a credential", err)
	}
}

func TestRulesAreRefused(t *testing.T) {
	for _, rules := range []auth.Rules{
		{RequireHeaders: []string{""}},
		{RequireHeaders: []string{"x a"}},
		{RequireHeaders: []string{"X-Ca-Signature"}},
		{Hashes: []crypto.Hash{crypto.MD5}},
		{Quote: "half"},
	} {
		if _, err := newDialect(t).Schemes["hmac"](rules); err == nil {
			t.Errorf("hmac with %+v = nil, want an error", rules)
		}
	}
}

func TestStringToSign(t *testing.T) {
	form := func(body string) []string {
		return []string{"Content-Type: Application/X-WWW-Form-URLEncoded;charset=UTF-8", "", body}
	}
	head := "GET\n\n\n\n\n"
	formHead := "POST\n\n\nApplication/X-WWW-Form-URLEncoded;charset=UTF-8\n\n"
	for _, tt := range []struct {
		name, line string
		more       []string
		want       []string // all candidates
	}{
		{"method in upper case", "get /", nil, []string{head + "/", head + "X-Ca-Key:k\n/"}},
		{"an empty query", "GET /?", list("x-ca-key"), []string{head + "x-ca-key:k\n/"}},
		{"the fixed headers as received", "GET /", append(list("x-ca-key"), "Accept: a/b; q=1", "Date: d", "Content-MD5: m", "Content-Type: T/x"), []string{"GET\na/b; q=1\nm\nT/x\nd\nx-ca-key:k\n/"}},
		{"unsorted, trimmed, empty", "GET /", append(list(" x-b,, x-a ,"), "X-A: 1", "X-B: 2"), []string{head + "x-a:1\nx-b:2\n/"}},
		{"repeated in any case", "GET /", append(list("x-a,X-A,x-a"), "X-A: 1"), []string{head + "x-a:1\n/"}},
		{"not sent, and empty", "GET /", append(list("x-a,x-b"), "X-B: "), []string{head + "x-a:\nx-b:\n/"}},
		{"never signed", "GET /", append(list("x-ca-signature,X-Ca-Signature-Headers,accept,Content-MD5,content-type,date,x-a"), "X-A: 1", "Accept: a"), []string{"GET\na\n\n\n\nx-a:1\n/"}},
		{"none but those that never are", "GET /", list("date"), []string{head + "/"}},
		{"several lines", "GET /", append(list("x-a"), "X-A: 1", "X-A: 2"), []string{head + "x-a:1,2\n/"}},
		{"host", "GET /", list("host"), []string{head + "host:api.example.test\n/"}},
		{"a long name", "GET /", append(list(strings.Repeat("a", 65)), strings.Repeat("A", 65)+": 1"), []string{head + strings.Repeat("a", 65) + ":1\n/"}},
		{"a value in Chinese", "GET /", append(list("x-a"), "X-A: 中文"), []string{head + "x-a:中文\n/"}},
		{"mixed case sorts by case", "GET /", append(list("x-b,X-c,x-a"), "X-A: 1", "X-B: 2", "X-C: 3"), []string{head + "X-c:3\nx-a:1\nx-b:2\n/", head + "x-a:1\nx-b:2\nx-c:3\n/"}},
		{"path that cannot be decoded", "GET /%zz", list("x-ca-key"), []string{head + "x-ca-key:k\n/%zz"}},
		{"plus in the path stays", "GET /a+b", list("x-ca-key"), []string{head + "x-ca-key:k\n/a+b"}},
		{"sorted, decoded once", "GET /?b=%2541&a=1+2&A=%2B", list("x-ca-key"), []string{head + "x-ca-key:k\n/?A=+&a=1 2&b=%41"}},
		{"no escape", "GET /?a=%zz&%=1", list("x-ca-key"), []string{head + "x-ca-key:k\n/?%=1&a=%zz"}},
		{"empty pairs", "GET /?&&=&a=1&", list("x-ca-key"), []string{head + "x-ca-key:k\n/?a=1"}},
		{"no key", "GET /?=v", list("x-ca-key"), []string{head + "x-ca-key:k\n/?=v"}},
		{"the first value", "GET /?a=2&a=1&a", list("x-ca-key"), []string{head + "x-ca-key:k\n/?a=2"}},
		{"a first value that is empty", "GET /?a&a=1", list("x-ca-key"), []string{head + "x-ca-key:k\n/?a", head + "x-ca-key:k\n/?a="}},
		{"a form", "POST /?b=2", append(list("x-ca-key"), form("a=1&a=2&c=x+y")...), []string{formHead + "x-ca-key:k\n/?a=1&b=2&c=x y"}},
		{"the same in query and form", "POST /?a=1", append(list("x-ca-key"), form("a=1")...), []string{formHead + "x-ca-key:k\n/?a=1"}},
		{"query or form", "POST /?a=q&a=r", append(list("x-ca-key"), form("a=f&a=g")...), []string{formHead + "x-ca-key:k\n/?a=f", formHead + "x-ca-key:k\n/?a=q"}},
		{"empty in the form alone", "POST /?a=q", append(list("x-ca-key"), form("a=")...), []string{formHead + "x-ca-key:k\n/?a", formHead + "x-ca-key:k\n/?a=q", formHead + "x-ca-key:k\n/?a="}},
		{"a form of another type", "POST /?b=2", append(list("x-ca-key"), "Content-Type: multipart/form-data", "", "a=1"), []string{"POST\n\n\nmultipart/form-data\n\nx-ca-key:k\n/?b=2"}},
		{"a form without a type", "POST /?b=2", append(list("x-ca-key"), "", "a=1"), []string{"POST\n\n\n\n\nx-ca-key:k\n/?b=2"}},
		{"a type without a form", "GET /?b=2", append(list("x-ca-key"), form("")[:1]...), []string{"GET\n\n\nApplication/X-WWW-Form-URLEncoded;charset=UTF-8\n\nx-ca-key:k\n/?b=2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := reader(t, "hmac", auth.Rules{})(signedRequest(tt.line, tt.more...))
			if err != nil {
				t.Fatalf("read = %v, want a credential", err)
			}
			if got := candidates(c); !slices.Equal(got, tt.want) {
				t.Errorf("candidates = %q, want %q", got, tt.want)
			}
		})
	}
}

func list(names string) []string { return []string{"X-Ca-Signature-Headers: " + names} }

func TestAllSpellings(t *testing.T) {
	r := signedRequest("POST /a%20b?k=q&e", append(list("X-A"), "X-A: 1", "Content-Type: application/x-www-form-urlencoded", "", "k=f")...)
	c, err := reader(t, "hmac", auth.Rules{})(r)
	if err != nil {
		t.Fatal(err)
	}
	got := candidates(c)
	var want []string
	for _, name := range []string{"X-A", "x-a"} {
		for _, path := range []string{"/a%20b", "/a b"} {
			for _, value := range []string{"f", "q"} {
				for _, empty := range []string{"e", "e="} {
					want = append(want, fmt.Sprintf("POST\n\n\napplication/x-www-form-urlencoded\n\n%s:1\n%s?%s&k=%s", name, path, empty, value))
				}
			}
		}
	}
	if len(got) != 16 || got[0] != want[0] {
		t.Fatalf("%d candidates, the first %q, want 16, the first %q", len(got), got[0], want[0])
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("candidates = %q, want %q", got, want)
	}
	for range c.Others {
		break // whoever has found the right one asks for no more
	}
}

func TestQuote(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, tt := range []struct{ quote, line, want string }{
		{"", "GET /a?password=1", "GET#####x-ca-key:k#/a?password=1"},
		{"full", "GET /a?password=1", "GET#####x-ca-key:k#/a?password=1"},
		{"path-only", "GET /a?password=1", "GET#####x-ca-key:k#/a"},
		{"path-only", "GET /a", "GET#####x-ca-key:k#/a"},
		{"off", "GET /a?password=1", ""},
		{"full", "GET /?a=1%0A2", "GET#####x-ca-key:k#/?a=1#2"},
		{"full", "GET /" + long, ("GET#####x-ca-key:k#/" + long)[:4096]},
	} {
		c, err := reader(t, "hmac", auth.Rules{Quote: tt.quote})(signedRequest(tt.line, list("x-ca-key")...))
		if err != nil || c.StringToSign != tt.want {
			t.Errorf("read of %.20s with quote %q quotes %.60q, %v, want %.60q", tt.line, tt.quote, c.StringToSign, err, tt.want)
		}
	}
}

// What nobody sends costs no more than it is long.
func TestLargeInput(t *testing.T) {
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprintf("x-%d", i)
	}
	fields := strings.Repeat("k=v&", 9999) + "last=v"
	many := strings.Repeat("a&", 20_000)
	formType := "Content-Type: application/x-www-form-urlencoded"
	value := strings.Repeat("v", 64<<10)
	for _, tt := range []struct {
		name, line string
		more       []string
		want       fault.Kind // "": a credential
		longest    int        // of a candidate
	}{
		{"1,000 signed headers", "GET /", list(strings.Join(names, ",")), "", 10_000},
		{"one header in all its cases", "GET /", append(list(strings.Repeat("x-aa,X-aa,x-Aa,X-AA,", 1000)), "X-Aa: "+value), "", 66_000},
		{"a value of 64 KB", "GET /", append(list("x-a"), "X-A: "+value), "", 66_000},
		{"a nonce of 64 KB", "GET /", append(list("x-ca-nonce"), "X-Ca-Nonce: "+value), "", 66_000},
		{"a signature of 64 KB", "GET /", append(list("x-a"), "X-A: 1"), "", 100},
		{"a time of 64 KB", "GET /", []string{"X-Ca-Timestamp: " + value}, fault.RequestField, 0},
		{"an algorithm of 64 KB", "GET /", []string{"X-Ca-Signature-Method: " + value}, fault.RequestField, 0},
		{"a form of 10,000 pairs", "POST /", append(list("x-a"), formType, "", fields), "", 200},
		{"a form of 20,000 pairs", "POST /", append(list("x-a"), formType, "", many), fault.RequestBody, 0},
		{"a query of 20,000 pairs", "GET /?" + many, list("x-a"), fault.RequestURI, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := signedRequest(tt.line, tt.more...)
			if tt.name == "a signature of 64 KB" {
				r.Header.Set("X-Ca-Signature", value)
			}
			c, err := reader(t, "hmac", auth.Rules{})(r)
			if tt.want != "" {
				if got := fault.From(err).Kind; got != tt.want {
					t.Errorf("read = %s, want %s", got, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatalf("read = %v, want a credential", err)
			}
			n := 0
			for _, text := range candidates(c) {
				if n++; len(text) > tt.longest || n > 16 {
					t.Errorf("candidate %d has %d bytes, want at most %d", n, len(text), tt.longest)
				}
			}
		})
	}
}
