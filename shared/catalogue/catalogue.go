// Package catalogue holds a vendor's documented errors as data and finds the one that answers a fault.
//
// It promises totality: a catalogue that Parse accepts has exactly one row for every kind of fault, and no row asks for an
// argument that its kinds do not carry. It imports fault and the standard library alone.
package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"

	"postern/shared/fault"
)

// Catalogue is what one dialect answers with. It does not change.
type Catalogue struct{ read func() (rows, error) }

// rows are what was read of a catalogue.
type rows struct {
	all    []Row
	byKind map[fault.Kind]answer
}

// detail is the placeholder that a kind's wording fills.
const detail = "detail"

type answer struct {
	row     *Row
	wording string
}

// Parse reads a JSON array of rows. Each overlay, of the same form, replaces the rows whose ids it repeats and adds the
// others. The error names every defect.
func Parse(data []byte, overlays ...[]byte) (*Catalogue, error) {
	c := Defer(data, overlays...)
	if err := c.Check(); err != nil {
		return nil, err
	}
	return c, nil
}

// Defer is Parse at the first use: a function that starts has better things to do. What it is given must have been checked
// before. With a defect, every answer is a bare 500.
func Defer(data []byte, overlays ...[]byte) *Catalogue {
	return &Catalogue{sync.OnceValues(func() (rows, error) { return parse(data, overlays) })}
}

// Check names every defect.
func (c *Catalogue) Check() error {
	_, err := c.read()
	return err
}

func parse(data []byte, overlays [][]byte) (rows, error) {
	all, err := decode(data)
	if err != nil {
		return rows{}, err
	}
	for _, overlay := range overlays {
		more, err := decode(overlay)
		if err != nil {
			return rows{}, err
		}
		all = merge(all, more)
	}
	byKind, err := index(all)
	if err != nil {
		return rows{}, err
	}
	return rows{all, byKind}, nil
}

func decode(data []byte) (read []Row, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&read); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("catalogue: something follows the array of rows")
	}
	return read, nil
}

func merge(base, overlay []Row) []Row {
	for _, r := range overlay {
		if i := slices.IndexFunc(base, func(old Row) bool { return old.ID == r.ID }); i >= 0 {
			base[i] = r
		} else {
			base = append(base, r)
		}
	}
	return base
}

// Rows are all rows, in the order of the file.
func (c *Catalogue) Rows() []Row {
	r, _ := c.read()
	return slices.Clone(r.all)
}

// Answer is the row for f and its message, worded and filled in. An unknown kind gets the row of Internal.
func (c *Catalogue) Answer(f *fault.Fault) (Row, string) {
	r, err := c.read()
	if err != nil {
		return Row{Status: http.StatusInternalServerError, Code: "500"}, ""
	}
	a, ok := r.byKind[f.Kind]
	if !ok {
		a = r.byKind[fault.Internal]
	}
	argument := func(name string) string { return f.Args[name] }
	return *a.row, os.Expand(a.row.Message, func(name string) string {
		if name == detail {
			return os.Expand(a.wording, argument)
		}
		return argument(name)
	})
}
