package main

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"
)

func packed(t *testing.T, files fstest.MapFS) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out, files); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSameBytes(t *testing.T) {
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	one := fstest.MapFS{
		"bootstrap":    {Data: []byte("program"), Mode: 0o755, ModTime: at},
		"postern.json": {Data: []byte("{}"), Mode: 0o600, ModTime: at},
	}
	sameElsewhere := fstest.MapFS{
		"postern.json": {Data: []byte("{}"), Mode: 0o664, ModTime: at.Add(time.Hour)},
		"bootstrap":    {Data: []byte("program"), Mode: 0o700, ModTime: at.Add(-time.Hour)},
	}
	if !bytes.Equal(packed(t, one), packed(t, sameElsewhere)) {
		t.Error("times, modes or the order of a folder show in the archive")
	}
	for name, other := range map[string]fstest.MapFS{
		"content": {"bootstrap": {Data: []byte("Program"), Mode: 0o755}, "postern.json": one["postern.json"]},
		"name":    {"Bootstrap": one["bootstrap"], "postern.json": one["postern.json"]},
		"mode":    {"bootstrap": {Data: []byte("program"), Mode: 0o644}, "postern.json": one["postern.json"]},
	} {
		if bytes.Equal(packed(t, one), packed(t, other)) {
			t.Errorf("another %s does not show in the archive", name)
		}
	}
}

func TestArchive(t *testing.T) {
	archive := packed(t, fstest.MapFS{
		"postern.json": {Data: []byte("{}"), Mode: 0o600},
		"bootstrap":    {Data: []byte("program"), Mode: 0o700},
	})
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name, text string
		mode       fs.FileMode
	}{{"bootstrap", "program", 0o755}, {"postern.json", "{}", 0o644}}
	if len(z.File) != len(want) {
		t.Fatalf("the archive has %d files, want %d", len(z.File), len(want))
	}
	for i, w := range want {
		f := z.File[i]
		data, err := fs.ReadFile(z, f.Name)
		if f.Name != w.name || f.Mode() != w.mode || err != nil || string(data) != w.text {
			t.Errorf("file %d = %s %v %q, %v, want %s %v %q", i, f.Name, f.Mode(), data, err, w.name, w.mode, w.text)
		}
	}
}

func TestOnlyFiles(t *testing.T) {
	if err := write(&bytes.Buffer{}, fstest.MapFS{"pipe": {Mode: fs.ModeNamedPipe}}); err == nil {
		t.Error("write() of a pipe = nil, want an error")
	}
}
