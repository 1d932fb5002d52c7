package front

import (
	"errors"
	"fmt"
	"net/http"

	"postern/cmd/postern/host"
)

// internalError is what a REST API says of all failures behind it.
const internalError = "Internal server error"

// restFault is an answer that a REST API makes itself.
type restFault struct {
	kind    string         // of gateway response
	status  int            // unless the gateway response has another one
	message string         // "": null
	why     string         // for the log alone
	context map[string]any // that the authorizer left
}

func (f restFault) Error() string { return f.why }

// integrationFault is what becomes of an invocation that did not succeed: Lambda refused it, or the function failed.
func integrationFault(err error) restFault {
	switch {
	case errors.Is(err, errSlow):
		return restFault{"INTEGRATION_TIMEOUT", http.StatusGatewayTimeout, "Endpoint request timed out", err.Error(), nil}
	case rejected(err):
		return restFault{"INTEGRATION_FAILURE", http.StatusInternalServerError, internalError, err.Error(), nil}
	}
	return restFault{"DEFAULT_5XX", http.StatusBadGateway, internalError, err.Error(), nil}
}

// failed is the page of a fault.
func (d *REST) failed(x *exchange, err error) *Response {
	var f restFault
	if !errors.As(err, &f) {
		return d.refused(err)
	}
	a := d.Responses.page(x, f)
	warn(d.Log, "the REST API answers by itself", a.Status, f.kind+": "+f.why)
	a.Header = append(a.Header, Field{"x-amzn-ErrorType", errorType(f.kind)})
	a.Header = append(a.Header, d.own(x)...)
	return a
}

func errorType(kind string) string {
	switch kind {
	case "ACCESS_DENIED":
		return "AccessDeniedException"
	case "UNAUTHORIZED":
		return "UnauthorizedException"
	case "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE":
		return "AuthorizerConfigurationException"
	case "REQUEST_TOO_LARGE":
		return "RequestTooLargeException"
	}
	return "InternalServerErrorException"
}

// authorizerFault is what a REST API makes of an authorizer's failure.
func authorizerFault(err error) restFault {
	var failed *host.FunctionError
	switch {
	case errors.As(err, &failed) && failed.Message == "Unauthorized":
		return restFault{"UNAUTHORIZED", http.StatusUnauthorized, "Unauthorized", "the authorizer says Unauthorized", nil}
	case errors.As(err, &failed), errors.Is(err, errSlow):
		return restFault{"AUTHORIZER_FAILURE", http.StatusInternalServerError, "", fmt.Sprintf("the authorizer: %v", err), nil}
	}
	return restFault{"AUTHORIZER_CONFIGURATION_ERROR", http.StatusInternalServerError, "", fmt.Sprintf("the authorizer: %v", err), nil}
}
