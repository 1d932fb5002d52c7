package infra_test

import (
	"slices"

	"postern/shared/event"
)

// keyed are attributes as the load balancer's resources list them.
func keyed(list []any) object {
	o := object{}
	for _, item := range list {
		o[text(item, "Key")] = at(item, "Value")
	}
	return o
}

func balancer(root object) object {
	return keyed(items(properties(root, "LoadBalancer"), "LoadBalancerAttributes"))
}

// multiValue: without it, of a header or parameter sent twice the function would see one.
func multiValue(root object) (c complaints) {
	targets := properties(root, "ProxyTargets")
	c.same("the type of the targets", text(targets, "TargetType"), "lambda")
	attributes := keyed(items(targets, "TargetGroupAttributes"))
	c.same("lambda.multi_value_headers.enabled", attributes["lambda.multi_value_headers.enabled"], "true")
	return c
}

// permission: it is there before the target, which it therefore cannot name, and is for this account alone.
func permission(root object) (c complaints) {
	p := properties(root, "ProxyPermission")
	c.same("what the targets wait for", text(root, "Resources", "ProxyTargets", "DependsOn"), "ProxyPermission")
	c.same("who may invoke", text(p, "Principal"), "elasticloadbalancing.amazonaws.com")
	c.same("from where", at(p, "SourceArn"),
		object{"!Sub": "arn:${AWS::Partition}:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}:targetgroup/*"})
	return c
}

// forwardedFor: if load balancer and function differed, a client could claim any address.
func forwardedFor(root object) (c complaints) {
	c.same("the load balancer's X-Forwarded-For", balancer(root)["routing.http.xff_header_processing.mode"],
		ref("ForwardedFor"))
	variables := objects(properties(root, "ProxyFunction"), "Environment", "Variables")
	c.same("POSTERN_ALB_CLIENT", variables["POSTERN_ALB_CLIENT"], ref("ForwardedFor"))
	modes := texts(root, "Parameters", "ForwardedFor", "AllowedValues")
	slices.Sort(modes)
	c.same("the modes", modes, []string{event.Append, event.Preserve, event.Remove})
	c.same("the default mode", text(root, "Parameters", "ForwardedFor", "Default"), event.Append)
	return c
}

// tls: these headers are believed only where the load balancer makes them.
func tls(root object) (c complaints) {
	c.same("the load balancer's X-Amzn-Tls-*", balancer(root)["routing.http.x_amzn_tls_version_and_cipher_suite.enabled"],
		ref("TrustTlsHeaders"))
	variables := objects(properties(root, "ProxyFunction"), "Environment", "Variables")
	c.same("POSTERN_TRUST_TLS_HEADERS", variables["POSTERN_TRUST_TLS_HEADERS"], ref("TrustTlsHeaders"))
	return c
}

// host: routes go by it, and signatures may cover it.
func host(root object) (c complaints) {
	c.same("preserve_host_header", balancer(root)["routing.http.preserve_host_header.enabled"], "true")
	return c
}
