package event

import "fmt"

// Fact is one aspect of a request or an answer, and what becomes of it at each door.
type Fact struct {
	Name   string // short, for tests
	Answer bool   // of an answer; else of a request
	Aspect string
	Doors  map[string]Fate // by gateway.Door.Name
}

// Fate is what a door makes of one aspect. Markdown.
type Fate struct {
	Text string
	Lost bool // at least in the case that the text names, something that was sent cannot be had back
}

// Doors are the doors that Facts speaks of, in the order of its columns.
func Doors() []string { return []string{"serve", "alb"} }

func kept(text string) Fate { return Fate{Text: text} }
func lost(text string) Fate { return Fate{Text: text, Lost: true} }

func fact(name, aspect string, serve, alb Fate) Fact {
	return Fact{Name: name, Aspect: aspect, Doors: map[string]Fate{"serve": serve, "alb": alb}}
}

// Facts are all that is known of the doors. Sources: the guide of Application Load Balancers (lambda-functions,
// x-forwarded-headers, edit-load-balancer-attributes, load-balancer-request-tracing), events captured from real ones, and
// net/http.
func Facts() []Fact {
	facts := append(targetFacts(), headerFacts()...)
	facts = append(facts, bodyFacts()...)
	for _, f := range answerFacts() {
		f.Answer = true
		facts = append(facts, f)
	}
	return facts
}

func targetFacts() []Fact {
	return []Fact{
		fact("path", "path", kept("as sent"), kept("as sent, percent-encoding included")),
		fact("escape", "`%zz` in the target", lost("`net/http` answers 400 itself"), kept("as sent")),
		fact("query-order", "order of query parameters", kept("as sent"),
			lost("the event has a map: values of one name keep their order, the order of different names is the map's")),
		fact("query-empty", "query parameter without `=`", kept("as sent"), lost("`?a` reads as `?a=`")),
		fact("query-repeat", "repeated query parameter", kept("as sent"),
			lost("multi-value target group: kept; single-value: only the last value reaches the function")),
		fact("absolute", "target in absolute form", kept("its host is the host"),
			lost("its host is the host; with host header preservation the `Host` header is")),
		fact("host", "host", kept("as sent"),
			lost("with host header preservation as sent; else the listener's port is added when it is not 80 or 443, "+
				"and any port is removed when it is")),
		fact("scheme", "scheme", kept("the listener's"), kept("from `X-Forwarded-Proto`, which the load balancer sets")),
		fact("client", "client address", kept("the peer"),
			lost("mode `append`: the right-most entry of `X-Forwarded-For`; `preserve`, `remove`: not known")),
		fact("refused", "`CONNECT`, `TRACE`, `Upgrade`", kept("reaches the steps"),
			lost("the load balancer answers 400 or 405 itself")),
	}
}

func headerFacts() []Fact {
	return []Fact{
		fact("names", "header names", lost("case and the order of different names are lost"), lost("the same")),
		fact("header-repeat", "repeated header", kept("as sent"),
			lost("multi-value target group: kept; single-value: only the last value reaches the function")),
		fact("utf8", "header values and text bodies that are not UTF-8", kept("as sent"), lost("the load balancer refuses them")),
		fact("pragma", "`Pragma: no-cache` without `Cache-Control`", lost("`net/http` adds `Cache-Control: no-cache`"),
			kept("as sent")),
		fact("forwarded-for", "`X-Forwarded-For`", kept("as sent"),
			lost("mode `append`: as sent, the load balancer's entry is taken out; `preserve`: as sent; `remove`: gone")),
		fact("forwarded-proto", "`X-Forwarded-Proto`, `X-Forwarded-Port`", kept("as sent"),
			lost("overwritten by the load balancer; taken out")),
		fact("trace", "`X-Amzn-Trace-Id`", kept("as sent"),
			lost("added to or changed by the load balancer; its `Self`, else its `Root`, is the request's id")),
		fact("tls", "`X-Amzn-Tls-*`, `X-Amzn-Mtls-*`", kept("as sent"),
			lost("dropped; kept where `POSTERN_TRUST_TLS_HEADERS` says that they are the load balancer's own")),
		fact("head-size", "size of the head", kept("64 KiB, configurable"),
			lost("16 K a line, 64 K in all: above that the load balancer answers 400 or 414 itself")),
	}
}

func bodyFacts() []Fact {
	return []Fact{
		fact("body", "body", kept("byte for byte, read once its limit is known"), kept("byte for byte, there from the start")),
		fact("body-size", "size of the body", kept("the route's limit"),
			lost("1 MB: above that the load balancer answers 413 itself")),
		fact("length", "length of a chunked body", kept("not known before it is read"), lost("known; that it was chunked is not")),
		fact("leaving", "a client that leaves", kept("cancels what it waited for"), lost("the function is not told")),
	}
}

func answerFacts() []Fact {
	return []Fact{
		fact("status", "status", kept("any"), kept("any; whether those that HTTP does not know pass is not documented")),
		fact("answer-names", "order of header fields", lost("sorted by name"),
			lost("sorted by name; the load balancer may change it, also between values of one name")),
		fact("answer-repeat", "repeated header", kept("as answered"),
			lost("multi-value target group: kept; single-value: joined by commas; each `Set-Cookie` under a spelling of its own "+
				"(`set-cookie`, `Set-cookie`, …), of which the load balancer may keep one")),
		fact("answer-utf8", "header values that are not UTF-8", kept("as answered"), lost("such bytes become U+FFFD")),
		fact("answer-control", "control bytes in header values", lost("line breaks become spaces"), lost("become spaces")),
		fact("answer-hops", "`Connection` and other headers of one connection", kept("as answered"),
			lost("left out: the load balancer's own")),
		fact("answer-length", "`Content-Length`", kept("of the body; of a HEAD's answer as the backend said"),
			lost("the load balancer's; what a HEAD's answer said is lost")),
		fact("answer-size", "size", kept("the route's limit"),
			lost(fmt.Sprintf("%d bytes of JSON, body as text or base64, whichever is shorter, and %d bytes of header: "+
				"above that the client gets the documented error for answers that are too large", MaxALBAnswer, MaxALBHeader))),
		fact("answer-cut", "connection to be cut", kept("cut"), lost("the client gets the error in its stead")),
	}
}
