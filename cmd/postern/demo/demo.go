// Package demo is what `postern serve --demo` shows: a definition, a registry, backends that behave in every way, and calls
// with the answers to expect. It imports wire and the dialects' clients.
package demo

import (
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"postern/cmd/postern/wire"
	"postern/shared/dialect"
	"postern/shared/gateway"
)

// Definition is the demo's postern.yaml.
//
//go:embed postern.yaml
var Definition []byte

// Registry is the demo's registry.yaml.
//
//go:embed registry.yaml
var Registry []byte

// Call is one request to paste, and what comes back.
type Call struct {
	Title   string
	Request *gateway.Request
	Repeat  int // sent that often; Status and Answer are the last one's
	Status  int
	Answer  string // what Shown is of the answer
	headers []string
}

// Shown is what tells answers apart: the body or, of vendors whose refusals have none, the headers that say what is wrong.
func (c *Call) Shown(header http.Header, body string) string {
	if c.headers == nil {
		return body
	}
	var lines []string
	for _, name := range c.headers {
		lines = append(lines, name+": "+header.Get(name))
	}
	return strings.Join(lines, ", ")
}

// plan is a call still to be made and signed.
type plan struct {
	title        string
	method, path string
	header       http.Header
	body         string
	sign         *dialect.Signing // nil: it is not signed
	repeat       int              // 0: once
	status       int
	answer       string
	headers      []string // that the answer is in; nil: it is the body
}

// Section is the calls of the clients of one dialect. A dialect that the demo does not show has none.
type Section struct {
	Dialect string
	Calls   []Call
}

// Sections are those of the dialects, their profiles left out, signed at now, to a server on port.
func Sections(dialects []*dialect.Dialect, port string, now time.Time) ([]Section, error) {
	var sections []Section
	for _, d := range dialects {
		if d.Profile != "" {
			continue
		}
		calls, err := calls(d, port, now)
		if err != nil {
			return nil, err
		}
		sections = append(sections, Section{d.Name, calls})
	}
	return sections, nil
}

func calls(d *dialect.Dialect, port string, now time.Time) ([]Call, error) {
	var calls []Call
	for _, p := range plans(d.Name, now) {
		r, err := wire.NewRequest(cmp.Or(p.method, http.MethodGet), "http://"+d.Name+".localhost:"+port+p.path)
		if err != nil {
			return nil, fmt.Errorf("demo: %s: %w", p.title, err)
		}
		maps.Copy(r.Header, p.header)
		r.Body, r.Length = []byte(p.body), int64(len(p.body))
		if p.sign != nil {
			if err := d.Sign(r, *p.sign); err != nil {
				return nil, fmt.Errorf("demo: %s: %w", p.title, err)
			}
		}
		calls = append(calls, Call{p.title, r, max(p.repeat, 1), p.status, p.answer, p.headers})
	}
	return calls, nil
}

func plans(dialect string, now time.Time) []plan {
	switch dialect {
	case "nhn":
		return nhn(now)
	case "toast":
		return toast(now)
	case "aliyun":
		return aliyun(now)
	default:
		return nil
	}
}
