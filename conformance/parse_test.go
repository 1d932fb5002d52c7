package conformance_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"postern/conformance"
)

// TestLoad shows that what is not understood is refused.
func TestLoad(t *testing.T) {
	for _, tt := range []struct{ name, text, fails string }{
		{"right", head + definition + get + hello, ""},
		{"no reason", "source: nowhere\nnow: 2024-05-01T00:00:00Z\n" + definition + get + hello, "say in a sentence"},
		{"no source", strings.Replace(head, "source: nowhere\n", "", 1) + definition + get + hello, "source: is missing"},
		{"no clock", strings.Replace(head, "now: 2024-05-01T00:00:00Z\n", "", 1) + definition + get + hello, "now: is missing"},
		{"broken clock", strings.Replace(head, "05-01", "13-01", 1) + definition + get + hello, "month"},
		{"unknown key", head + "colour: red\n" + definition + get + hello, "unknown key"},
		{"doors", head + "doors: direct split because of a test\n" + definition + get + hello, ""},
		{"doors without a reason", head + "doors: direct\n" + definition + get + hello, "because REASON"},
		{"unknown door", head + "doors: window because of a test\n" + definition + get + hello, "there is no door window"},
		{"no definition", head + get + hello, "there is no postern.yaml"},
		{"two definitions", head + definition + "-- postern.yaml --\nversion: 1\n" + get + hello, "given twice"},
		{"fixture", head + "-- use nhn/hmac.yaml --\n" + get + hello, ""},
		{"no fixture", head + "-- use nhn/none.yaml --\n" + get + hello, "file does not exist"},
		{"fixture without a dialect", head + "-- use hmac.yaml --\n" + get + hello, "use DIALECT/FIXTURE.yaml"},
		{"unknown section", head + definition + "-- question --\n" + get + hello, "unknown section"},
		{"unknown backend", head + definition + "-- backend b loud --\n" + get + hello, "no behaviour"},
		{"backend arguments", head + definition + "-- backend b big --\n" + get + hello, "no behaviour"},
		{"backend number", head + definition + "-- backend b big many --\n" + get + hello, "invalid syntax"},
		{"backend text", head + definition + "-- backend b echo --\nhello\n" + get + hello, "a raw backend has a text"},
		{"request argument", head + definition + strings.Replace(get, "request", "request loud", 1) + hello, "wrong arguments"},
		{"request times", head + definition + strings.Replace(get, "request", "request xy", 1) + hello, "invalid syntax"},
		{"A without B", head + definition + strings.Replace(get, "request", "request A", 1) + hello, "request A needs a request B"},
		{"B without A", head + definition + strings.Replace(get, "request", "request B", 1) + hello, "right after request A"},
		{"no request", head + definition, "a request without an answer"},
		{"no answer", head + definition + get, "a request without an answer"},
		{"no answer in between", head + definition + get + get + hello, "a request without an answer"},
		{"answer first", head + definition + hello + get, "an answer without a request"},
		{"log first", head + definition + "-- log --\na=b\n" + get + hello, "stand after an answer"},
		{"log without a value", head + definition + get + hello + "-- log --\na\n", "key=value"},
		{"answers without a number", head + definition + get + "-- answers --\n200\n", "how often"},
		{"cut without a row", head + definition + get + "-- cut --\n", "cut ROW-ID"},
		{"clock without a time", head + definition + "-- clock --\n" + get + hello, "wrong arguments"},
		{"clock with a text", head + definition + "-- clock 1s --\nx\n" + get + hello, "wrong arguments"},
		{"empty act", head + definition + "-- registry --\n" + get + hello, "wrong arguments"},
		{"received by all", head + definition + get + hello + "-- received --\n", "wrong arguments"},
		{"two rows", head + definition + get + "-- answer a b --\n", "wrong arguments"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := conformance.Load(fstest.MapFS{
				"nhn/topic/case.txtar": {Data: []byte(tt.text)}, "nhn/fixtures/hmac.yaml": {Data: []byte("version: 1\n")},
			})
			if tt.fails == "" && err != nil {
				t.Errorf("Load = %v", err)
			}
			if tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails)) {
				t.Errorf("Load = %v, want an error with %q", err, tt.fails)
			}
		})
	}
}

// TestRows keeps covered.txt complete: whoever adds a case for a row adds the row, and nobody can lose it unseen.
func TestRows(t *testing.T) {
	rows, err := conformance.Rows(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("covered.txt")
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for id := range strings.FieldsSeq(string(data)) {
		covered[id] = true
	}
	for _, r := range rows {
		if r.Cases > 0 && !covered[r.ID] {
			t.Errorf("row %s has a case now: add it to covered.txt", r.ID)
		}
	}
}

func TestWriteRows(t *testing.T) {
	var out strings.Builder
	err := conformance.WriteRows(&out, []conformance.Row{{ID: "nhn/1", Cases: 2, Doors: []string{"direct", "serve"}}, {ID: "nhn/2"}})
	if want := "nhn/1\t2\tdirect,serve\nnhn/2\t0\t\n"; err != nil || out.String() != want {
		t.Errorf("WriteRows = %q, %v, want %q", out.String(), err, want)
	}
}

func TestRowsLost(t *testing.T) {
	valid := head + definition + unsigned + refused
	for _, tt := range []struct {
		name, text, covered, fails string
	}{
		{"covered", valid, "nhn/4011001\n", ""},
		{"lost", valid, "nhn/4011001\nnhn/4011002\n", "row nhn/4011002 had a case"},
		{"unknown", strings.Replace(valid, "nhn/4011001", "nhn/nothing", 1), "", "no catalogue has a row nhn/nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{"nhn/topic/case.txtar": {Data: []byte(tt.text)}, "covered.txt": {Data: []byte(tt.covered)}}
			rows, err := conformance.Rows(files)
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Errorf("Rows = %v, want an error with %q", err, tt.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if want := r.ID == "nhn/4011001"; (r.Cases == 1) != want {
					t.Errorf("row %s has %d cases", r.ID, r.Cases)
				}
			}
		})
	}
	if _, err := conformance.Rows(fstest.MapFS{}); err == nil {
		t.Error("Rows without covered.txt = nil, want an error")
	}
}

// TestFiles keeps what nobody reads out of the folders.
func TestFiles(t *testing.T) {
	used := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".txtar") {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for line := range strings.Lines(string(data)) {
				if name, ok := strings.CutPrefix(line, "-- use "); ok {
					dialect, file, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(name), " --"), "/")
					used[dialect+"/fixtures/"+file] = true
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*/fixtures/*", "*/*"} {
		names, err := fs.Glob(os.DirFS("."), pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.Contains(name, "fixtures/") && !used[name] {
				t.Errorf("no case uses %s", name)
			}
			if strings.HasSuffix(name, ".txtar") {
				t.Errorf("%s is in no topic: no case is read there", name)
			}
		}
	}
}

// FuzzLoad reads any text as a case: it is understood or refused.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{head + definition + get + hello, head + definition + get + received, head, "-- request A --\n-- request B --\n"} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = loadText(text)
	})
}
