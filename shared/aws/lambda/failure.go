package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Sizes in bytes (Lambda quotas: 6 MB each way).
const (
	mostPayload = 6 << 20
	mostAnswer  = mostPayload + 64<<10 // Lambda itself cuts what is longer
)

var errSize = errors.New("lambda: the body is over its limit")

func tooLarge(err error) *fault.Fault {
	return fault.New(fault.RequestSize, fault.Args{"limit": strconv.Itoa(mostPayload)}, err)
}

// unreachable is why the Lambda service was not heard of. Its own name, address and certificate are no client's business.
func unreachable(err error) *fault.Fault {
	f := fault.From(err)
	switch f.Kind {
	case fault.BackendDNS, fault.BackendForbidden, fault.BackendTLS:
		return fault.New(fault.BackendConnect, nil, err)
	}
	return f
}

// failure is what Lambda says instead of an answer of the function; nil: nothing. A service that is down or throttles is one
// that takes no call.
func (f *function) failure(r *gateway.Response) error {
	id := r.Header.Get("X-Amzn-Requestid")
	if r.Status == http.StatusOK {
		return f.thrown(r, id)
	}
	code, _, _ := strings.Cut(r.Header.Get("X-Amzn-Errortype"), ":")
	code = code[strings.IndexByte(code, '#')+1:]
	err := fmt.Errorf("lambda: %s: request %s: status %d: %s", f.name, id, r.Status, code)
	switch r.Status {
	case http.StatusForbidden:
		if code == "" {
			code = "Forbidden" // of something between
		}
		return fault.New(fault.BackendDenied, fault.Args{"id": id, "problem": code}, err)
	case http.StatusNotFound:
		return fault.New(fault.DefinitionResource, fault.Args{"resource": "Function " + f.short()}, err)
	case http.StatusRequestEntityTooLarge:
		return tooLarge(err)
	case http.StatusBadRequest, http.StatusUnsupportedMediaType:
		return err
	}
	return fault.New(fault.BackendRefused, nil, err)
}

// thrown is the fault of a function that failed; nil: it did not. What it says of it is in its own log.
func (f *function) thrown(r *gateway.Response, id string) error {
	kind := r.Header.Get("X-Amz-Function-Error")
	if kind == "" {
		return nil
	}
	var said struct{ ErrorType string }
	_ = json.Unmarshal(r.Body, &said) // a custom runtime may say anything
	err := fmt.Errorf("lambda: %s: request %s: %s: %q", f.name, id, kind, said.ErrorType)
	if said.ErrorType == "Function.ResponseSizeTooLarge" {
		return fault.New(fault.BackendSize, nil, err)
	}
	return invalid("the function failed", err)
}

// short is the function's name without region, account and version.
func (f *function) short() string {
	_, name, found := strings.Cut(f.name, "function:")
	if !found {
		name = f.name
	}
	name, _, _ = strings.Cut(name, ":")
	return name
}

func invalid(problem string, err error) *fault.Fault {
	return fault.New(fault.BackendFunction, fault.Args{"problem": problem}, err)
}
