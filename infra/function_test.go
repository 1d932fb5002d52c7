package infra_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"regexp"
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

// build: each function is one file that the Makefile makes.
func build(root object) (c complaints) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		c.add("%v", err)
	}
	for _, name := range []string{"ProxyFunction", "AuthorizerFunction", "AdminFunction"} {
		p := properties(root, name)
		c.same("the runtime of "+name, text(p, "Runtime"), "provided.al2023")
		c.same("the handler of "+name, text(p, "Handler"), "bootstrap")
		c.same("the architectures of "+name, p["Architectures"], []any{ref("Architecture")})
		c.same("the build method of "+name, text(root, "Resources", name, "Metadata", "BuildMethod"), "makefile")
		if !strings.Contains(string(makefile), "\nbuild-"+name+":") {
			c.add("the Makefile has no target build-%s", name)
		}
	}
	c.same("the default architecture", text(root, "Parameters", "Architecture", "Default"), "arm64")
	return c
}

// alias: what the doors call must be what a gradual deployment moves.
func alias(root object) (c complaints) {
	for _, name := range []string{"ProxyFunction", "AuthorizerFunction"} {
		p := properties(root, name)
		c.same("the alias of "+name, text(p, "AutoPublishAlias"), "live")
		c.same("AutoPublishAliasAllProperties of "+name, text(p, "AutoPublishAliasAllProperties"), "true")
	}
	c.same("the target", properties(nested(root, "LoadBalancer"), "Targets")["Targets"], []any{object{"Id": ref("Function")}})
	return c
}

// timeouts: a backend's timeout is answered by the function, and that answer is waited for.
func timeouts(root object) (c complaints) {
	const documented = "60" // seconds that nhn gives a backend (console guide); the default has room for it
	parameter := objects(root, "Parameters", "BackendTimeout")
	c.same("the default of BackendTimeout", text(parameter, "Default"), documented)
	c.same("the function's timeout", properties(root, "ProxyFunction")["Timeout"],
		mapped("Timeouts", "BackendTimeout", "Function"))
	c.same("the idle timeout", balancer(root)["idle_timeout.timeout_seconds"], ref("IdleTimeout"))
	c.same("what is handed to LoadBalancer.IdleTimeout", at(properties(root, "LoadBalancer"), "Parameters", "IdleTimeout"),
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
		if stream := number(text(row, "StreamMilliseconds")); stream <= 1000*function || stream > 900_000 {
			c.add("a timeout of %d ms: a REST API that streams allows 900,000, and the function takes %d s", stream, function)
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
	known := settings()
	if len(known) < 5 {
		c.add("the settings of shared/function are not where they were")
	}
	for function, others := range map[string][]string{
		"ProxyFunction": {
			"POSTERN_AUTHORIZER_MODE", "POSTERN_AUTHORIZER_ANSWER", "POSTERN_AUTHORIZER_HOST", "POSTERN_AUTHORIZER_HEADER",
		},
		"AuthorizerFunction": {
			"POSTERN_AUTHORIZER_HOST", "POSTERN_AUTHORIZER_HEADER", // of TOKEN authorizers
			"POSTERN_AUTHORIZER", "POSTERN_STREAM", "POSTERN_ALB_CLIENT", "POSTERN_TRUST_TLS_HEADERS", "POSTERN_TRUST_MTLS_HEADERS",
		},
	} {
		variables := objects(properties(root, function), "Environment", "Variables")
		for name := range variables {
			if strings.HasPrefix(name, "POSTERN_") && (!slices.Contains(known, name) || slices.Contains(others, name)) {
				c.add("%s is told %s, and does not read it", function, name)
			}
		}
		for _, name := range known {
			if _, ok := variables[name]; !ok && !slices.Contains(others, name) {
				c.add("%s reads %s, and the template does not name it", function, name)
			}
		}
		for name, want := range told() {
			c.same(name+" of "+function, variables[name], want)
		}
	}
	return c
}

// told is the same to both functions: they must agree.
func told() map[string]any {
	return map[string]any{
		"POSTERN_REGISTRY_TABLE": ref("RegistryTable"), "POSTERN_STATE_TABLE": ref("StateTable"),
		"POSTERN_REGISTRY_CACHE": ref("RegistryCache"), "POSTERN_NEGATIVE_CACHE": ref("NegativeCache"),
		"POSTERN_DEFAULT_DIALECT": ref("DefaultDialect"),
		"POSTERN_SERVICE":         ref("AWS::StackName"), "POSTERN_METRICS": ref("Metrics"),
		"POSTERN_KEY_FILE": ref("AWS::NoValue"), "POSTERN_DEFINITION": ref("AWS::NoValue"),
		"AWS_ENDPOINT_URL_DYNAMODB": ref("AWS::NoValue"), "AWS_ENDPOINT_URL_KMS": ref("AWS::NoValue"),
	}
}

// siblings: authorizer and function reach the same tables, from the same networks, with as much processor time.
func siblings(root object) (c complaints) {
	proxy, authorizer := properties(root, "ProxyFunction"), properties(root, "AuthorizerFunction")
	for _, name := range []string{"MemorySize", "VpcConfig", "Architectures"} {
		c.same(name+" of the authorizer", authorizer[name], proxy[name])
	}
	return c
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

// logs: the functions write JSON themselves, and no group is kept for ever.
func logs(root object) (c complaints) {
	for function, group := range map[string]string{
		"ProxyFunction": "ProxyLog", "AuthorizerFunction": "AuthorizerLog", "AdminFunction": "AdminLog",
	} {
		c.same("the logging of "+function, properties(root, function)["LoggingConfig"],
			object{"LogFormat": "JSON", "LogGroup": ref(group), "SystemLogLevel": "WARN"})
	}
	for name, resource := range objects(root, "Resources") {
		if text(resource, "Type") == "AWS::Logs::LogGroup" {
			retention := map[bool]any{true: ref("AuditRetention"), false: ref("LogRetention")}[name == "AdminLog"]
			c.same("the retention of "+name, at(resource, "Properties", "RetentionInDays"), retention)
		}
	}
	return c
}

// apiLogs: the APIs write one line of JSON a request, with nothing in it that a client can choose freely.
func apiLogs(root object) (c complaints) {
	for _, asked := range []string{"yes", "no"} {
		made := deploy(root, parametersOf("rest-http", map[string]string{"ApiLog": asked})).made("Resources")
		for name, property := range map[string]string{"RestApi": "AccessLogSetting", "HttpApi": "AccessLogSettings"} {
			setting := objects(made, name, "Properties", property)
			var line map[string]string
			err := json.Unmarshal([]byte(text(setting, "Format")), &line)
			if there := err == nil && len(line) > 5; there != (asked == "yes") {
				c.add("with ApiLog %s %s logs %v (%v)", asked, name, line, err)
			}
			free := regexp.MustCompile(`path|userAgent|authorizer\.postern`)
			for member, value := range line {
				if free.MatchString(value) {
					c.add("%s logs %s: %s", name, member, value)
				}
			}
			if asked == "yes" {
				c.same("where "+name+" logs", setting["DestinationArn"], attribute("ApiLogGroup.Arn"))
			}
		}
	}
	return c
}
