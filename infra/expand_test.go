package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// deployment is a template with values of its parameters, as CloudFormation takes it.
type deployment struct {
	template   object
	parameters map[string]string
}

// deploy gives the parameters that are not named their defaults.
func deploy(template object, given map[string]string) deployment {
	d := deployment{template, map[string]string{}}
	for name := range objects(template, "Parameters") {
		d.parameters[name] = text(template, "Parameters", name, "Default")
	}
	for name, value := range given {
		d.parameters[name] = value
	}
	return d
}

// holds evaluates a condition.
func (d deployment) holds(v any) bool {
	function, arguments := call(v)
	list, _ := arguments.([]any)
	switch function {
	case "Condition":
		name, _ := arguments.(string)
		return d.holds(at(d.template, "Conditions", name))
	case "Equals":
		return len(list) == 2 && fmt.Sprint(d.value(list[0])) == fmt.Sprint(d.value(list[1]))
	case "Not":
		return len(list) == 1 && !d.holds(list[0])
	case "And":
		return !slices.ContainsFunc(list, func(v any) bool { return !d.holds(v) })
	case "Or":
		return slices.ContainsFunc(list, d.holds)
	case "Contains":
		return slices.Contains(texts(list, "0"), fmt.Sprint(d.value(list[1])))
	}
	panic(fmt.Sprintf("no condition: %v", v))
}

// nothing is what AWS::NoValue leaves.
type nothing struct{}

// value is v with parameters, mappings and choices in place. References to resources stay.
func (d deployment) value(v any) any {
	function, arguments := call(v)
	list, _ := arguments.([]any)
	switch name, _ := arguments.(string); {
	case function == "Ref" && name == "AWS::NoValue":
		return nothing{}
	case function == "Ref":
		if value, ok := d.parameters[name]; ok {
			return value
		}
		return v
	case function == "If" && len(list) == 3:
		condition, _ := list[0].(string)
		if d.holds(object{"!Condition": condition}) {
			return d.value(list[1])
		}
		return d.value(list[2])
	case function == "FindInMap" && len(list) == 3:
		return at(d.template, "Mappings", fmt.Sprint(list[0]), fmt.Sprint(d.value(list[1])), fmt.Sprint(d.value(list[2])))
	case function == "Join" && len(list) == 2:
		if joined, ok := d.value(list[1]).(string); ok { // a list that is a parameter
			return joined
		}
	}
	return d.each(v)
}

func (d deployment) each(v any) any {
	switch v := v.(type) {
	case object:
		o := object{}
		for name, member := range v {
			if member := d.value(member); member != (nothing{}) {
				o[name] = member
			}
		}
		return o
	case []any:
		list := []any{}
		for _, item := range v {
			if item := d.value(item); item != (nothing{}) {
				list = append(list, item)
			}
		}
		return list
	}
	return v
}

// call parts {"!Ref": X} and {"Fn::Ref": X}; "": v is no function.
func call(v any) (function string, arguments any) {
	o, ok := v.(object)
	if !ok || len(o) != 1 {
		return "", nil
	}
	for name, arguments := range o {
		if short, ok := strings.CutPrefix(name, "!"); ok {
			return short, arguments
		}
		if long, ok := strings.CutPrefix(name, "Fn::"); ok {
			return long, arguments
		}
	}
	return "", nil
}

// made are the resources, or the outputs, that come to be.
func (d deployment) made(section string) object {
	o := object{}
	for name, resource := range objects(d.template, section) {
		if condition := text(resource, "Condition"); condition == "" || d.holds(object{"!Condition": condition}) {
			o[name] = d.each(resource)
		}
	}
	return o
}

// refused are the texts of the rules that do not hold.
func (d deployment) refused() (why []string) {
	for _, rule := range objects(d.template, "Rules") {
		if condition := at(rule, "RuleCondition"); condition != nil && !d.holds(condition) {
			continue
		}
		for _, assertion := range items(rule, "Assertions") {
			if !d.holds(at(assertion, "Assert")) {
				why = append(why, text(assertion, "AssertDescription"))
			}
		}
	}
	slices.Sort(why)
	return why
}

// TestDeployment: what the other tests rely on.
func TestDeployment(t *testing.T) {
	d := deploy(parse(t, `
Parameters: {A: {Default: x}, B: {Default: ""}}
Mappings: {M: {x: {K: "1"}, y: {K: "2"}}}
Conditions:
  X: !Equals [!FindInMap [M, !Ref A, K], "1"]
  Y: !And [!Not [!Condition X], !Or [!Equals [!Ref B, b], !Condition X]]
Resources:
  R:
    Condition: Y
    Properties:
      P: !If [X, 1, !Ref "AWS::NoValue"]
      Q: [!Ref A, !Ref R, !If [X, 1, !Ref "AWS::NoValue"]]
  S:
    Properties:
      P: !If [X, 1, !Ref "AWS::NoValue"]
Rules:
  One: {RuleCondition: !Equals [!Ref A, y], Assertions: [{Assert: {"Fn::Contains": [[c], !Ref B]}, AssertDescription: no}]}
`), map[string]string{"A": "y", "B": "b"})
	want := object{
		"R": object{"Condition": "Y", "Properties": object{"Q": []any{"y", ref("R")}}}, "S": object{"Properties": object{}},
	}
	var c complaints
	c.same("what is made", d.made("Resources"), want)
	c.same("what is refused", d.refused(), []string{"no"})
	d.parameters["A"] = "x"
	c.same("what is made", d.made("Resources"), object{"S": object{"Properties": object{"P": "1"}}})
	c.same("what is refused", d.refused(), []string(nil))
	for _, complaint := range c {
		t.Error(complaint)
	}
}
