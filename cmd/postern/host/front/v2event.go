package front

import (
	"strings"
)

// v2Event is payload format 2.0, which HTTP APIs and function URLs send. An authorizer gets it without a body, and with a type.
type v2Event struct {
	Version  string    `json:"version"`
	Type     string    `json:"type,omitempty"`
	RouteARN string    `json:"routeArn,omitempty"`
	Identity []string  `json:"identitySource,omitempty"`
	RouteKey string    `json:"routeKey"`
	Path     string    `json:"rawPath"`
	Query    string    `json:"rawQueryString"`
	Cookies  []string  `json:"cookies,omitempty"`
	Header   *joined   `json:"headers"`
	Queries  *joined   `json:"queryStringParameters,omitempty"`
	Context  v2Context `json:"requestContext"`
	Body     string    `json:"body,omitempty"`
	Base64   *bool     `json:"isBase64Encoded,omitempty"`
}

type v2Context struct {
	Account    string        `json:"accountId"`
	API        string        `json:"apiId"`
	Authorizer *v2Authorizer `json:"authorizer,omitempty"`
	Domain     string        `json:"domainName"`
	Prefix     string        `json:"domainPrefix"`
	HTTP       v2HTTP        `json:"http"`
	ID         string        `json:"requestId"`
	RouteKey   string        `json:"routeKey"`
	Stage      string        `json:"stage"`
	Time       string        `json:"time"`
	Epoch      int64         `json:"timeEpoch"`
}

type v2Authorizer struct {
	Lambda map[string]any `json:"lambda"`
}

type v2HTTP struct {
	Method   string `json:"method"`
	Path     string `json:"path"`
	Protocol string `json:"protocol"`
	Peer     string `json:"sourceIp"`
	Agent    string `json:"userAgent"`
}

// routeKey is that of the one route, which takes everything.
const routeKey = "$default"

// v2Frame is an event without its body. rawPath stands in the event, path in its context.
func v2Frame(x *exchange, rawPath, path string) (*v2Event, error) {
	queries, err := decoded(x.query)
	if err != nil {
		return nil, err
	}
	e := &v2Event{
		Version: "2.0", RouteKey: routeKey, Path: rawPath, Query: x.query, Cookies: x.cookies(), Header: (*joined)(lower(x.header)),
		Context: v2Context{
			Account: account, API: apiID, Domain: x.domain(), Prefix: x.prefix(),
			HTTP:     v2HTTP{x.Method, path, x.Proto, x.Peer.String(), x.userAgent()},
			RouteKey: routeKey, Stage: routeKey, Time: x.time(), Epoch: x.at.UnixMilli(),
		},
	}
	if len(queries.names) > 0 {
		e.Queries = (*joined)(queries)
	}
	return e, nil
}

// cookies are those of all Cookie headers, one by one.
func (x *exchange) cookies() (all []string) {
	for _, value := range x.Values("Cookie") {
		for cookie := range strings.SplitSeq(value, ";") {
			all = append(all, strings.TrimSpace(cookie))
		}
	}
	return all
}

// fill puts the body in: as base64 unless its type is one of a few texts.
func (e *v2Event) fill(x *exchange) (err error) {
	encoded := len(x.Body) > 0 && !v2Text(x.media())
	e.Base64 = &encoded
	e.Body, err = x.carried(encoded)
	return err
}

func v2Text(media string) bool {
	switch media {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(media, "text/")
}
