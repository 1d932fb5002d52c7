package memory_test

import (
	"testing"
	"time"

	"postern/shared/memory"
)

func TestNotes(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	n := &memory.Notes{}
	for i, tt := range []struct {
		name, was, note string
		at, until       time.Duration
		there           string // "-": the note is put
	}{
		{"a", "", "1", 0, 10, "-"},
		{"a", "", "2", 0, 10, "1"},
		{"a", "", "1", 0, 10, "-"}, // its own
		{"b", "", "2", 0, 10, "-"},
		{"a", "2", "3", 0, 10, "1"},
		{"a", "1", "3", 0, 10, "-"},
		{"a", "1", "3", 0, 10, "-"}, // its own
		{"a", "", "4", 9, 20, "3"},
		{"a", "", "4", 10, 20, "-"}, // the one before has expired
		{"c", "1", "2", 0, 10, ""},
		{"a", "4", "5", 11, 11, "-"}, // given back
		{"a", "", "6", 11, 20, "-"},
	} {
		var was []byte
		if tt.was != "" {
			was = []byte(tt.was)
		}
		there, err := n.Put(t.Context(), tt.name, was, []byte(tt.note), noon.Add(tt.at), noon.Add(tt.until))
		if err != nil || (there == nil) != (tt.there == "-") || there != nil && string(there) != tt.there {
			t.Errorf("%d: Put(%s, %q, %q) = %q, %v, want %q", i, tt.name, tt.was, tt.note, there, err, tt.there)
		}
	}
}
