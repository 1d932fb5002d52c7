package front

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// prelude ends the JSON before the body of a stream.
const prelude = "\x00\x00\x00\x00\x00\x00\x00\x00"

var errNoPrelude = errors.New("the function's answer has no prelude: JSON, and eight NUL")

// readStream takes a stream apart: what it says of its head, and its body.
func readStream(data []byte) (said *restAnswer, body []byte, err error) {
	head, body, ok := bytes.Cut(data, []byte(prelude))
	if !ok {
		return nil, nil, errNoPrelude
	}
	said = &restAnswer{}
	if err := json.Unmarshal(head, said); err != nil {
		return nil, nil, fmt.Errorf("the prelude of the function's answer: %w", err)
	}
	return said, body, nil
}
