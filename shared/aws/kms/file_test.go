package kms_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/shared/aws/kms"
)

func open(t *testing.T, path string) *kms.KeyFile {
	t.Helper()
	k, err := kms.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := kms.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	key, wrapped, err := open(t, path).NewKey(t.Context())
	if err != nil || len(key) != 32 || bytes.Contains(wrapped, key) {
		t.Fatalf("NewKey = %d bytes, wrapped %x, %v", len(key), wrapped, err)
	}
	if got, err := open(t, path).Unwrap(t.Context(), wrapped); err != nil || !bytes.Equal(got, key) {
		t.Errorf("Unwrap = %x, %v, want %x", got, err, key)
	}
	if again, _, _ := open(t, path).NewKey(t.Context()); bytes.Equal(again, key) {
		t.Error("NewKey gives the same key twice")
	}
	second := filepath.Join(t.TempDir(), "key")
	if err := kms.CreateFile(second); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, second).Unwrap(t.Context(), wrapped); err == nil || !strings.Contains(err.Error(), "this key file is not the one") {
		t.Errorf("Unwrap with another file = %v, want that said", err)
	}
	if _, err := open(t, path).Unwrap(t.Context(), nil); err == nil {
		t.Error("Unwrap of nothing = nil, want an error")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	k := open(t, path)
	if text := fmt.Sprintf("%v %+v %#v", k, *k, k); strings.Contains(text, string(bytes.TrimSpace(content))) {
		t.Errorf("a key file shows %s", text)
	}
}

func TestCreateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := kms.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v, want 0600", info.Mode(), err)
	}
	if err := kms.CreateFile(path); err == nil {
		t.Error("CreateFile over a key = nil: all secrets would be lost")
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file was changed: %v", err)
	}
}

func TestOpenFileRefuses(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("hunter2-"), 4))
	for _, tt := range []struct {
		name, content string
		mode          fs.FileMode
		want          string // "": it opens
	}{
		{"as written", key, 0o600, ""},
		{"with a line's end", key + "\n", 0o600, ""},
		{"read-only", key, 0o400, ""},
		{"group may read", key, 0o640, "chmod 600"},
		{"all may read", key, 0o604, "mode 0604"},
		{"all may write", key, 0o602, "chmod 600"},
		{"empty", "", 0o600, "does not hold 32 bytes in base64"},
		{"16 bytes", base64.StdEncoding.EncodeToString([]byte("hunter2-hunter2-")), 0o600, "does not hold 32 bytes"},
		{"no base64", "hunter2-hunter2-hunter2-hunter2-hunter2", 0o600, "does not hold 32 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			_, err := kms.OpenFile(path)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("OpenFile = %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2")):
				t.Errorf("OpenFile = %v, want %q and no key", err, tt.want)
			}
		})
	}
	if _, err := kms.OpenFile(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "there is no key file") {
		t.Errorf("OpenFile of nothing = %v", err)
	}
	if _, err := kms.OpenFile(t.TempDir()); err == nil {
		t.Error("OpenFile of a folder = nil")
	}
}
