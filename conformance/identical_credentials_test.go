//go:build dynamodb

package conformance_test

import (
	"crypto/hmac"
	"crypto/sha1" // the vendors' clients may choose it
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"net/url"
	"strings"
	"time"
)

// generated is when all requests are sent.
func generated() time.Time { return time.Date(2026, 9, 21, 10, 0, 0, 0, time.UTC) }

// sign gives a request the credentials that its path asks for, or wrong ones, or none.
func (w *author) sign(l *letter) {
	toast := len(l.values("Host")) > 0 && l.values("Host")[0] == toastHost
	secret := map[bool]string{false: "people-secret", true: "domain-secret"}[toast]
	asked, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(l.path, "/apigw"), "/"), "/")
	switch {
	case asked == "token":
		w.token(l, toast)
	case asked == "keyed", asked == "either" && w.in(2):
		if !w.in(10) {
			l.add(w.one("x-nhn-apikey", "X-NHN-ApiKey"), w.one("ShopPrimaryKey000001", "ShopPrimaryKey000001", "ShopSecondaryKey0001",
				"ShopPrimaryKey000001", "AsleepPrimaryKey0001", "GonePrimaryKey000001", "StrangerPrimaryKey01", "NobodysKey", ""))
		}
	case toast && (asked == "signed" || asked == "api"):
		w.signToast(l, secret)
	case asked == "signed", asked == "covered", asked == "either":
		w.signNHN(l, secret, asked == "covered")
	}
}

// when is the time that a client signs.
func (w *author) when() string {
	at := generated().Add(time.Duration(w.IntN(400)-200) * time.Second)
	switch {
	case w.in(20):
		at = at.Add(-time.Hour)
	case w.in(40):
		return w.one("", "now", "1758448800", "2026-09-21 10:00:00")
	}
	return at.In(time.FixedZone("", w.of(0, 9)*3600)).Format(time.RFC3339)
}

// target is what a client signs: as it sends it, or decoded as the vendor's sample client does.
func (w *author) target(l *letter) string {
	sent := strings.TrimSuffix(l.path+l.query, "?")
	if decoded, err := url.PathUnescape(sent); err == nil && w.in(5) {
		return decoded
	}
	return sent
}

func (w *author) secret(right string) string {
	if w.in(20) {
		return "wrong"
	}
	return right
}

func mac(h func() hash.Hash, secret, text string) string {
	m := hmac.New(h, []byte(secret))
	m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func (w *author) signNHN(l *letter, secret string, covers bool) {
	date := w.when()
	var names []string
	if covers || w.in(3) {
		names = append(names, w.one("x-many", "X-Many"))
		if !w.in(10) {
			l.add("X-Many", w.one("m", "m, n", ""))
		}
		if w.in(2) {
			names = append(names, strings.ToLower(l.lines[w.IntN(len(l.lines))][0]))
		}
		if w.in(2) && l.values("X-Forwarded-Proto") != nil {
			names = append(names, "x-forwarded-proto")
		}
		if w.in(3) {
			names = append(names, w.one("content-length", "content-length", "content-length", "host", "content-type", "cookie", "user-agent",
				"x-absent", "content-md5", "connection"))
		}
	}
	text := l.method + "\n" + w.target(l) + "\n" + date
	for _, name := range names {
		if values := l.values(name); values != nil {
			text += "\n" + strings.ToLower(name) + ":" + strings.Join(values, ",")
		}
	}
	algorithm, h := "HmacSHA256", sha256.New
	if w.in(4) {
		algorithm, h = "HmacSHA1", sha1.New
	}
	l.add("x-nhn-date", date)
	if !w.in(25) {
		l.add("Authorization", fmt.Sprintf(`hmac algorithm="%s", headers="%s", signature="%s"`, algorithm, strings.Join(names, ","),
			mac(h, w.secret(secret), text)))
	}
}

func (w *author) signToast(l *letter, secret string) {
	date := w.when()
	if !w.in(25) {
		l.add("X-TC-Timestamp", date)
	}
	if !w.in(25) {
		l.add("Authorization", mac(sha1.New, w.secret(secret), l.method+"\n"+w.target(l)+"\n"+date))
	}
}

func (w *author) token(l *letter, toast bool) {
	expires := generated().Unix() + int64(w.of(3600, 3600, 60, 60, -60))
	claims := fmt.Sprintf(`{"iss":%q,"exp":%d}`, w.one("us", "us", "us", "us", "them"), expires)
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(w.one(`{"alg":"HS256"}`, `{"typ":"JWT","alg":"HS256"}`))) + "." + encode([]byte(claims))
	m := hmac.New(sha256.New, []byte(w.secret("tokens-secret-0123456789abcdef")))
	m.Write([]byte(text))
	text += "." + encode(m.Sum(nil))
	if w.in(15) {
		text = w.one("", "x", "a.b.c", text+"x")
	}
	if !toast {
		text = w.one("Bearer ", "Bearer ", "bearer ", "Bearer ", "Basic ") + text
	}
	if !w.in(20) {
		l.add("Authorization", text)
	}
}
