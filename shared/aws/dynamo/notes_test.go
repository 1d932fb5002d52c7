package dynamo_test

import (
	"reflect"
	"syscall"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
)

// TestNotes: the item and the conditions, and what is made of what comes back.
func TestNotes(t *testing.T) {
	const mineIs, othersIs = `{"pk":{"S":"i#k"},"note":{"B":"bWluZQ=="},"exp":{"N":"1"}}`, `{"pk":{"S":"i#k"},"note":{"B":"b3RoZXI="},"exp":{"N":"1"}}`
	for _, tt := range []struct {
		name      string
		was       []byte
		answers   []reply
		condition string
		there     string
	}{
		{"free", nil, []reply{ok("")}, "attribute_not_exists(#key) OR #exp <= :now", ""},
		{"taken", nil, []reply{refused(othersIs)}, "attribute_not_exists(#key) OR #exp <= :now", "other"},
		{"its own after a lost answer", nil, []reply{broken(syscall.ECONNRESET), refused(mineIs)}, "attribute_not_exists(#key) OR #exp <= :now", ""},
		{"replaced", []byte("was"), []reply{ok("")}, "#note = :was", ""},
		{"replaced by another", []byte("was"), []reply{refused(othersIs)}, "#note = :was", "other"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table, service := answers(t, tt.answers...)
			n := &dynamo.Notes{Table: table}
			there, err := n.Put(t.Context(), "k", tt.was, []byte("mine"), noon.Add(time.Second-1), noon.Add(90*time.Second+1))
			if string(there) != tt.there || err != nil {
				t.Errorf("Put() = %q, %v, want %q", there, err, tt.there)
			}
			sent := service.sent()[0]
			in := sent.in
			want := map[string]any{"pk": map[string]any{"S": "i#k"}, "note": map[string]any{"B": "bWluZQ=="}, "exp": map[string]any{"N": "2237112090"}}
			if sent.op != "PutItem" || in["ConditionExpression"] != tt.condition || !reflect.DeepEqual(in["Item"], want) {
				t.Errorf("sent %v, want %v on %s", sent, want, tt.condition)
			}
		})
	}
	table, _ := answers(t, refused(""))
	if there, err := (&dynamo.Notes{Table: table}).Put(t.Context(), "k", []byte("was"), []byte("mine"), noon, noon); there == nil || err != nil {
		t.Errorf("Put() over nothing = %v, %v, want that the note is not there", there, err)
	}
	table, _ = answers(t, broken(syscall.ECONNRESET))
	if _, err := (&dynamo.Notes{Table: table}).Put(t.Context(), "k", nil, []byte("mine"), noon, noon); err == nil {
		t.Error("Put() without an answer = nil")
	}
}
