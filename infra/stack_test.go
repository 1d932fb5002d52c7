package infra_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources are the texts of the templates by what template.yaml calls them; "": template.yaml itself.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, file := range map[string]string{
		"": "../template.yaml", "LoadBalancer": "loadbalancer.yaml", "Alarms": "alarms.yaml", "Dashboard": "dashboard.yaml",
		"Queries": "queries.yaml",
	} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(data)
	}
	return all
}

// stack is template.yaml. What Globals say is said of each function, and under Nested are the stacks that it is made of.
func stack(t *testing.T, sources map[string]string) object {
	t.Helper()
	root := parse(t, sources[""])
	for _, resource := range objects(root, "Resources") {
		if text(resource, "Type") == "AWS::Serverless::Function" {
			inherit(objects(resource, "Properties"), objects(root, "Globals", "Function"))
		}
	}
	nested := object{}
	for name, source := range sources {
		if name != "" {
			nested[name] = parse(t, source)
		}
	}
	root["Nested"] = nested
	return root
}

// inherit is how SAM merges: maps by their keys, and what is said of the one wins.
func inherit(one, all object) {
	for name, value := range all {
		if below, ok := value.(object); ok && len(objects(one, name)) > 0 {
			inherit(objects(one, name), below)
		} else if one[name] == nil {
			one[name] = value
		}
	}
}

func nested(root object, name string) object { return objects(root, "Nested", name) }

// mutant is a way to break the templates, and the check that must notice. In names the parameter, mapping, condition or
// resource that is changed; "": what is changed is there only once.
type mutant struct{ check, in, from, to string }

// apply changes one of the sources.
func (m mutant) apply(t *testing.T, sources map[string]string) map[string]string {
	t.Helper()
	changed, found := maps.Clone(sources), 0
	for name, source := range sources {
		for _, at := range m.places(source) {
			part := source[at[0]:at[1]]
			found += strings.Count(part, m.from)
			if strings.Contains(part, m.from) {
				changed[name] = source[:at[0]] + strings.Replace(part, m.from, m.to, 1) + source[at[1]:]
			}
		}
	}
	if found != 1 {
		t.Fatalf("%q is %d times in %q, want once", m.from, found, m.in)
	}
	return changed
}

func (m mutant) places(source string) [][]int {
	if m.in == "" {
		return [][]int{{0, len(source)}}
	}
	return regexp.MustCompile(`(?m)^  `+regexp.QuoteMeta(m.in)+`:.*\n(?:(?:   .*)?\n)*`).FindAllStringIndex(source, -1)
}

// wiring: each nested stack is given what it declares, and nothing else.
func wiring(root object) (c complaints) {
	for name, template := range objects(root, "Nested") {
		p := properties(root, name)
		c.same("the type of "+name, text(root, "Resources", name, "Type"), "AWS::CloudFormation::Stack")
		c.same("the template of "+name, text(p, "TemplateURL"), "infra/"+strings.ToLower(name)+".yaml")
		declared := objects(template, "Parameters")
		for parameter := range declared {
			if at(p, "Parameters", parameter) == nil {
				c.add("%s is not given %s", name, parameter)
			}
		}
		for parameter := range objects(p, "Parameters") {
			if declared[parameter] == nil {
				c.add("%s is given %s, which it does not know", name, parameter)
			}
		}
	}
	for name, want := range wired() {
		to, parameter, _ := strings.Cut(name, ".")
		c.same("what is handed to "+name, at(properties(root, to), "Parameters", parameter), want)
	}
	for parameter, value := range objects(properties(root, "LoadBalancer"), "Parameters") {
		if parameter != "Function" && parameter != "IdleTimeout" {
			c.same("what is handed to LoadBalancer."+parameter, value, ref(parameter))
		}
	}
	return c
}

// wired is what is not a parameter of the same name.
func wired() map[string]any {
	fullName := choice("Alb", attribute("LoadBalancer.Outputs.FullName"), "")
	all := map[string]any{
		"LoadBalancer.Function":     ref("ProxyFunction.Alias"),
		"Alarms.AuthorizerFunction": choice("Authorized", ref("AuthorizerFunction"), ""),
		"Alarms.RestApiName":        choice("Rest", object{"!Sub": "${AWS::StackName}-rest"}, ""),
		"Alarms.HttpApiId":          choice("Http", ref("HttpApi"), ""),
		"Alarms.LoadBalancer":       fullName,
		"Dashboard.LoadBalancer":    fullName,
		"Queries.LogGroups":         choice("Authorized", object{"!Sub": "${ProxyLog},${AuthorizerLog}"}, ref("ProxyLog")),
	}
	for _, name := range []string{"Alarms", "Dashboard", "Queries"} {
		all[name+".Service"] = ref("AWS::StackName")
	}
	for _, name := range []string{"Alarms", "Dashboard"} {
		for _, same := range []string{"ProxyFunction", "RegistryTable", "StateTable"} {
			all[name+"."+same] = ref(same)
		}
	}
	for _, same := range []string{"BackendTimeout", "FailurePercent", "RefusalPercent", "AlarmTopicArn"} {
		all["Alarms."+same] = ref(same)
	}
	return all
}

// choice is !If.
func choice(condition string, yes, no any) any { return object{"!If": []any{condition, yes, no}} }

// TestPlaces: a mutant finds the part that it names, and no other.
func TestPlaces(t *testing.T) {
	source := "A:\n  One: {a: 1}\n  Two:\n    b: 1\n\n    c: 2\n\n  OneMore:\n    b: 1\nB:\n  Two:\n    d: 1\n"
	for in, want := range map[string][]string{
		"One": {"  One: {a: 1}\n"}, "Two": {"  Two:\n    b: 1\n\n    c: 2\n\n", "  Two:\n    d: 1\n"}, "Three": nil,
	} {
		var got []string
		for _, at := range (mutant{in: in}).places(source) {
			got = append(got, source[at[0]:at[1]])
		}
		if !slices.Equal(got, want) {
			t.Errorf("places(%s) = %q, want %q", in, fmt.Sprint(got), want)
		}
	}
}
