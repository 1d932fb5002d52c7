package validate

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

const (
	maxDepth  = 100     // of arrays and objects in each other
	maxValues = 250_000 // in a document: each takes far more memory than its text
)

var (
	errUTF8     = errors.New("not UTF-8")
	errDepth    = errors.New("nested too deep")
	errTwice    = errors.New("an object names a member twice")
	errTrailing = errors.New("something follows the value")
	errMany     = errors.New("too many values")
)

// reader reads one document.
type reader struct {
	*json.Decoder
	left int // values that it may still have
}

// decode reads exactly one JSON value into map[string]any, []any, string, bool, nil and what readNumber gives. It refuses
// what two readers could understand differently: a member named twice, text that is not UTF-8, numbers beyond float64; and what
// is nested too deep or has too many values.
func decode(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, errUTF8
	}
	d := &reader{json.NewDecoder(bytes.NewReader(data)), maxValues}
	d.UseNumber()
	v, err := d.value(maxDepth)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailing
	}
	return v, nil
}

func (d *reader) value(depth int) (any, error) {
	if d.left--; d.left < 0 {
		return nil, errMany
	}
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
			return d.array(depth - 1)
		}
		return d.object(depth - 1)
	}
	return token, nil
}

func (d *reader) array(depth int) (any, error) {
	items := []any{}
	for d.More() {
		item, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := d.Token()
	return items, err
}

func (d *reader) object(depth int) (any, error) {
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
		if members[name], err = d.value(depth); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return members, err
}
