package infra_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// product is every way to give each parameter one of its values.
func product(values map[string][]string) []map[string]string {
	all := []map[string]string{{}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		var more []map[string]string
		for _, one := range all {
			for _, value := range values[name] {
				with := maps.Clone(one)
				with[name] = value
				more = append(more, with)
			}
		}
		all = more
	}
	return all
}

// ways are the parameters that decide on what there is, with values that do so.
func ways(root object) []map[string]string {
	return product(map[string][]string{
		"Doors": texts(root, "Parameters", "Doors", "AllowedValues"), "Authorizer": {"none", "annotate", "enforce"},
		"Admin": {"no", "yes"}, "ApiLog": {"no", "yes"}, "Monitoring": {"no", "yes"},
	})
}

// references: whatever is chosen, nothing refers to a resource that is not made then.
func references(root object) (c complaints) {
	templates := map[string]object{"template.yaml": root}
	maps.Copy(templates, named(objects(root, "Nested")))
	for name, template := range templates {
		if wrong := dangling(template, given(name, root)); wrong != "" {
			c.add("%s: %s", name, wrong)
		}
	}
	return c
}

func named(nested object) map[string]object {
	all := map[string]object{}
	for name := range nested {
		all[name] = objects(nested, name)
	}
	return all
}

// given are the ways of a template.
func given(name string, root object) []map[string]string {
	switch name {
	case "template.yaml":
		return ways(root)
	case "LoadBalancer":
		return product(map[string][]string{
			"HttpListener": {"none", "redirect", "forward"}, "TrustStoreArn": {"", "arn"}, "AccessLogBucket": {"", "b"},
		})
	}
	return product(map[string][]string{
		"AuthorizerFunction": {"", "a"}, "LoadBalancer": {"", "b"}, "RestApiName": {"", "r"}, "HttpApiId": {"", "h"},
		"AlarmTopicArn": {"", "t"},
	})
}

// dangling is the first reference that leads nowhere, with the parameters of which it is so.
func dangling(template object, ways []map[string]string) string {
	for _, way := range ways {
		d := deploy(template, way)
		resources := d.made("Resources")
		for _, section := range []string{"Resources", "Outputs"} {
			for name, part := range d.made(section) {
				for _, to := range referred(part) {
					known := strings.HasPrefix(to, "AWS::") || at(template, "Parameters", to) != nil
					if first, _, _ := strings.Cut(to, "."); !known && resources[first] == nil {
						return fmt.Sprintf("%s refers to %s, which is not made with %v", name, to, way)
					}
				}
			}
		}
	}
	return ""
}

// referred are the names that a part refers to.
func referred(part any) (names []string) {
	names = texts(part, "DependsOn")
	every(part, func(v any) {
		switch function, arguments := call(v); function {
		case "Ref", "GetAtt":
			names = append(names, strings.Join(texts(arguments), "."))
		case "Sub":
			for _, found := range regexp.MustCompile(`\$\{([^}!]+)\}`).FindAllStringSubmatch(texts(arguments)[0], -1) {
				if list, ok := arguments.([]any); !ok || at(list[1], found[1]) == nil {
					names = append(names, found[1])
				}
			}
		}
	})
	return names
}
