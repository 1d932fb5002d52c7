package admin

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"postern/shared/config"
)

// decode reads the body into a struct. Every member has to be one of the struct's, once, by its exact name, and not null.
func (c *call) decode(into any) error {
	if len(c.body) == 0 {
		if c.route.body == maybe {
			return nil
		}
		return malformed("the body is missing")
	}
	if !utf8.Valid(c.body) {
		return malformed("the body is no UTF-8")
	}
	d := &decoder{Decoder: json.NewDecoder(bytes.NewReader(c.body))}
	target := reflect.ValueOf(into).Elem()
	err := d.value("", target)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			err = nil
		} else {
			err = errors.New("something follows the value")
		}
	}
	if err != nil {
		p := malformed("the body is no JSON, after " + strconv.FormatInt(d.InputOffset(), 10) + " bytes")
		p.cause = err
		return p
	}
	if len(d.defects) > 0 {
		p := malformed("the body is not what this call takes")
		p.Errors = d.defects
		return p
	}
	return nil
}

// decoder reads JSON by the types of config and of this package, and notes what they do not have.
type decoder struct {
	*json.Decoder
	defects []Defect
}

func (d *decoder) note(pointer, format string, args ...any) {
	d.defects = append(d.defects, Defect{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
}

// value reads a value. An error ends everything: this is no JSON.
func (d *decoder) value(pointer string, into reflect.Value) error {
	_, isText := into.Addr().Interface().(encoding.TextUnmarshaler)
	_, isShort := into.Addr().Interface().(short)
	switch kind := into.Kind(); {
	case isText:
		return d.scalar(pointer, into)
	case isShort:
		return d.short(pointer, into)
	case kind == reflect.Struct, kind == reflect.Map:
		return d.object(pointer, into)
	case kind == reflect.Slice:
		return d.list(pointer, into)
	default:
		return d.scalar(pointer, into)
	}
}

// short is an object that a string may stand for.
type short interface{ FromWord(word string) error }

func (d *decoder) short(pointer string, into reflect.Value) error {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err
	}
	switch raw[0] {
	case '"':
	case '{':
		inner := &decoder{Decoder: json.NewDecoder(bytes.NewReader(raw))}
		err := inner.object(pointer, into)
		d.defects = append(d.defects, inner.defects...)
		return err
	default:
		d.note(pointer, "a string or an object belongs here")
		return nil
	}
	var word string
	err := json.Unmarshal(raw, &word)
	if err == nil {
		err = into.Addr().Interface().(short).FromWord(word)
	}
	if err != nil {
		d.note(pointer, "%s", err)
	}
	return nil
}

// opened reads the beginning of an object or a list. What is another value is noted and left out.
func (d *decoder) opened(pointer string, open json.Delim, what string) (bool, error) {
	token, err := d.Token()
	if err != nil {
		return false, err
	}
	if token == open {
		return true, nil
	}
	d.note(pointer, "this is no %s", what)
	for depth := step(token); depth > 0 && err == nil; depth += step(token) {
		token, err = d.Token()
	}
	return false, err
}

// step is how much deeper a token leads.
func step(token json.Token) int {
	switch token {
	case json.Delim('{'), json.Delim('['):
		return 1
	case json.Delim('}'), json.Delim(']'):
		return -1
	}
	return 0
}

func (d *decoder) object(pointer string, into reflect.Value) error {
	ok, err := d.opened(pointer, '{', "object")
	if !ok {
		return err
	}
	if into.Kind() == reflect.Map {
		into.Set(reflect.MakeMap(into.Type()))
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		at := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		if seen[name] {
			d.note(at, "it stands there twice")
		}
		seen[name] = true
		if err := d.member(at, name, into); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

func (d *decoder) member(pointer, name string, into reflect.Value) error {
	if into.Kind() == reflect.Map {
		value := reflect.New(into.Type().Elem()).Elem()
		err := d.value(pointer, value)
		into.SetMapIndex(reflect.ValueOf(name), value)
		return err
	}
	var known []string
	for _, f := range config.Fields(into.Type()) {
		if f.Key == name {
			return d.value(pointer, into.FieldByIndex(f.Index))
		}
		known = append(known, f.Key)
	}
	text := "there is no such member; there are: " + strings.Join(known, ", ")
	if meant := config.Suggest(name, known); meant != "" {
		text = fmt.Sprintf("there is no such member; did you mean %q?", meant)
	}
	d.note(pointer, "%s", text)
	var raw json.RawMessage
	return d.Decode(&raw)
}

func (d *decoder) list(pointer string, into reflect.Value) error {
	ok, err := d.opened(pointer, '[', "list")
	if !ok {
		return err
	}
	for i := 0; d.More(); i++ {
		value := reflect.New(into.Type().Elem()).Elem()
		if err := d.value(pointer+"/"+strconv.Itoa(i), value); err != nil {
			return err
		}
		into.Set(reflect.Append(into, value))
	}
	_, err = d.Token()
	return err
}

func (d *decoder) scalar(pointer string, into reflect.Value) error {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err
	}
	if string(raw) == "null" {
		d.note(pointer, "null is no value: leave the member out")
		return nil
	}
	err := json.Unmarshal(raw, into.Addr().Interface())
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		d.note(pointer, "a %s belongs here, not a %s", kindName(into.Kind()), strings.Fields(kind.Value)[0])
	case err != nil:
		d.note(pointer, "%s", err)
	}
	return nil
}

// kindName is what JSON calls the values of a kind; those that are written as text are structs or of kinds that are.
func kindName(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "whole number"
	default:
		return "string"
	}
}
