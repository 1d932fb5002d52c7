package auth

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func nested(depth int) string {
	return strings.Repeat(`{"x":`, depth-1) + `{}` + strings.Repeat(`}`, depth-1)
}

func TestObject(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"empty", `{}`, true},
		{"white space around", " \n{ \"a\" : 1 }\t", true},
		{"names that differ in case", `{"alg":1,"ALG":2,"Alg":3}`, true},
		{"one name in two objects", `{"a":{"x":1},"b":{"x":1},"x":[{"x":1},{"x":2}]}`, true},
		{"all types", `{"a":[1,-2.5e3,"x",true,false,null,{}]}`, true},
		{"as deep as may be", nested(32), true},
		{"too deep", nested(33), false},
		{"arrays too deep", `{"x":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, false},
		{"a name twice", `{"a":1,"a":1}`, false},
		{"a name twice, apart", `{"a":1,"b":2,"c":3,"a":4}`, false},
		{"the empty name twice", `{"":1,"":2}`, false},
		{"a name twice, once escaped", `{"a":1,"\u0061":1}`, false},
		{"a name twice in an object", `{"a":{"b":1,"b":2}}`, false},
		{"a name twice in an array", `{"a":[0,{"b":1,"b":2}]}`, false},
		{"nothing", ``, false},
		{"null", `null`, false},
		{"an array", `[]`, false},
		{"a string", `"a"`, false},
		{"a closing bracket", `]`, false},
		{"two objects", `{}{}`, false},
		{"text behind", `{}x`, false},
		{"a comma behind", `{},`, false},
		{"a comma too many", `{"a":1,}`, false},
		{"a comma too many in an array", `{"a":[1,]}`, false},
		{"a comma too few", `{"a":1 "b":2}`, false},
		{"no colon", `{"a" 1}`, false},
		{"no value", `{"a":}`, false},
		{"a name that is no string", `{1:1}`, false},
		{"a name that is an object", `{{}:1}`, false},
		{"brackets that do not match", `{"a":[}]`, false},
		{"not closed", `{"a":1`, false},
		{"not closed array", `{"a":[1`, false},
		{"NaN", `{"a":NaN}`, false},
		{"a leading zero", `{"a":01}`, false},
		{"a comment", `{/**/}`, false},
		{"single quotes", `{'a':1}`, false},
		{"not UTF-8", "{\"a\":\"\xff\"}", false},
		{"UTF-16", "{\x00}\x00", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := object([]byte(tt.text)); (err == nil) != tt.want || (got != nil) != tt.want {
				t.Errorf("object(%s) = %v, %v, want accepted %v", tt.text, got, err, tt.want)
			}
		})
	}
}

// FuzzObject holds object against encoding/json: what it accepts has the same value there, with as many members.
func FuzzObject(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1,"A":[1,2.5,{"b":null}],"c":"\u0061"}`, `{"a":1,"a":2}`, `{"a":{"b":1,"b":2}}`, `[{}]`,
		`{"a":[1,]}`, nested(33),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := object(data)
		if err != nil {
			return
		}
		var want map[string]any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&want); err != nil || !json.Valid(data) {
			t.Fatalf("object(%q) accepts what is no JSON: %v", data, err)
		}
		again, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) || colons(data) != colons(again) {
			t.Errorf("object(%q) = %v, want %v, each member once", data, got, want)
		}
	})
}

// colons counts the members of a valid JSON text.
func colons(data []byte) (n int) {
	quoted := false
	for i := 0; i < len(data); i++ {
		switch {
		case quoted && data[i] == '\\':
			i++
		case data[i] == '"':
			quoted = !quoted
		case data[i] == ':' && !quoted:
			n++
		}
	}
	return n
}
