package validate

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"postern/shared/fault"
)

// Model is a compiled JSON Schema. It is safe for concurrent use.
type Model struct {
	resolved *jsonschema.Resolved
	patterns map[string]*regexp.Regexp
}

// CompileModel compiles a schema as Normalise understands it. format is not judged. The error says what to change.
func CompileModel(schema []byte) (*Model, error) {
	n, err := normalise(schema)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(n.out)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	resolved, err := s.Resolve(nil) // without a loader
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	return &Model{resolved, n.patterns}, nil
}

// Check judges a body: RequestJSON where it is no JSON, RequestModel with the first place where it does not fit.
func (m *Model) Check(body []byte) error {
	v, err := decode(body, bodyDepth)
	if err != nil {
		return fault.New(fault.RequestJSON, nil, err)
	}
	if m.resolved.Validate(v) == nil { // its error quotes the body: it is neither shown nor logged
		return nil
	}
	f := m.explain(m.resolved.Schema(), "$", v)
	if f == nil {
		f = &failure{"$", mismatch}
	}
	return fault.New(fault.RequestModel, fault.Args{"at": f.at, "problem": f.problem}, nil)
}

// target is the schema that a normalised reference means.
func (m *Model) target(ref string) *jsonschema.Schema {
	root := m.resolved.Schema()
	if name, ok := strings.CutPrefix(ref, defs); ok {
		return root.Defs[name]
	}
	return root
}
