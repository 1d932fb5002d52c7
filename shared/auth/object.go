package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxNesting is how deep objects and arrays of a token or a key set may lie in each other.
const maxNesting = 32

var (
	errNoObject = errors.New("not a JSON object")
	errNested   = errors.New("JSON nested too deep")
)

// object reads one JSON object. Other than encoding/json it refuses a name that comes twice in an object, at any depth, and
// text that is not UTF-8. Names are compared as they are, case included. Numbers are json.Number.
func object(data []byte) (map[string]any, error) {
	if !utf8.Valid(data) {
		return nil, errNoObject
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := value(d, 0)
	if err != nil {
		return nil, err
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, errNoObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: text after it", errNoObject)
	}
	return o, nil
}

func value(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if depth == maxNesting {
		return nil, errNested
	}
	var v any
	if open == '{' {
		v, err = members(d, depth+1)
	} else {
		v, err = elements(d, depth+1)
	}
	if err == nil {
		_, err = d.Token() // the closing one
	}
	return v, err
}

func members(d *json.Decoder, depth int) (map[string]any, error) {
	o := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := t.(string) // the decoder takes nothing else for a name
		if _, twice := o[name]; twice {
			return nil, fmt.Errorf("member %q comes twice", name)
		}
		if o[name], err = value(d, depth); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func elements(d *json.Decoder, depth int) ([]any, error) {
	a := []any{}
	for d.More() {
		v, err := value(d, depth)
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
	return a, nil
}
