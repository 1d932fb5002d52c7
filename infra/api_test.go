package infra_test

import "strings"

// api is one of the two APIs, with what its OpenAPI document calls things.
type api struct{ name, version, schemes string }

func apis() []api {
	return []api{{"RestApi", "swagger", "securityDefinitions"}, {"HttpApi", "openapi", "components.securitySchemes"}}
}

// body is the API's document with some parameters.
func (a api) body(root object, parameters map[string]string) object {
	d := deploy(root, parametersOf("rest-http", parameters))
	return objects(d.made("Resources"), a.name, "Properties", "DefinitionBody")
}

// methods are those of all paths.
func methods(body object) object {
	all := object{}
	for path, methods := range objects(body, "paths") {
		for method := range objects(methods) {
			all[path+" "+method] = objects(methods, method)
		}
	}
	return all
}

func invocation(version, function, act string) any {
	const path = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
	return object{"!Sub": path + version + "/functions/${" + function + ".Arn}:live/" + act}
}

// integrations: behind every path is the function's alias, whole requests are handed to it, and its answers are streamed when
// it streams them.
func integrations(root object) (c complaints) {
	c.same("the alias", text(properties(root, "ProxyFunction"), "AutoPublishAlias"), "live")
	paths := map[string][]string{"RestApi": {"/", "/{proxy+}"}, "HttpApi": {"$default"}}
	for _, a := range apis() {
		for _, stream := range []string{"false", "true"} {
			body := a.body(root, map[string]string{"Stream": stream, "BackendTimeout": "60"})
			all := methods(body)
			c.same("the number of methods of "+a.name, len(all), len(paths[a.name]))
			want := object{"type": "aws_proxy", "httpMethod": "POST", "uri": invocation("2015-03-31", "ProxyFunction", "invocations")}
			if a.name == "HttpApi" {
				want["payloadFormatVersion"] = "2.0"
			} else if stream == "true" {
				want = object{
					"type": "aws_proxy", "httpMethod": "POST", "responseTransferMode": "STREAM", "timeoutInMillis": "70000",
					"uri": invocation("2021-11-15", "ProxyFunction", "response-streaming-invocations"),
				}
			}
			for _, path := range paths[a.name] {
				method := objects(all, path+" x-amazon-apigateway-any-method")
				c.same("what is behind "+a.name+" "+path, method["x-amazon-apigateway-integration"], want)
			}
		}
	}
	all := methods(apis()[1].body(root, nil))
	c.same("the default route", text(all, "$default x-amazon-apigateway-any-method", "isDefaultRoute"), "true")
	return c
}

// forwarding: what an authorizer in the mode enforce lets pass goes to the integration: the function would check and count it
// again. Nothing else ever goes there.
func forwarding(root object) (c complaints) {
	for _, mode := range []string{"none", "annotate", "enforce"} {
		for _, a := range apis() {
			body := a.body(root, map[string]string{"Authorizer": mode, "Integration": "https://members.internal"})
			for path, method := range methods(body) {
				integration := objects(method, "x-amazon-apigateway-integration")
				c.same(mode+": what is behind "+a.name+" "+path, text(integration, "type"),
					map[bool]string{true: "http_proxy", false: "aws_proxy"}[mode == "enforce"])
			}
		}
	}
	enforced := map[string]string{"Authorizer": "enforce", "Integration": "https://members.internal"}
	of := func(a api, path string) any {
		return at(methods(a.body(root, enforced)), path+" x-amazon-apigateway-any-method", "x-amazon-apigateway-integration")
	}
	c.same("the root", of(apis()[0], "/"), object{
		"type": "http_proxy", "httpMethod": "ANY", "uri": object{"!Sub": "${Integration}/"},
	})
	c.same("the paths", of(apis()[0], "/{proxy+}"), object{
		"type": "http_proxy", "httpMethod": "ANY", "uri": object{"!Sub": "${Integration}/{proxy}"},
		"requestParameters": object{"integration.request.path.proxy": "method.request.path.proxy"},
	})
	c.same("the default route", of(apis()[1], "$default"), object{
		"type": "http_proxy", "httpMethod": "ANY", "payloadFormatVersion": "1.0", "uri": "https://members.internal",
		"requestParameters": object{"overwrite:path": "$request.path"},
	})
	return c
}

// authorizers: with one, every method asks it, and no result is kept: docs/authorizer.md says why.
func authorizers(root object) (c complaints) {
	want := map[string]object{
		"RestApi": {"type": "request", "authorizerResultTtlInSeconds": "0"},
		"HttpApi": {
			"type": "request", "authorizerResultTtlInSeconds": "0",
			"authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": "true",
		},
	}
	for _, a := range apis() {
		want[a.name]["authorizerUri"] = invocation("2015-03-31", "AuthorizerFunction", "invocations")
		for _, mode := range []string{"none", "annotate", "enforce"} {
			body := a.body(root, map[string]string{"Authorizer": mode})
			schemes, security := object{}, []any{}
			if mode != "none" {
				scheme := object{"type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authorizer": want[a.name]}
				if a.name == "RestApi" {
					scheme["x-amazon-apigateway-authtype"] = "custom"
				}
				schemes, security = object{"Postern": scheme}, []any{object{"Postern": []any{}}}
			}
			c.same(mode+": the authorizers of "+a.name, at(body, strings.Split(a.schemes, ".")...), schemes)
			for path, method := range methods(body) {
				c.same(mode+": who is asked by "+a.name+" "+path, at(method, "security"), security)
			}
		}
	}
	variables := objects(properties(root, "AuthorizerFunction"), "Environment", "Variables")
	c.same("what the authorizer answers", variables["POSTERN_AUTHORIZER_ANSWER"], "simple")
	c.same("the mode of the authorizer", variables["POSTERN_AUTHORIZER_MODE"], ref("Authorizer"))
	c.same("the time of the authorizer", properties(root, "AuthorizerFunction")["Timeout"], "10") // API Gateway's, HTTP API
	for mode, told := range map[string]string{"none": "none", "annotate": "annotate", "enforce": "none"} {
		d := deploy(root, map[string]string{"Authorizer": mode})
		c.same("what the function is told of the authorizer "+mode,
			d.value(at(properties(root, "ProxyFunction"), "Environment", "Variables", "POSTERN_AUTHORIZER")), told)
	}
	return c
}

// bytesKept: with any other binary media types, a REST API would change bodies and answers.
func bytesKept(root object) (c complaints) {
	p := properties(root, "RestApi")
	c.same("the binary media types", p["BinaryMediaTypes"], []any{"*/*"})
	c.same("the endpoint", p["EndpointConfiguration"], object{"Type": "REGIONAL"}) // others rename more headers
	c.same("AlwaysDeploy", text(p, "AlwaysDeploy"), "true")
	c.same("the name of the REST API", p["Name"], object{"!Sub": "${AWS::StackName}-rest"})
	for _, a := range apis() {
		if text(properties(root, a.name), "DefinitionBody", a.version) == "" {
			c.add("the document of %s has no member %s", a.name, a.version)
		}
	}
	return c
}

// throttling: both APIs let in as much.
func throttling(root object) (c complaints) {
	limits := object{"ThrottlingRateLimit": ref("ApiRate"), "ThrottlingBurstLimit": ref("ApiBurst")}
	c.same("the limits of HttpApi", properties(root, "HttpApi")["DefaultRouteSettings"], limits)
	limits["HttpMethod"], limits["ResourcePath"] = "*", "/*"
	c.same("the limits of RestApi", properties(root, "RestApi")["MethodSettings"], []any{limits})
	return c
}
