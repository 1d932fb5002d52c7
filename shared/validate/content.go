package validate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxFields is how many fields a form may have. Backends refuse far fewer.
const maxFields = 4096

// Content is what bodies are, before anybody looks into them.
type Content struct {
	Types []string // accepted of bodies; empty, or with */* in it: every type is
	JSON  bool     // an application/json body is asked for
}

// Step is the step "content". It refuses a body whose content type is none, and one that is not what its type says: forms,
// multipart messages, and JSON where it is asked for. Where there is no body, what its type would be does not matter: clients
// of vendors send odd ones then.
func (c Content) Step() gateway.Step {
	return gateway.Step{Name: "content", Body: c.needsBody, Run: c.check}
}

func (c Content) needsBody(r *gateway.Request) bool {
	media := mediaType(r.Header.Get("Content-Type"))
	return r.Length != 0 && (r.IsForm() || strings.HasPrefix(media, "multipart/") || c.JSON && media == "application/json")
}

func (c Content) check(_ context.Context, x *gateway.Exchange) error {
	r := x.Request
	sent := strings.Join(r.Header.Values("Content-Type"), ",")
	hasBody := len(r.Body) > 0 || r.Length > 0
	if !hasBody {
		return nil
	}
	media := mediaType(sent)
	_, parameters, _ := mime.ParseMediaType(sent)
	multipart := strings.HasPrefix(media, "multipart/")
	switch {
	case sent != "" && (!isMediaType(media) || multipart && parameters["boundary"] == ""), !c.accepts(media):
		return fault.New(fault.RequestType, fault.Args{"type": printable(sent)}, nil)
	case len(r.Body) == 0:
		return nil
	case multipart && !closed(r.Body, parameters["boundary"]):
		return broken("multipart without closing boundary")
	case r.IsForm():
		return checkForm(r.Body)
	case c.JSON && media == "application/json" && !json.Valid(r.Body):
		return fault.New(fault.RequestJSON, fault.Args{"problem": jsonProblem(r.Body, nil)}, nil)
	}
	return nil
}

// isMediaType says that a text is type/subtype. What stands in either does not matter: there are clients that forget a semicolon.
func isMediaType(media string) bool {
	kind, subtype, _ := strings.Cut(media, "/")
	return kind != "" && subtype != "" && !strings.ContainsAny(media, " \t,") && !strings.Contains(subtype, "/")
}

func (c Content) accepts(media string) bool {
	return len(c.Types) == 0 || slices.ContainsFunc(c.Types, func(accepted string) bool {
		return accepted == "*/*" || mediaType(accepted) == media
	})
}

func broken(problem string) error {
	return fault.New(fault.RequestBody, fault.Args{"problem": problem}, nil)
}

func checkForm(body []byte) error {
	if bytes.Count(body, []byte("&")) >= maxFields {
		return broken("too many fields")
	}
	if _, err := url.QueryUnescape(string(body)); err != nil {
		return broken("form decode failed")
	}
	return nil
}

// closed says whether a body has the delimiter that ends a multipart message, on a line of its own (RFC 2046, 5.1.1).
func closed(body []byte, boundary string) bool {
	end := []byte("--" + boundary + "--")
	for {
		i := bytes.Index(body, end)
		if i < 0 {
			return false
		}
		rest := bytes.TrimLeft(body[i+len(end):], " \t")
		begins := i == 0 || body[i-1] == '\n'
		if begins && (len(rest) == 0 || rest[0] == '\r' || rest[0] == '\n') {
			return true
		}
		body = body[i+1:]
	}
}

// jsonProblem says why a body is no JSON, for the client: where reading it stopped, or what else is wrong with it.
func jsonProblem(body []byte, err error) string {
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(body, new(json.RawMessage)), &syntax) {
		return fmt.Sprintf("json syntax at offset %d", syntax.Offset)
	}
	return err.Error()
}
