package event

import "fmt"

func answerFacts() []Fact {
	answered := kept("as answered")
	undocumented := kept("any; whether those that HTTP does not know pass is not documented")
	return append(answerHeaderFacts(), []Fact{
		fact("status", "status", kept("any"), undocumented),
		fact("answer-length", "`Content-Length`", kept("of the body; of a HEAD's answer as the backend said"),
			lost("the load balancer's; what a HEAD's answer said is lost"), lost("the door's; what a HEAD's answer said is lost")),
		fact("answer-type", "an answer without `Content-Type`", answered,
			kept("as answered"),
			lost("the door adds `application/json`"),
			lost("the door adds `text/plain; charset=utf-8`"), lost("the door adds `application/json`")),
		fact("answer-unchanged", "`Content-Type` of an answer with status 304", lost("`net/http` leaves it out"), answered),
		fact("answer-body", "body", answered, answered,
			kept("as answered; the API must have the binary media type `*/*`"), answered),
		fact("answer-size", "size", kept("the route's limit"),
			size(toALB(true).limits), size(toREST(false).limits), size(toHTTP().limits), size(toURL(false).limits)),
		fact("answer-stream", "size, streamed (`POSTERN_STREAM`)", kept("the same"), kept("the same: a load balancer does not stream"),
			streamed(toREST(true).limits), kept("the same: an HTTP API does not stream"), streamed(toURL(true).limits)),
		fact("answer-cut", "connection to be cut", kept("cut"), lost("the client gets the error in its stead")),
	}...)
}

func size(l Limits) Fate {
	return lost(fmt.Sprintf("%d bytes of JSON, body as text or base64, whichever is shorter, and %d bytes of header: "+
		"above that the client gets the documented error for answers that are too large", l.Answer, l.Header))
}

func streamed(l Limits) Fate {
	return lost(fmt.Sprintf("%d bytes of body, and %d bytes of header: above that the same error", l.Answer, l.Header))
}

func answerHeaderFacts() []Fact {
	answered := kept("as answered")
	joined := lost("joined by `, `; each `Set-Cookie` kept")
	return []Fact{
		fact("answer-names", "order of header fields", lost("sorted by name"),
			lost("sorted by name; the load balancer may change it, also between values of one name"),
			lost("sorted by name; the door may change it")),
		fact("answer-repeat", "repeated header", answered,
			lost("multi-value target group: kept; single-value: joined by commas; each `Set-Cookie` under a spelling of its own "+
				"(`set-cookie`, `Set-cookie`, …), of which the load balancer may keep one"),
			answered, joined),
		fact("answer-renamed", "`Date`, `Server`, `WWW-Authenticate` and others", answered, answered,
			lost("reach the client as `X-Amzn-Remapped-Date` and so on"), unknown(),
			lost("not documented; `WWW-Authenticate` is reported to reach the client as `X-Amzn-Remapped-WWW-Authenticate`")),
		fact("answer-dropped", "`Expect`, `Host`, `Max-Forwards`, `Via` in an answer", answered, answered,
			lost("removed by the door"), answered, unknown()),
		fact("answer-remapped", "`X-Amzn-Remapped-*`", answered, answered, answered, answered,
			lost("left out: a function URL answers 500 to them")),
		fact("answer-utf8", "header values that are not UTF-8", answered, lost("such bytes become U+FFFD")),
		fact("answer-control", "control bytes in header values", lost("line breaks become spaces"), lost("become spaces")),
		fact("answer-hops", "`Connection` and other headers of one connection", answered,
			lost("left out: the load balancer's own"), lost("left out: the door's own")),
	}
}
