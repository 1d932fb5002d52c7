package infra_test

import "maps"

// arn is of this region and account.
func arn(service, resource string) any {
	return object{"!Sub": "arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:" + resource}
}

// permitted is who may invoke what: all permissions that there are, by their names.
func permitted() map[string]object {
	const invoke, gateway = "lambda:InvokeFunction", "apigateway.amazonaws.com"
	proxy, authorizer := ref("ProxyFunction.Alias"), ref("AuthorizerFunction.Alias")
	api := func(function any, from string) object {
		return object{"Action": invoke, "FunctionName": function, "Principal": gateway, "SourceArn": arn("execute-api", from)}
	}
	return map[string]object{
		"RestPermission":           api(proxy, "${RestApi}/*"),
		"HttpPermission":           api(proxy, "${HttpApi}/*"),
		"RestAuthorizerPermission": api(authorizer, "${RestApi}/authorizers/*"),
		"HttpAuthorizerPermission": api(authorizer, "${HttpApi}/authorizers/*"), // without it, every call is a 500
		// A function URL asks for both, since October 2025 (Lambda developer guide, urls-auth).
		"ProxyUrlPermission": {
			"Action": "lambda:InvokeFunctionUrl", "FunctionName": proxy, "Principal": "*", "FunctionUrlAuthType": "NONE",
		},
		"ProxyUrlInvokePermission": {"Action": invoke, "FunctionName": proxy, "Principal": "*", "InvokedViaFunctionUrl": "true"},
	}
}

// permissions: what calls a function calls its alias, which a gradual deployment moves, and nobody else may. The admin
// function is called by whom IAM lets.
func permissions(root object) (c complaints) {
	want := permitted()
	for name, resource := range objects(root, "Resources") {
		if text(resource, "Type") == "AWS::Lambda::Permission" && want[name] == nil {
			c.add("the permission %s is not expected", name)
		}
	}
	for name, p := range want {
		c.same("the permission "+name, at(root, "Resources", name, "Properties"), p)
		c.same("the type of "+name, text(root, "Resources", name, "Type"), "AWS::Lambda::Permission")
	}
	return c
}

// balanced: the load balancer's permission is there before its target, which it therefore cannot name; it is for this account
// alone.
func balanced(root object) (c complaints) {
	template := nested(root, "LoadBalancer")
	c.same("what the targets wait for", text(template, "Resources", "Targets", "DependsOn"), "Permission")
	c.same("the permission of the load balancer", at(template, "Resources", "Permission", "Properties"), object{
		"Action": "lambda:InvokeFunction", "FunctionName": ref("Function"), "Principal": "elasticloadbalancing.amazonaws.com",
		"SourceArn": arn("elasticloadbalancing", "targetgroup/*"),
	})
	return c
}

// url: it calls the alias, and its mode is the one that the function is told.
func url(root object) (c complaints) {
	c.same("the function URL", properties(root, "ProxyUrl"), object{
		"TargetFunctionArn": ref("ProxyFunction.Alias"), "AuthType": "NONE",
		"InvokeMode": choice("Streamed", "RESPONSE_STREAM", "BUFFERED"),
	})
	c.same("POSTERN_STREAM", at(properties(root, "ProxyFunction"), "Environment", "Variables", "POSTERN_STREAM"), ref("Stream"))
	for stream, mode := range map[string]string{"true": "RESPONSE_STREAM", "false": "BUFFERED"} {
		made := deploy(root, map[string]string{"Doors": "url", "Stream": stream}).made("Resources")
		c.same("the mode of the function URL", text(made, "ProxyUrl", "Properties", "InvokeMode"), mode)
	}
	return c
}

// admin: nobody calls it but whom IAM lets, and it is there when it is asked for.
func admin(root object) (c complaints) {
	want := object{"TargetFunctionArn": ref("AdminFunction"), "AuthType": "AWS_IAM"}
	c.same("the URL of the admin API", properties(root, "AdminUrl"), want)
	for _, asked := range []string{"yes", "no"} {
		made := deploy(root, map[string]string{"Admin": asked}).made("Resources")
		for _, name := range []string{"AdminFunction", "AdminUrl", "AdminRole", "AdminLog"} {
			if there := made[name] != nil; there != (asked == "yes") {
				c.add("with Admin %s %s is made: %v", asked, name, there)
			}
		}
	}
	c.same("the default of Admin", text(root, "Parameters", "Admin", "Default"), "no")
	p := properties(root, "AdminFunction")
	c.same("the memory of the admin function", p["MemorySize"], "256") // docs/admin.md
	c.same("the time of the admin function", p["Timeout"], "30")
	want = maps.Clone(objects(root, "Globals", "Function", "Environment", "Variables"))
	want["POSTERN_KMS_KEY"] = attribute("RegistryKey.Arn")
	c.same("the environment of the admin function", at(p, "Environment", "Variables"), want)
	return c
}
