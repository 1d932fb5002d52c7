package infra_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// object is a mapping of the template. What stands behind a tag is an object with the tag as its key: !Ref X is {"!Ref": "X"}.
type object = map[string]any

func parse(t *testing.T, text string) object {
	t.Helper()
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		t.Fatalf("template.yaml: %v", err)
	}
	root, ok := value(file.Docs[0].Body).(object)
	if !ok {
		t.Fatal("template.yaml is no mapping")
	}
	return root
}

func value(n ast.Node) any {
	switch n := n.(type) {
	case *ast.MappingNode:
		o := object{}
		for _, member := range n.Values {
			o[member.Key.GetToken().Value] = value(member.Value)
		}
		return o
	case *ast.MappingValueNode:
		return object{n.Key.GetToken().Value: value(n.Value)}
	case *ast.SequenceNode:
		list := make([]any, len(n.Values))
		for i, v := range n.Values {
			list[i] = value(v)
		}
		return list
	case *ast.TagNode:
		return object{n.Start.Value: value(n.Value)}
	case *ast.LiteralNode:
		return n.Value.Value
	case ast.ScalarNode:
		return fmt.Sprint(n.GetValue())
	default:
		return nil
	}
}

// at goes down by keys of mappings and places in lists; nil: there is nothing.
func at(v any, path ...string) any {
	for _, step := range path {
		switch in := v.(type) {
		case object:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

func text(v any, path ...string) string {
	s, _ := at(v, path...).(string)
	return s
}

func objects(v any, path ...string) object {
	o, _ := at(v, path...).(object)
	return o
}

func items(v any, path ...string) []any {
	list, _ := at(v, path...).([]any)
	return list
}

// texts is a list of texts, or one alone.
func texts(v any, path ...string) (all []string) {
	v = at(v, path...)
	if s, ok := v.(string); ok {
		return []string{s}
	}
	for _, item := range items(v) {
		all = append(all, fmt.Sprint(item))
	}
	return all
}

func ref(name string) any { return object{"!Ref": name} }

func attribute(name string) any { return object{"!GetAtt": name} }

func mapped(name, parameter, column string) any {
	return object{"!FindInMap": []any{name, ref(parameter), column}}
}

// every visits all values below v, v itself included.
func every(v any, visit func(any)) {
	visit(v)
	switch v := v.(type) {
	case object:
		for _, member := range v {
			every(member, visit)
		}
	case []any:
		for _, item := range v {
			every(item, visit)
		}
	}
}
