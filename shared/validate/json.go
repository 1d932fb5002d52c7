package validate

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// How deep arrays and objects may be nested.
const (
	bodyDepth   = 32
	schemaDepth = 100
)

var (
	errUTF8     = errors.New("not UTF-8")
	errDepth    = errors.New("nested too deep")
	errTwice    = errors.New("an object names a member twice")
	errTrailing = errors.New("something follows the value")
)

// decode reads exactly one JSON value into map[string]any, []any, string, bool, nil and what readNumber gives. It refuses
// what two readers could understand differently: a member named twice, text that is not UTF-8, numbers beyond float64.
func decode(data []byte, depth int) (any, error) {
	if !utf8.Valid(data) {
		return nil, errUTF8
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := value(d, depth)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailing
	}
	return v, nil
}

func value(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Number:
		return readNumber(token)
	case json.Delim:
		if depth == 0 {
			return nil, errDepth
		}
		if token == '[' {
			return array(d, depth-1)
		}
		return object(d, depth-1)
	}
	return token, nil
}

func array(d *json.Decoder, depth int) (any, error) {
	items := []any{}
	for d.More() {
		item, err := value(d, depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := d.Token()
	return items, err
}

func object(d *json.Decoder, depth int) (any, error) {
	members := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string) // the decoder lets nothing else be a name
		if _, twice := members[name]; twice {
			return nil, errTwice
		}
		if members[name], err = value(d, depth); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return members, err
}
