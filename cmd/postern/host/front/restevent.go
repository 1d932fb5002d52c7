package front

import (
	"slices"
	"strings"
)

// restEvent is what the function gets; the authorizer gets it without a body, and with a type.
type restEvent struct {
	Type       string      `json:"type,omitempty"`
	MethodARN  string      `json:"methodArn,omitempty"`
	Resource   string      `json:"resource"`
	Path       string      `json:"path"`
	Method     string      `json:"httpMethod"`
	Header     *values     `json:"headers"`
	Headers    *lists      `json:"multiValueHeaders"`
	Query      *values     `json:"queryStringParameters"`
	Queries    *lists      `json:"multiValueQueryStringParameters"`
	Parameters any         `json:"pathParameters"`
	Variables  any         `json:"stageVariables"`
	Context    restContext `json:"requestContext"`
	Body       *string     `json:"body,omitempty"`
	Base64     *bool       `json:"isBase64Encoded,omitempty"`
}

type restContext struct {
	Account      string         `json:"accountId"`
	API          string         `json:"apiId"`
	Authorizer   map[string]any `json:"authorizer,omitempty"`
	Domain       string         `json:"domainName"`
	Prefix       string         `json:"domainPrefix"`
	Extended     string         `json:"extendedRequestId"`
	Method       string         `json:"httpMethod"`
	Identity     restIdentity   `json:"identity"`
	Path         string         `json:"path"`
	Protocol     string         `json:"protocol"`
	ID           string         `json:"requestId"`
	Time         string         `json:"requestTime"`
	Epoch        int64          `json:"requestTimeEpoch"`
	ResourceID   string         `json:"resourceId"`
	ResourcePath string         `json:"resourcePath"`
	Stage        string         `json:"stage"`
}

type restIdentity struct {
	APIKey *string `json:"apiKey"`
	Peer   string  `json:"sourceIp"`
	Agent  string  `json:"userAgent"`
}

// event is the function's. Its error is a *Refusal.
func (d *REST) event(x *exchange, allowed map[string]any) ([]byte, error) {
	e, err := d.frame(x)
	if err != nil {
		return nil, err
	}
	e.Context.Authorizer = allowed
	encoded := len(x.Body) > 0 && d.binary(x.media())
	body, err := x.carried(encoded)
	if err != nil {
		return nil, err
	}
	if len(x.Body) > 0 {
		e.Body = &body
	}
	e.Base64 = &encoded
	return plain(e), nil
}

// frame is the event without its body.
func (d *REST) frame(x *exchange) (*restEvent, error) {
	queries, err := decoded(x.query)
	if err != nil {
		return nil, err
	}
	e := &restEvent{
		Resource: "/", Path: x.path, Method: x.Method,
		Header: (*values)(x.header), Headers: (*lists)(x.header),
		Context: restContext{
			Account: account, API: apiID, Domain: x.domain(), Prefix: x.prefix(), Extended: x.extended, Method: x.Method,
			Identity: restIdentity{Peer: x.Peer.String(), Agent: x.userAgent()},
			Path:     x.path, Protocol: x.Proto, ID: x.id, Time: x.time(), Epoch: x.at.UnixMilli(),
			ResourceID: "root00", ResourcePath: "/", Stage: stage,
		},
	}
	if len(queries.names) > 0 {
		e.Query, e.Queries = (*values)(queries), (*lists)(queries)
	}
	if x.path != "/" {
		e.Resource, e.Context.ResourcePath, e.Context.ResourceID = "/{proxy+}", "/{proxy+}", "proxy0"
		e.Parameters = map[string]string{"proxy": strings.TrimPrefix(x.path, "/")}
	}
	return e, nil
}

// binary says whether a type is one of binaryMediaTypes. What comes without a type is JSON to a REST API.
func (d *REST) binary(media string) bool {
	if media == "" {
		media = "application/json"
	}
	kinds := d.Binary
	if kinds == nil {
		kinds = []string{"*/*"}
	}
	kind, _, _ := strings.Cut(media, "/")
	return slices.ContainsFunc(kinds, func(k string) bool { return k == "*/*" || k == media || k == kind+"/*" })
}
