//go:build dynamodb

package conformance

import (
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"strings"

	"postern/cmd/postern/host/front"
)

// Gates are a REST API, with the gateway responses that are generated for the definition's dialect, and an HTTP API. There
// an authorizer of ours enforces, and what it lets through reaches an integration that is not ours.
func (c *Cloud) Gates(generated fs.FS) ([]Door, error) {
	responses, err := gatewayResponses(generated)
	if err != nil {
		return nil, err
	}
	rest, http := c.rest(), c.http()
	rest.open = c.behind(func(d *deployment) front.Door {
		return &front.REST{Invoke: integration, Authorizer: d.enforcing(front.KindRequest), Responses: responses[d.voice()]}
	})
	http.open = c.behind(func(d *deployment) front.Door {
		return &front.HTTP{Invoke: integration, Authorizer: d.enforcing(front.KindSimple)}
	})
	return []Door{rest, http}, nil
}

func gatewayResponses(generated fs.FS) (map[string]front.GatewayResponses, error) {
	const prefix, suffix = "gatewayresponses-", ".json"
	files, err := fs.Glob(generated, prefix+"*"+suffix)
	if err != nil {
		return nil, err
	}
	all := map[string]front.GatewayResponses{}
	for _, file := range files {
		data, err := fs.ReadFile(generated, file)
		if err != nil {
			return nil, err
		}
		voice := strings.TrimSuffix(strings.TrimPrefix(path.Base(file), prefix), suffix)
		if all[voice], err = front.ReadGatewayResponses(data); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// voice is who speaks for the first API, in the name of a generated file.
func (d *deployment) voice() string {
	v := d.setting.definition.APIs[0].Dialect
	return strings.Trim(v.Name+"-"+v.Profile, "-")
}

func (d *deployment) enforcing(kind string) *front.Authorizer {
	return &front.Authorizer{Kind: kind, Invoke: d.function("authorizer", "POSTERN_AUTHORIZER_MODE=enforce")}
}

// integration answers with all that it learns from the authorizer.
func integration(event []byte) ([]byte, error) {
	var e struct {
		Context struct {
			Authorizer map[string]any `json:"authorizer"`
		} `json:"requestContext"`
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	learns := e.Context.Authorizer
	if inner, ok := learns["lambda"].(map[string]any); ok { // an HTTP API's
		learns = inner
	}
	maps.DeleteFunc(learns, func(key string, _ any) bool { return !strings.HasPrefix(key, "postern") })
	body, err := json.Marshal(learns)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"statusCode": 200, "headers": map[string]string{"Content-Type": "application/json"}, "body": string(body),
	})
}

// Enforced is a request of a case at a gate.
type Enforced struct {
	Row        string // that the case expects; "": no refusal
	Documented *Answer
	Answer     *Answer        // what the client got
	Verdict    map[string]any // the authorizer's record
}

// Enforce runs a case at a gate, and judges nothing of it.
func (c *Case) Enforce(gate Door) (all []Enforced, err error) {
	err = c.through(gate, func(b *bench, s step) (err error) {
		switch s := s.(type) {
		case *received, *record, *answers:
		case *answer:
			documented, err := s.want(b)
			if err != nil {
				return err
			}
			b.door.pass(b.answers[0], documented)
			all = append(all, Enforced{s.row, documented.lasting(), b.answers[0].lasting(), b.verdicts[0].fields})
		case *request:
			if err := s.run(b); err != nil {
				return err
			}
			if b.verdicts, err = b.log.takeVerdicts(len(b.answers)); err != nil {
				return err
			}
			return b.leaks()
		default:
			return s.run(b)
		}
		return nil
	})
	return all, err
}
