// Package yaml reads the definition and the registry from YAML, which JSON is a part of.
//
// It promises that all that is wrong with a text is found at once, each at its line and column, in words for who wrote it,
// with no secret shown; and that what every route inherits is merged before anybody else sees it. It imports config and
// goccy/go-yaml, and nothing but the command line and tests links it.
package yaml

import (
	"reflect"

	"postern/shared/config"
)

// Load reads a definition. Every route comes out with its effective policy: that of its API, overlaid by the policies that
// it uses, overlaid by its own. The definition is nil when the text cannot be understood at all. With problems it holds
// what could be read and must not be served: it is for finding more, by config.Check and the compiler.
func Load(name string, data []byte) (*config.Definition, *Source, config.Problems) {
	return load[config.Definition](name, data, (*Source).expand)
}

// LoadRegistry reads a registry, in the manner of Load.
func LoadRegistry(name string, data []byte) (*config.Registry, *Source, config.Problems) {
	return load[config.Registry](name, data, func(*Source) {})
}

func load[T any](name string, data []byte, expand func(*Source)) (*T, *Source, config.Problems) {
	s := &Source{name: name, found: map[config.Problem][]position{}, seen: map[remark]bool{}}
	s.root = s.read(data)
	if s.root == nil {
		return nil, s, s.problems
	}
	expand(s)
	into := new(T)
	d := decoder{Source: s}
	d.value(s.root, slot{label: "the file", v: reflect.ValueOf(into).Elem()})
	return into, s, s.problems
}
