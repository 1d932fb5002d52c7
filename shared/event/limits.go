package event

import (
	"fmt"
	"time"
)

// Limits are what a door carries of an answer, with room left for what it adds itself.
type Limits struct {
	Answer int // bytes of the encoded answer; where it is streamed, of its body
	Header int // bytes of its header lines
}

// What the doors take of an answer. Their guides say "1 MB", "6 MB", "32 K" and not of which kind: these are below either
// reading. Over them the client would get the door's own error, and a new environment would have to be started.
const (
	MaxALBAnswer     = 1_000_000
	MaxALBHeader     = 31 << 10
	MaxLambdaAnswer  = 6_000_000 // the Runtime API refuses more than 6,291,556 bytes
	MaxGatewayHeader = 9_500     // of 10,240; for function URLs no limit is documented
	MaxRESTStream    = 16 << 20  // after 10 MB API Gateway slows down to 2 MB/s
	MaxURLStream     = 64 << 20  // of 200 MB: the function holds an answer twice
)

func toALB(multi bool) form {
	return form{described: true, lists: multi, limits: Limits{MaxALBAnswer, MaxALBHeader}}
}

func toREST(stream bool) form {
	f := form{lists: true, stream: stream, limits: Limits{MaxLambdaAnswer, MaxGatewayHeader}}
	if stream {
		f.limits.Answer = MaxRESTStream
	}
	return f
}

func toHTTP() form {
	return form{cookies: true, limits: Limits{MaxLambdaAnswer, MaxGatewayHeader}}
}

func toURL(stream bool) form {
	f := toHTTP()
	f.unmapped, f.stream = true, stream
	if stream {
		f.limits.Answer = MaxURLStream
	}
	return f
}

// How long a client waits at most for an answer, whatever the function's own time-out is.
const (
	MaxLambdaTime = 15 * time.Minute
	MaxRESTTime   = 29 * time.Second // without a raised quota, and without streaming
	MaxHTTPTime   = 30 * time.Second
)

// Bound is one limit, and what it is at each door. Markdown.
type Bound struct {
	Aspect string
	Doors  map[string]string // by gateway.Door.Name
}

func bound(aspect string, each ...string) Bound {
	b := Bound{Aspect: aspect, Doors: map[string]string{}}
	for i, door := range Doors() {
		b.Doors[door] = each[min(i, len(each)-1)]
	}
	return b
}

// Bounds are the limits of the doors that no configuration of postern can raise.
func Bounds() []Bound {
	bytes := func(n int) string { return fmt.Sprintf("%d bytes", n) }
	span := func(d time.Duration) string {
		if d < time.Minute {
			return fmt.Sprintf("%g s", d.Seconds())
		}
		return fmt.Sprintf("%g min", d.Minutes())
	}
	alb, rest, url := toALB(true).limits, toREST(false).limits, toURL(false).limits
	return []Bound{
		bound("URL", "with the header", "16 K, request line", "10,240 characters; edge-optimised 8,192",
			"10,240 bytes, with the header", "not documented"),
		bound("header of a request", "64 KiB, configurable", "16 K a line, 64 K in all", "10,240 bytes of values",
			"10,240 bytes, with the request line", "not documented"),
		bound("body of a request", "the route's", "1 MB", "6 MB of event: 4.5 MB where it is base64"),
		bound("answer, as JSON", "the route's", bytes(alb.Answer), bytes(rest.Answer)),
		bound("answer, streamed", "not needed", "cannot", bytes(toREST(true).limits.Answer)+" of body", "cannot",
			bytes(toURL(true).limits.Answer)+" of body"),
		bound("header of an answer", "none", bytes(alb.Header), bytes(rest.Header), bytes(rest.Header), bytes(url.Header)),
		bound("time", "none", span(MaxLambdaTime), span(MaxRESTTime)+"; more by a quota; "+span(MaxLambdaTime)+" streamed",
			span(MaxHTTPTime), span(MaxLambdaTime)),
		bound("what it answers beyond", "the vendor's errors", "HTML", "JSON; GatewayResponses can change it", "JSON, fixed"),
	}
}
