package lambda

import (
	"encoding/base64"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"postern/shared/gateway"
)

// event is what a function gets: payload format 2.0 (API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP
// APIs"), which function URLs send too. Path and query are in it as they would go to a backend, and decoded beside that.
type event struct {
	Version   string            `json:"version"`
	RouteKey  string            `json:"routeKey"`
	Path      string            `json:"rawPath"`
	RawQuery  string            `json:"rawQueryString"`
	Cookies   []string          `json:"cookies,omitempty"`
	Headers   map[string]string `json:"headers"`
	Query     map[string]string `json:"queryStringParameters,omitempty"`
	Variables map[string]string `json:"pathParameters,omitempty"`
	Context   eventContext      `json:"requestContext"`
	Body      string            `json:"body,omitempty"`
	Base64    bool              `json:"isBase64Encoded"`
}

type eventContext struct {
	AccountID string    `json:"accountId"`
	APIID     string    `json:"apiId"`
	Domain    string    `json:"domainName"`
	Prefix    string    `json:"domainPrefix"`
	HTTP      eventHTTP `json:"http"`
	RequestID string    `json:"requestId"`
	RouteKey  string    `json:"routeKey"`
	Stage     string    `json:"stage"`
	Time      string    `json:"time"`
	TimeEpoch int64     `json:"timeEpoch"` // milliseconds
}

type eventHTTP struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

const usual = "$default" // of routes and stages

func newEvent(x *gateway.Exchange) *event {
	out, received := x.Outbound, x.Request.Received.UTC()
	e := &event{Version: "2.0", RouteKey: usual, Path: out.Path, RawQuery: out.RawQuery, Query: query(out.RawQuery)}
	if x.Route != nil {
		e.RouteKey = x.Request.Method + " " + x.Route.Path
	}
	e.headers(x)
	if e.Body = string(out.Body); !utf8.ValidString(e.Body) {
		e.Body, e.Base64 = base64.StdEncoding.EncodeToString(out.Body), true
	}
	e.Variables = variables(x.Params)
	domain := hostName(x.Request.Host)
	prefix, _, _ := strings.Cut(domain, ".")
	e.Context = eventContext{
		AccountID: "anonymous", APIID: x.API.Name, Domain: domain, Prefix: prefix,
		HTTP:      eventHTTP{Method: out.Method, Path: out.Path, Protocol: "HTTP/1.1", UserAgent: e.Headers["user-agent"]},
		RequestID: x.Request.ID, RouteKey: e.RouteKey, Stage: usual,
		Time: received.Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: received.UnixMilli(),
	}
	if x.Client.IsValid() {
		e.Context.HTTP.SourceIP = x.Client.String()
	}
	if x.Stage != "" {
		e.Context.Stage = x.Stage
	}
	return e
}

// headers are in lower case, the values of one joined by commas; cookies are apart.
func (e *event) headers(x *gateway.Exchange) {
	all := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(x.Outbound.Header)) {
		lower := strings.ToLower(name)
		all[lower] = append(all[lower], x.Outbound.Header[name]...)
	}
	for _, line := range all["cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				e.Cookies = append(e.Cookies, cookie)
			}
		}
	}
	delete(all, "cookie")
	all["host"] = []string{x.Request.Host}
	if n := len(x.Outbound.Body); n > 0 {
		all["content-length"] = []string{strconv.Itoa(n)}
	}
	e.Headers = make(map[string]string, len(all))
	for name, values := range all {
		if len(values) > 0 {
			e.Headers[name] = strings.Join(values, ",")
		}
	}
}

// query is decoded, the values of one name joined by commas. What cannot be decoded stands in rawQueryString alone.
func query(raw string) map[string]string {
	values, _ := url.ParseQuery(raw)
	all := make(map[string]string, len(values))
	for name, list := range values {
		all[name] = strings.Join(list, ",")
	}
	return all
}

func variables(sent map[string]string) map[string]string {
	all := make(map[string]string, len(sent))
	for name, value := range sent {
		all[name] = value
		if decoded, err := url.PathUnescape(value); err == nil {
			all[name] = decoded
		}
	}
	return all
}

func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}
