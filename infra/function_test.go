package infra_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"postern/shared/dialect/builtin"
)

// complaints collects what is wrong.
type complaints []string

func (c *complaints) add(format string, args ...any) { *c = append(*c, fmt.Sprintf(format, args...)) }

func (c *complaints) same(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		c.add("%s is %v, want %v", what, got, want)
	}
}

func properties(root object, resource string) object {
	return objects(root, "Resources", resource, "Properties")
}

func build(root object) (c complaints) {
	p := properties(root, "ProxyFunction")
	c.same("the runtime", text(p, "Runtime"), "provided.al2023")
	c.same("the handler", text(p, "Handler"), "bootstrap") // the file that the Makefile makes
	c.same("the architectures", p["Architectures"], []any{ref("Architecture")})
	c.same("the default architecture", text(root, "Parameters", "Architecture", "Default"), "arm64")
	c.same("the build method", text(root, "Resources", "ProxyFunction", "Metadata", "BuildMethod"), "makefile")
	makefile, err := os.ReadFile("../Makefile")
	if err != nil || !strings.Contains(string(makefile), "\nbuild-ProxyFunction:") {
		c.add("the Makefile has no target build-ProxyFunction (%v)", err)
	}
	return c
}

// alias: what the load balancer calls must be what a gradual deployment moves.
func alias(root object) (c complaints) {
	p := properties(root, "ProxyFunction")
	if text(p, "AutoPublishAlias") == "" {
		c.add("the function has no alias")
	}
	c.same("AutoPublishAliasAllProperties", text(p, "AutoPublishAliasAllProperties"), "true")
	c.same("the target", at(properties(root, "ProxyTargets"), "Targets"), []any{object{"Id": ref("ProxyFunction.Alias")}})
	c.same("what may be invoked", at(properties(root, "ProxyPermission"), "FunctionName"), ref("ProxyFunction.Alias"))
	return c
}

// timeouts: a backend's timeout is answered by the function, and that answer is waited for.
func timeouts(root object) (c complaints) {
	const documented = "60" // seconds that nhn gives a backend (console guide); the default has room for it
	parameter := objects(root, "Parameters", "BackendTimeout")
	c.same("the default of BackendTimeout", text(parameter, "Default"), documented)
	c.same("the function's timeout", properties(root, "ProxyFunction")["Timeout"],
		mapped("Timeouts", "BackendTimeout", "Function"))
	c.same("the idle timeout", balancer(root)["idle_timeout.timeout_seconds"],
		mapped("Timeouts", "BackendTimeout", "LoadBalancer"))
	for _, name := range texts(parameter, "AllowedValues") {
		row := at(root, "Mappings", "Timeouts", name)
		backend, function, loadBalancer := number(name), number(text(row, "Function")), number(text(row, "LoadBalancer"))
		if backend <= 0 || function <= backend || loadBalancer <= function {
			c.add("timeouts of backend, function, load balancer: %d, %d, %d, want each above the one before",
				backend, function, loadBalancer)
		}
		if function > 900 || loadBalancer > 4000 {
			c.add("timeouts of %d and %d s: Lambda allows 900, a load balancer 4000", function, loadBalancer)
		}
	}
	return c
}

// number is -1 for what is none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// environment: each variable is one that the function reads, and each that it reads can be set.
func environment(root object) (c complaints) {
	variables := objects(properties(root, "ProxyFunction"), "Environment", "Variables")
	known := settings()
	if len(known) < 5 {
		c.add("the settings of shared/function are not where they were")
	}
	for name := range variables {
		if strings.HasPrefix(name, "POSTERN_") && !slices.Contains(known, name) {
			c.add("%s is set, and shared/function does not read it", name)
		}
	}
	for _, name := range known {
		if _, ok := variables[name]; !ok && !elsewhere(name) {
			c.add("shared/function reads %s, and the template does not name it", name)
		}
	}
	for name, want := range map[string]any{
		"POSTERN_REGISTRY_TABLE": ref("RegistryTable"), "POSTERN_STATE_TABLE": ref("StateTable"),
		"POSTERN_REGISTRY_CACHE": ref("RegistryCache"), "POSTERN_NEGATIVE_CACHE": ref("NegativeCache"),
		"POSTERN_KEY_FILE": ref("AWS::NoValue"), "POSTERN_DEFINITION": ref("AWS::NoValue"),
		"AWS_ENDPOINT_URL_DYNAMODB": ref("AWS::NoValue"), "AWS_ENDPOINT_URL_KMS": ref("AWS::NoValue"),
	} {
		c.same(name, variables[name], want)
	}
	return c
}

// elsewhere says that a variable is one of an authorizer, of a function behind other doors than a load balancer, or behind one
// that asks clients for certificates.
func elsewhere(name string) bool {
	return strings.HasPrefix(name, "POSTERN_AUTHORIZER") || name == "POSTERN_STREAM" || name == "POSTERN_TRUST_MTLS_HEADERS"
}

// settings are the variables that shared/function names; those for tests alone are none.
func settings() (names []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "../shared/function/settings.go", nil, 0)
	if err != nil {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && strings.HasPrefix(l.Value, `"POSTERN_`) {
			names = append(names, strings.Trim(l.Value, `"`))
		}
		return true
	})
	return names
}

func dialects(root object) (c complaints) {
	all, err := builtin.Dialects()
	if err != nil {
		c.add("%v", err)
	}
	want := []string{""}
	for _, d := range all {
		want = append(want, d.Name)
	}
	slices.Sort(want)
	c.same("the values of DefaultDialect", texts(root, "Parameters", "DefaultDialect", "AllowedValues"), slices.Compact(want))
	return c
}

// log: the function writes JSON itself, into a group that does not keep it for ever.
func log(root object) (c complaints) {
	c.same("the logging of the function", properties(root, "ProxyFunction")["LoggingConfig"],
		object{"LogFormat": "JSON", "LogGroup": ref("ProxyLog"), "SystemLogLevel": "WARN"})
	c.same("the retention", properties(root, "ProxyLog")["RetentionInDays"], ref("LogRetention"))
	return c
}
