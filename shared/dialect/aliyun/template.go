package aliyun

import (
	"fmt"
	"net"
	"strings"

	"postern/shared/gateway"
)

// compile makes a text with ${CaClientIp} and the other system parameters one that is filled in for each exchange. A value
// that is not known is empty; values come without control characters: they may end in a header. Any other $ is text.
func compile(text string) (gateway.Text, error) {
	var parts []gateway.Text
	for text != "" {
		before, rest, found := strings.Cut(text, "${")
		parts = append(parts, func(*gateway.Exchange) string { return before })
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		parameter := systemParameters()[name]
		switch {
		case !closed:
			return nil, fmt.Errorf("${%s is not closed: add a }", rest)
		case parameter == nil:
			return nil, fmt.Errorf("${%s} is no system parameter: write ${CaClientIp} or another of the vendor's list", name)
		}
		value := func(x *gateway.Exchange) string { return strings.Map(printable, parameter(x)) }
		parts, text = append(parts, value), after
	}
	return gateway.Joined(parts), nil
}

// systemParameters are those of aliyun.md, 4.14. Their notation of time is not documented; it is that of the management API.
func systemParameters() map[string]gateway.Text {
	return map[string]gateway.Text{
		"CaClientIp":          clientAddress,
		"CaDomain":            func(x *gateway.Exchange) string { return domain(x.Request.Host) },
		"CaRequestHandleTime": func(x *gateway.Exchange) string { return x.Request.Received.UTC().Format("2006-01-02T15:04:05Z") },
		"CaAppId":             app,
		"CaRequestId":         func(x *gateway.Exchange) string { return requestID(x.Request) },
		"CaApiName":           routeName,
		"CaHttpSchema":        func(x *gateway.Exchange) string { return x.Request.Scheme },
		"CaProxy":             func(*gateway.Exchange) string { return "AliCloudApiGateway" },
		"CaStage":             func(x *gateway.Exchange) string { return strings.ToUpper(x.Stage) },
		"CaClientUa":          func(x *gateway.Exchange) string { return value(x.Request, "User-Agent") },
	}
}

func clientAddress(x *gateway.Exchange) string {
	if !x.Client.IsValid() {
		return ""
	}
	return x.Client.String()
}

func domain(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(host)
}

func app(x *gateway.Exchange) string {
	if x.Principal == nil {
		return ""
	}
	return x.Principal.App
}

func routeName(x *gateway.Exchange) string {
	if x.Route == nil {
		return ""
	}
	return x.Route.Name
}
