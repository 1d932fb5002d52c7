package validate

import "encoding/json"

// Normalise shows what a schema is compiled from.
func Normalise(schema []byte) ([]byte, error) {
	n, err := normalise(schema)
	if err != nil {
		return nil, err
	}
	return json.Marshal(n.out)
}
