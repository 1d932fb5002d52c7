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
	"os"
	"slices"

	"postern/shared/fault"
)

// Catalogue is what one dialect answers with. It does not change after Parse.
type Catalogue struct {
	rows   []Row
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
	rows, err := decode(data)
	if err != nil {
		return nil, err
	}
	for _, overlay := range overlays {
		more, err := decode(overlay)
		if err != nil {
			return nil, err
		}
		rows = merge(rows, more)
	}
	byKind, err := index(rows)
	if err != nil {
		return nil, err
	}
	return &Catalogue{rows: rows, byKind: byKind}, nil
}

func decode(data []byte) (rows []Row, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&rows); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("catalogue: something follows the array of rows")
	}
	return rows, nil
}

func merge(rows, overlay []Row) []Row {
	for _, r := range overlay {
		if i := slices.IndexFunc(rows, func(old Row) bool { return old.ID == r.ID }); i >= 0 {
			rows[i] = r
		} else {
			rows = append(rows, r)
		}
	}
	return rows
}

// Rows are all rows, in the order of the file.
func (c *Catalogue) Rows() []Row { return slices.Clone(c.rows) }

// Answer is the row for f and its message, worded and filled in. An unknown kind gets the row of Internal.
func (c *Catalogue) Answer(f *fault.Fault) (Row, string) {
	a, ok := c.byKind[f.Kind]
	if !ok {
		a = c.byKind[fault.Internal]
	}
	argument := func(name string) string { return f.Args[name] }
	return *a.row, os.Expand(a.row.Message, func(name string) string {
		if name == detail {
			return os.Expand(a.wording, argument)
		}
		return argument(name)
	})
}
