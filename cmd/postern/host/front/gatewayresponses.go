package front

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// GatewayResponses are what a REST API answers by itself, by response type. A type that is not among them is answered as
// DEFAULT_4XX or DEFAULT_5XX, and without these as API Gateway does.
type GatewayResponses map[string]GatewayResponse

// GatewayResponse is one of them, as SAM and OpenAPI write it.
type GatewayResponse struct {
	StatusCode         json.Number       `json:"StatusCode"`
	ResponseTemplates  map[string]string `json:"ResponseTemplates"`
	ResponseParameters parameterMap      `json:"ResponseParameters"`
}

// parameterMap has the headers of a gateway response: under Headers (SAM), or as gatewayresponse.header.NAME (OpenAPI).
type parameterMap map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (p *parameterMap) UnmarshalJSON(data []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	*p = parameterMap{}
	for key, value := range all {
		name, flat := strings.CutPrefix(key, "gatewayresponse.header.")
		var text string
		var err error
		switch {
		case flat:
			err = json.Unmarshal(value, &text)
			(*p)[name] = text
		case key == "Headers":
			err = json.Unmarshal(value, (*map[string]string)(p))
		default:
			err = fmt.Errorf("%s: only Headers and gatewayresponse.header.NAME can be set", key)
		}
		if err != nil {
			return err
		}
	}
	for name, value := range *p {
		if quoted := len(value) > 1 && value[0] == '\'' && value[len(value)-1] == '\''; !quoted && !strings.HasPrefix(value, "method.request.") {
			return fmt.Errorf("header %s: %s is neither a 'text' nor method.request.…, and nothing else is documented", name, value)
		}
	}
	return nil
}

// ReadGatewayResponses reads gateway responses in JSON.
func ReadGatewayResponses(data []byte) (GatewayResponses, error) {
	var all GatewayResponses
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("gateway responses: %w", err)
	}
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		status := all[kind].StatusCode.String()
		if n, err := strconv.Atoi(status); status != "" && (err != nil || n < 100 || n > 599) {
			return nil, fmt.Errorf("gateway responses: %s: StatusCode %s is none from 100 to 599", kind, status)
		}
	}
	return all, nil
}

// page is the answer to a fault. That a request is too large cannot be customised (the guide of 2023).
func (g GatewayResponses) page(x *exchange, f restFault) *Response {
	fallback := "DEFAULT_4XX"
	if f.status >= 500 {
		fallback = "DEFAULT_5XX"
	}
	given, ok := g[f.kind]
	if !ok {
		given = g[fallback]
	}
	if f.kind == "REQUEST_TOO_LARGE" {
		given = GatewayResponse{}
	}
	status := f.status
	if n, err := strconv.Atoi(cmp.Or(given.StatusCode, g[fallback].StatusCode).String()); err == nil && f.kind != "REQUEST_TOO_LARGE" {
		status = n
	}
	media, template := given.template(x)
	a := &Response{
		Status: status, Reason: http.StatusText(status), Header: []Field{{"Content-Type", media}},
		Body: []byte(substituted(template, x, f, status)),
	}
	for _, name := range slices.Sorted(maps.Keys(given.ResponseParameters)) {
		if value, ok := x.parameter(given.ResponseParameters[name]); ok {
			a.Header = slices.DeleteFunc(a.Header, func(f Field) bool { return strings.EqualFold(f.Name, name) })
			a.Header = append(a.Header, Field{name, value})
		}
	}
	return a
}

// template is that of the first type which the client accepts, else that of JSON, else any.
func (r GatewayResponse) template(x *exchange) (media, template string) {
	const standard = "application/json"
	if len(r.ResponseTemplates) == 0 {
		return standard, `{"message":$context.error.messageString}`
	}
	for accepted := range strings.SplitSeq(strings.Join(x.Values("Accept"), ","), ",") {
		media, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(accepted)), ";")
		if template, ok := r.ResponseTemplates[media]; ok {
			return media, template
		}
	}
	if template, ok := r.ResponseTemplates[standard]; ok {
		return standard, template
	}
	media = slices.Min(slices.Collect(maps.Keys(r.ResponseTemplates)))
	return media, r.ResponseTemplates[media]
}

// parameter is the value of a header: a text in quotes, or what the client sent.
func (x *exchange) parameter(expression string) (value string, ok bool) {
	if rest, found := strings.CutPrefix(expression, "method.request.header."); found {
		values := x.header.get(rest)
		return strings.Join(values, ","), len(values) > 0
	}
	if rest, found := strings.CutPrefix(expression, "method.request.querystring."); found {
		queries, err := decoded(x.query)
		if err != nil || len(queries.values[rest]) == 0 {
			return "", false
		}
		return queries.values[rest][0], true
	}
	if strings.HasPrefix(expression, "method.request.") {
		return "", false
	}
	return strings.Trim(expression, "'"), true
}

var variable = regexp.MustCompile(`\$(?:context|stageVariables|method\.request)\.[\w.-]+|\$\{(?:context|stageVariables|method\.request)\.[\w.-]+\}`)

// substituted is a template with its variables filled in, as they are: nothing is escaped. One that does not exist is empty.
func substituted(template string, x *exchange, f restFault, status int) string {
	known := x.variables(f, status)
	return variable.ReplaceAllStringFunc(template, func(found string) string {
		name := strings.Trim(found, "${}")
		for rest := ""; name != ""; {
			if value, ok := known[name]; ok {
				return value + rest
			}
			if value, ok := x.parameter(name); ok && strings.HasPrefix(name, "method.request.") {
				return value + rest
			}
			end := strings.LastIndexByte(name, '.') // it may be the sentence's
			if end < 0 || end < len(name)-1 {
				return ""
			}
			name, rest = name[:end], "."+rest
		}
		return ""
	})
}

// variables are those that a template may name. Sources: api-gateway-mapping-template-reference, the tables of $context.
func (x *exchange) variables(f restFault, status int) map[string]string {
	quoted, message := "null", "null"
	if f.message != "" {
		quoted, message = string(plain(f.message)), f.message
	}
	known := map[string]string{
		"context.error.message": message, "context.error.messageString": quoted, "context.error.responseType": f.kind,
		"context.requestId": x.id, "context.extendedRequestId": x.extended, "context.apiId": apiID, "context.accountId": account,
		"context.stage": stage, "context.httpMethod": x.Method, "context.path": x.path, "context.protocol": x.Proto,
		"context.domainName": x.domain(), "context.domainPrefix": x.prefix(), "context.status": strconv.Itoa(status),
		"context.identity.sourceIp": x.Peer.String(), "context.identity.userAgent": x.userAgent(),
		"context.requestTime": x.time(), "context.requestTimeEpoch": strconv.FormatInt(x.at.UnixMilli(), 10),
	}
	for key, value := range f.context {
		if text, err := scalar(value); err == nil {
			known["context.authorizer."+key] = text
		}
	}
	return known
}
