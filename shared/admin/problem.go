package admin

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"postern/shared/operate"
)

// Problem is why a call was refused, as RFC 9457 has it.
type Problem struct {
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Status    int      `json:"status"`
	Detail    string   `json:"detail,omitempty"`
	RequestID string   `json:"request-id,omitempty"`
	Errors    []Defect `json:"errors,omitempty"` // of a body, a query or the registry that would be

	allow string // of 405
	cause error  // for the log
}

// Defect is one thing that is wrong, and where.
type Defect struct {
	Pointer   string `json:"pointer,omitempty"`   // into the body, RFC 6901
	Parameter string `json:"parameter,omitempty"` // of the query
	Detail    string `json:"detail"`
}

func (p *Problem) Error() string { return strings.TrimSuffix(p.Title+": "+p.Detail, ": ") }

// Unwrap is the cause, which no client sees.
func (p *Problem) Unwrap() error { return p.cause }

// problemType is what the types of problems begin with.
const problemType = "urn:postern:problem:"

func problem(status int, name, title, detail string) *Problem {
	return &Problem{Type: problemType + name, Title: title, Status: status, Detail: detail}
}

func malformed(detail string) *Problem {
	return problem(http.StatusBadRequest, "malformed", "the request cannot be understood", detail)
}

func missing(detail string) *Problem {
	return problem(http.StatusNotFound, "not-found", "there is no such thing", detail)
}

func conflict(detail string) *Problem {
	return problem(http.StatusConflict, "conflict", "something is in the way", detail)
}

func invalid(detail string, defects ...Defect) *Problem {
	p := problem(http.StatusUnprocessableEntity, "invalid", "this cannot be stored", detail)
	p.Errors = defects
	return p
}

func errName() *Problem {
	return invalid("the path has another name", Defect{Pointer: "/name", Detail: "leave it out, or write that of the path"})
}

func failedPrecondition(detail string) *Problem {
	return problem(http.StatusPreconditionFailed, "changed",
		"what is there is not what If-Match or If-None-Match asks for", detail)
}

func tooLarge(most int) *Problem {
	return problem(http.StatusRequestEntityTooLarge, "too-large", "the body is too large",
		fmt.Sprintf("it may have %d bytes", most))
}

var errNobody = errors.New("nobody has signed the call")

func panicked(p any) error {
	failed := problem(http.StatusInternalServerError, "internal", "the API failed",
		"this is a defect of postern: its log has the cause")
	failed.cause = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	return failed
}

// problemOf is what a client is told of an error.
func (c *call) problemOf(err error) *Problem {
	var p *Problem
	var r *operate.Refusal
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, errNobody):
		return problem(http.StatusForbidden, "nobody", "it is not known who calls",
			"the URL of the function must have the AuthType AWS_IAM")
	case errors.As(err, &r):
		return refused(r)
	case errors.Is(err, operate.ErrChanged) && c.Header.Get("If-Match") != "":
		return failedPrecondition("somebody else changed it: read it again")
	case errors.Is(err, operate.ErrChanged):
		return conflict("somebody else changed it meanwhile, or a sealed: tag stands for a secret that is gone: read it again")
	}
	down := problem(http.StatusServiceUnavailable, "store", "the store does not answer",
		"of a change it is not known whether it was made: read it again, or repeat it with the same Idempotency-Key")
	down.cause = err
	return down
}

// refused is a refusal of the registry's. What follows its first line are defects.
func refused(r *operate.Refusal) *Problem {
	switch r.Because {
	case operate.ErrNotFound:
		return missing(r.Text)
	case operate.ErrInvalid:
		detail, rest, several := strings.Cut(r.Text, "\n")
		p := invalid(strings.TrimSuffix(detail, ":"))
		if several {
			for line := range strings.SplitSeq(rest, "\n") {
				p.Errors = append(p.Errors, Defect{Detail: line})
			}
		}
		return p
	default:
		return conflict(r.Text)
	}
}
