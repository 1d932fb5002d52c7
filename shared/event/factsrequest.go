package event

func targetFacts() []Fact {
	asSent, answers := kept("as sent"), lost("the door answers itself")
	return []Fact{
		fact("path", "path", asSent, kept("as sent, percent-encoding included"),
			lost("as sent, percent-encoding included; under the API's own host name the stage is cut off"),
			lost("decoded by the door, and encoded anew: what may stand in a path (RFC 3986, 3.3) as it is, the rest as `%XX`"), asSent),
		fact("path-doubt", "`%2F`, `%3F`, `%23`, `%25`, control bytes and what is no UTF-8 in a path", asSent, asSent, asSent,
			lost("decoded twice by the door: `%2F` reads as `/`, what follows `%3F` is cut off, and `%25zz` gets 400 of its own; "+
				"what comes out as `?`, `#`, `%`, a control byte or U+FFFD is refused as malformed"),
			lost("as sent; of what is no UTF-8 nothing is documented")),
		fact("escape", "`%zz` in a path", lost("`net/http` answers 400 itself"), asSent, unknown()),
		fact("path-special", "braces and vertical bars without escape in a path", asSent, asSent, unknown(), kept("as all of the path"), asSent),
		fact("absolute", "target in absolute form", kept("its host is the host"),
			lost("its host is the host; with host header preservation the `Host` header is"), unknown()),
		fact("method", "`X-HTTP-Method-Override`", asSent, asSent,
			lost("the door changes the method: refused as malformed"), asSent),
		fact("host", "host", asSent,
			lost("with host header preservation as sent; else the listener's port is added when it is not 80 or 443, "+
				"and any port is removed when it is"), asSent),
		fact("scheme", "scheme", kept("the listener's"), kept("from `X-Forwarded-Proto`, which the load balancer sets"),
			kept("https: the door knows no other")),
		fact("client", "client address", kept("the peer"),
			lost("mode `append`: the right-most entry of `X-Forwarded-For`; `preserve`, `remove`: not known"),
			kept("`requestContext.identity.sourceIp`"), kept("`requestContext.http.sourceIp`")),
		fact("ping", "`/ping` and `/sping`", asSent, asSent, answers, asSent),
		fact("refused", "`CONNECT`, `TRACE`, `Upgrade`", kept("reaches the steps"),
			lost("the load balancer answers 400 or 405 itself"), answers),
	}
}

func queryFacts() []Fact {
	asSent := kept("as sent")
	return []Fact{
		fact("query-order", "order of query parameters", asSent,
			lost("the event has a map: values of one name keep their order, the order of different names is the map's"),
			lost("the same"), asSent),
		fact("query-encoding", "encoding of query parameters", asSent, asSent,
			lost("decoded by the door, `+` as a blank, and encoded anew: unreserved characters (RFC 3986, 2.3) as they are, "+
				"the rest as `%XX`, a blank as `%20`"), asSent),
		fact("query-empty", "query parameter without `=`", asSent, lost("`?a` reads as `?a=`, and `?a&&b` as `?a=&b=`"), lost("the same"), asSent),
		fact("query-repeat", "repeated query parameter", asSent,
			lost("multi-value target group: kept; single-value: only the last value reaches the function"), asSent),
		fact("query-escape", "`%zz`, and escapes of what is no UTF-8, in a query", asSent, asSent, unknown()),
		fact("query-special", "`;`, and braces and vertical bars without escape, in a query", asSent, asSent,
			lost("`;` splits the query, into what is not documented; for the others the door answers itself"), asSent),
	}
}

func headerFacts() []Fact {
	asSent := kept("as sent")
	joined := lost("one value, joined by `,`; it is not parted again: a comma may be part of a value")
	return []Fact{
		fact("names", "header names", lost("case and the order of different names are lost"), lost("the same")),
		fact("header-repeat", "repeated header", asSent,
			lost("multi-value target group: kept; single-value: only the last value reaches the function"),
			lost("kept; of names that differ in case, the order among them is the event's"), joined),
		fact("cookie", "`Cookie`", asSent, asSent, asSent,
			lost("parted by the door, and joined again by `; `, several lines to one"), asSent),
		fact("connection", "`Connection`, `Expect`, `Keep-Alive`, `Proxy-Connection`, `TE`, `Trailer`, `Upgrade` in a request", asSent, asSent,
			lost("removed by the door"), unknown()),
		fact("removed", "`Content-Length`, `Content-MD5`, `Max-Forwards`, `Proxy-Authenticate`, `Server`, `WWW-Authenticate` in a request",
			asSent, asSent, lost("removed or renamed by the door, which of them today is not documented; what it renames gets its name back"),
			asSent),
		fact("remapped", "`X-Amzn-Remapped-N`", asSent, asSent,
			lost("taken for an `N` that the door renamed, where there is no `N`; else dropped"), asSent),
		fact("content-length", "a request without `Content-Length`", asSent, asSent, asSent, lost("the door adds one, of 0 without a body"), asSent),
		fact("content-type", "`Content-Length: 0` without a `Content-Type`", asSent, asSent, asSent,
			lost("the door adds a `Content-Type`"), asSent),
		fact("utf8", "header values and text bodies that are not UTF-8", asSent, lost("the load balancer refuses them"), unknown()),
		fact("pragma", "`Pragma: no-cache` without `Cache-Control`", lost("`net/http` adds `Cache-Control: no-cache`"), asSent),
		fact("forwarded-for", "`X-Forwarded-For`", asSent,
			lost("mode `append`: as sent, the load balancer's entry is taken out; `preserve`: as sent; `remove`: gone"),
			kept("as sent: the door's entry is taken out")),
		fact("forwarders", "more than 30 addresses in `X-Forwarded-For`", asSent, lost("the load balancer answers 463 itself"), asSent),
		fact("forwarded-proto", "`X-Forwarded-Proto`, `X-Forwarded-Port`", asSent,
			lost("overwritten by the load balancer; taken out"), lost("overwritten by the door; taken out")),
		fact("trace", "`X-Amzn-Trace-Id`", asSent,
			lost("added to or changed by the load balancer; its `Self`, else its `Root`, is the request's id"),
			lost("added to or changed by the door; the request's id is `requestContext.extendedRequestId`: clients can choose the other"),
			lost("added to or changed by the door; the request's id is `requestContext.requestId`")),
		fact("tls", "`X-Amzn-Tls-*`, `X-Amzn-Mtls-*`", asSent,
			lost("dropped; kept where `POSTERN_TRUST_TLS_HEADERS` and `POSTERN_TRUST_MTLS_HEADERS` say that they are the load balancer's own"),
			lost("dropped"), lost("dropped"), lost("`X-Amzn-Tls-Version`, `X-Amzn-Tls-Cipher-Suite` are the door's; the rest is dropped")),
		fact("head-size", "size of the head", lost("64 KiB, configurable: above that `net/http` answers 431 itself"),
			lost("16 K a line, 64 K in all: above that the load balancer answers 400 or 414 itself"),
			lost("10,240 characters of URL, 10,240 bytes of header values: above that the door answers itself"),
			lost("10,240 bytes of request line and header: above that the door answers itself"), unknown()),
	}
}

func bodyFacts() []Fact {
	whole := kept("byte for byte, there from the start")
	return []Fact{
		fact("body", "body", kept("byte for byte, read once its limit is known"), whole,
			kept("byte for byte, there from the start; the API must have the binary media type `*/*`"), whole),
		fact("body-size", "size of the body", kept("the route's limit"),
			lost("1 MB: above that the load balancer answers 413 itself"),
			lost("an event of 6 MB, of which base64 is a third: above that the door answers itself")),
		fact("length", "length of a chunked body", kept("not known before it is read"), lost("known; that it was chunked is not")),
		fact("leaving", "a client that leaves", kept("cancels what it waited for"), lost("the function is not told")),
	}
}
