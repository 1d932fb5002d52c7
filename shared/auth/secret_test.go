package auth_test

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"postern/shared/auth"
)

// Vectors of RFC 2202, section 3 (SHA-1) and RFC 4231, section 4 (SHA-256).
func rfcVectors() []struct{ name, key, text, sha1, sha256 string } {
	a := func(n int, b string) string { return strings.Repeat(b, n) }
	return []struct{ name, key, text, sha1, sha256 string }{
		{
			name: "1", key: a(20, "\x0b"), text: "Hi There",
			sha1:   "b617318655057264e28bc0b6fb378c8ef146be00",
			sha256: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
		},
		{
			name: "2", key: "Jefe", text: "what do ya want for nothing?",
			sha1:   "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
			sha256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		},
		{
			name: "3", key: a(20, "\xaa"), text: a(50, "\xdd"),
			sha1:   "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
			sha256: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
		},
		{
			name: "6 of RFC 2202", key: a(80, "\xaa"), text: "Test Using Larger Than Block-Size Key - Hash Key First",
			sha1: "aa4ae5e15272d00e95705637ce8a3b55ed402112",
		},
		{
			name: "6 of RFC 4231", key: a(131, "\xaa"), text: "Test Using Larger Than Block-Size Key - Hash Key First",
			sha256: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
		},
	}
}

func TestSecretVerifiesPublishedVectors(t *testing.T) {
	for _, tt := range rfcVectors() {
		for h, mac := range map[crypto.Hash][]byte{crypto.SHA1: fromHex(t, tt.sha1), crypto.SHA256: fromHex(t, tt.sha256)} {
			if len(mac) == 0 {
				continue
			}
			t.Run(fmt.Sprint(tt.name, " ", h), func(t *testing.T) {
				s := auth.NewSecret(tt.key)
				for range 2 { // the state is used again
					if !s.Verify(h, tt.text, mac) {
						t.Error("Verify(published vector) = false, want true")
					}
				}
				if s.Verify(h, tt.text+".", mac) {
					t.Error("Verify(other text) = true, want false")
				}
				if auth.NewSecret(tt.key+".").Verify(h, tt.text, mac) {
					t.Error("Verify(other key) = true, want false")
				}
			})
		}
	}
}

func TestSecretRefusesOtherMACs(t *testing.T) {
	mac := fromHex(t, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
	flipped := bytes.Clone(mac)
	flipped[31] ^= 1
	for _, tt := range []struct {
		name string
		hash crypto.Hash
		mac  []byte
	}{
		{"none", crypto.SHA256, nil},
		{"empty", crypto.SHA256, []byte{}},
		{"cut by a byte", crypto.SHA256, mac[:31]},
		{"cut to 128 bits", crypto.SHA256, mac[:16]},
		{"cut to the length of SHA-1", crypto.SHA256, mac[:20]},
		{"a byte too long", crypto.SHA256, append(bytes.Clone(mac), 0)},
		{"twice", crypto.SHA256, append(bytes.Clone(mac), mac...)},
		{"a bit off", crypto.SHA256, flipped},
		{"of another hash", crypto.SHA1, mac},
		{"no hash", 0, mac},
		{"a hash that is not offered", crypto.SHA512, mac},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if auth.NewSecret("Jefe").Verify(tt.hash, "what do ya want for nothing?", tt.mac) {
				t.Error("Verify = true, want false")
			}
		})
	}
}

func TestSecretNeverShowsItself(t *testing.T) {
	const value = "hunter2-hunter2"
	s := auth.NewSecret(value)
	s.Verify(crypto.SHA256, "text", nil)
	held := struct {
		S *auth.Secret
		s *auth.Secret
	}{s, s}
	var shown bytes.Buffer
	slog.New(slog.NewTextHandler(&shown, nil)).Info("text", "secret", s)
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("json", "secret", s, "held", held)
	data, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	shown.Write(data)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		shown.WriteString(fmt.Sprintf(verb, s) + fmt.Sprintf(verb, held) + fmt.Sprintf(verb, &held))
	}
	for _, form := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value), fmt.Sprint([]byte(value))} {
		if strings.Contains(shown.String(), strings.Trim(form, "[]")) {
			t.Errorf("a Secret shows itself as %q", form)
		}
	}
	if got := fmt.Sprint(s) + fmt.Sprintf("%#v", s) + s.LogValue().String(); got != "*********" {
		t.Errorf("a Secret prints as %q, want *** each time", got)
	}
	if string(data) != `{"S":"***"}` {
		t.Errorf("json.Marshal(Secret) = %s, want ***", data)
	}
}

func TestSecretIsSafeForConcurrentUse(t *testing.T) {
	s, v := auth.NewSecret("Jefe"), rfcVectors()[1]
	sha1, sha256 := fromHex(t, v.sha1), fromHex(t, v.sha256)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				right := s.Verify(crypto.SHA1, v.text, sha1) && s.Verify(crypto.SHA256, v.text, sha256)
				if !right || s.Verify(crypto.SHA256, "x", sha256) {
					t.Error("Verify gives a wrong answer under concurrency")
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkSecretVerify(b *testing.B) {
	s := auth.NewSecret("postern-nhn-secret-0123456789abcdef")
	text := "GET\n/members?isEnable=false&type=public\n2024-05-01T00:00:00Z\nhost:kr1-example.api.nhncloudservice.com"
	mac := make([]byte, 32)
	b.ReportAllocs()
	for b.Loop() {
		s.Verify(crypto.SHA256, text, mac)
	}
}

func TestSecretSum(t *testing.T) {
	s := auth.NewSecret("key")
	for _, n := range []int{0, 1, 1023, 1024, 1025, 5000} {
		text := strings.Repeat("x", n)
		for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
			mac := hmac.New(h.New, []byte("key"))
			mac.Write([]byte(text))
			if want, got := mac.Sum(nil), s.Sum(h, text); !hmac.Equal(got, want) || !s.Verify(h, text, got) {
				t.Errorf("Sum(%v) of %d bytes = %x, want %x", h, n, got, want)
			}
		}
	}
	if got := s.Sum(crypto.MD5, "x"); got != nil || s.Verify(crypto.MD5, "x", nil) {
		t.Errorf("Sum(MD5) = %x, want none", got)
	}
}
