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

// balancer are the attributes of the load balancer.
func balancer(root object) object {
	return keyed(items(properties(nested(root, "LoadBalancer"), "LoadBalancer"), "LoadBalancerAttributes"))
}

// multiValue: without it, of a header or parameter sent twice the function would see one.
func multiValue(root object) (c complaints) {
	targets := properties(nested(root, "LoadBalancer"), "Targets")
	c.same("the type of the targets", text(targets, "TargetType"), "lambda")
	attributes := keyed(items(targets, "TargetGroupAttributes"))
	c.same("lambda.multi_value_headers.enabled", attributes["lambda.multi_value_headers.enabled"], "true")
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
	listener := properties(nested(root, "LoadBalancer"), "HttpsListener")
	c.same("what the listener asks clients for", listener["MutualAuthentication"], object{
		"Mode": ref("ClientCertificates"), "TrustStoreArn": choice("Verified", ref("TrustStoreArn"), ref("AWS::NoValue")),
	})
	for mode, want := range map[string]string{"off": "false", "passthrough": "true", "verify": "true"} {
		d := deploy(root, map[string]string{"ClientCertificates": mode})
		c.same("POSTERN_TRUST_MTLS_HEADERS with certificates "+mode, d.value(variables["POSTERN_TRUST_MTLS_HEADERS"]), want)
	}
	c.same("the values of ClientCertificates", texts(root, "Parameters", "ClientCertificates", "AllowedValues"),
		[]string{"off", "passthrough", "verify"})
	return c
}

// host: routes go by it, and signatures may cover it.
func host(root object) (c complaints) {
	c.same("preserve_host_header", balancer(root)["routing.http.preserve_host_header.enabled"], "true")
	return c
}
