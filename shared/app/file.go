package app

import (
	"errors"
	"fmt"
)

var errNoFiles = errors.New("no files can be read here: write the content into the definition")

// file is the content of a file beside the definition.
func (c *compiler) file(name string) ([]byte, error) {
	if c.File == nil {
		return nil, errNoFiles
	}
	data, err := c.File(name)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be read: %w", name, err)
	}
	return data, nil
}
