package front

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// multimap keeps names in the order in which they first came.
type multimap struct {
	names  []string
	values map[string][]string
}

func (m *multimap) add(name, value string) {
	if m.values == nil {
		m.values = map[string][]string{}
	}
	if _, known := m.values[name]; !known {
		m.names = append(m.names, name)
	}
	m.values[name] = append(m.values[name], value)
}

func (m *multimap) utf8() bool {
	for _, name := range m.names {
		for _, value := range m.values[name] {
			if !utf8.ValidString(name) || !utf8.ValidString(value) {
				return false
			}
		}
	}
	return true
}

// remove takes a name out, whatever the case of its letters.
func (m *multimap) remove(name string) {
	m.names = slices.DeleteFunc(m.names, func(n string) bool {
		gone := strings.EqualFold(n, name)
		if gone {
			delete(m.values, n)
		}
		return gone
	})
}

// get is the values of a name, whatever the case of its letters.
func (m *multimap) get(name string) (all []string) {
	for _, n := range m.names {
		if strings.EqualFold(n, name) {
			all = append(all, m.values[n]...)
		}
	}
	return all
}

// lists are a multimap whose every name has the list of its values; values, one whose every name has its last; joined, one
// whose every name has all, with commas between them.
type (
	lists  multimap
	values multimap
	joined multimap
)

// MarshalJSON implements json.Marshaler.
func (m *lists) MarshalJSON() ([]byte, error) {
	return (*multimap)(m).object(func(all []string) any { return all }), nil
}

// MarshalJSON implements json.Marshaler.
func (m *values) MarshalJSON() ([]byte, error) {
	return (*multimap)(m).object(func(all []string) any { return all[len(all)-1] }), nil
}

// MarshalJSON implements json.Marshaler.
func (m *joined) MarshalJSON() ([]byte, error) {
	return (*multimap)(m).object(func(all []string) any { return strings.Join(all, ",") }), nil
}

func (m *multimap) object(value func([]string) any) []byte {
	out := []byte{'{'}
	for i, name := range m.names {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, plain(name)...), ':')
		out = append(out, plain(value(m.values[name]))...)
	}
	return append(out, '}')
}

// plain is JSON that leaves <, > and & as they are.
func plain(v any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // texts always can be
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
