package seal_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"postern/shared/seal"
)

func key(t *testing.T, raw []byte) *seal.Key {
	t.Helper()
	k, err := seal.New(raw)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSeal(t *testing.T) {
	k := key(t, seal.Raw())
	for _, plain := range []string{"", "s", strings.Repeat("x", 1<<16)} {
		sealed := k.Seal("s#a", []byte(plain))
		if got, err := k.Open("s#a", sealed); err != nil || string(got) != plain {
			t.Errorf("Open(Seal(%.10q)) = %.10q, %v", plain, got, err)
		}
		if again := k.Seal("s#a", []byte(plain)); bytes.Equal(again, sealed) {
			t.Errorf("Seal(%.10q) gives the same twice", plain)
		}
	}
}

// TestOpenRefuses: a place, a key or a bit of difference is enough.
func TestOpenRefuses(t *testing.T) {
	k := key(t, seal.Raw())
	sealed := k.Seal("s#a", []byte("hunter2"))
	for name, open := range map[string]func() ([]byte, error){
		"another place": func() ([]byte, error) { return k.Open("s#b", sealed) },
		"another key":   func() ([]byte, error) { return key(t, seal.Raw()).Open("s#a", sealed) },
		"nothing":       func() ([]byte, error) { return k.Open("s#a", nil) },
		"a nonce alone": func() ([]byte, error) { return k.Open("s#a", sealed[:12]) },
	} {
		if got, err := open(); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open with %s = %q, %v, want an error", name, got, err)
		}
	}
	for i := range sealed {
		broken := bytes.Clone(sealed)
		broken[i] ^= 1
		if _, err := k.Open("s#a", broken); err == nil {
			t.Errorf("Open with byte %d changed = nil, want an error", i)
		}
	}
}

// TestVector is test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega): AES-256, 60 bytes, additional data.
func TestVector(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	k := key(t, unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
	sealed := unhex("cafebabefacedbaddecaf888" +
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662" +
		"76fc6ece0f4e1768cddf8853bb2d551b")
	got, err := k.Open(string(unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")), sealed)
	want := "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
	if err != nil || hex.EncodeToString(got) != want {
		t.Errorf("Open = %x, %v, want %s", got, err, want)
	}
}

func TestNew(t *testing.T) {
	for _, n := range []int{0, 16, 31, 33} {
		if _, err := seal.New(make([]byte, n)); err == nil {
			t.Errorf("New of %d bytes = nil, want an error", n)
		}
	}
}

func TestKeyHidesItself(t *testing.T) {
	raw := []byte("hunter2-hunter2-hunter2-hunter2-")
	k := key(t, raw)
	data, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", k)
	shown := fmt.Sprintf("%v %+v %#v %s %q %x", k, k, k, k, k, k) + string(data) + log.String()
	if strings.Contains(shown, "hunter2") || strings.Contains(shown, hex.EncodeToString(raw[:8])) || !strings.Contains(shown, "***") {
		t.Errorf("a key shows itself as %s", shown)
	}
}

// FuzzOpen: nothing opens but what was sealed.
func FuzzOpen(f *testing.F) {
	k, err := seal.New(make([]byte, seal.Size))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("", []byte(nil))
	f.Add("s#a", make([]byte, 12))
	f.Add("s#a", make([]byte, 28))
	f.Fuzz(func(t *testing.T, place string, text []byte) {
		if got, err := k.Open(place, text); err == nil {
			t.Errorf("Open(%q, %x) = %x", place, text, got)
		}
		if got, err := k.Open(place, k.Seal(place, text)); err != nil || !bytes.Equal(got, text) {
			t.Errorf("Open(Seal(%q, %x)) = %x, %v", place, text, got, err)
		}
	})
}
