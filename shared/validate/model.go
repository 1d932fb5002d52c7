package validate

import (
	"errors"

	"postern/shared/fault"
)

// Model is a compiled JSON Schema. It is safe for concurrent use.
type Model struct {
	rules     *rules
	asksAgain bool // some schema looks for what others leave over
}

// CompileModel compiles a schema of draft-04, -06, -07 or 2020-12, the first where it has no $schema. format is not judged. The error says what to change.
func CompileModel(schema []byte) (*Model, error) {
	n, err := normalise(schema)
	if err != nil {
		return nil, err
	}
	return compile(n)
}

// Check judges a body: RequestJSON where it is no JSON, RequestModel with the first place where it does not fit,
// or where it has more values than memory should hold.
func (m *Model) Check(body []byte) error {
	v, err := decode(body)
	switch {
	case errors.Is(err, errMany):
		return fault.New(fault.RequestModel, fault.Args{"at": "$", "problem": "has too many values"}, nil)
	case err != nil:
		return fault.New(fault.RequestJSON, fault.Args{"problem": jsonProblem(body, err)}, err)
	}
	j := judge{all: m.asksAgain, known: map[question]*failure{}}
	if f := j.ask(m.rules, &part{value: v}); f != nil {
		return fault.New(fault.RequestModel, fault.Args{"at": f.part.at(), "problem": f.problem}, nil)
	}
	return nil
}
