package conformance

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"postern/shared/dialect/builtin"
)

// Row is a documented answer of a catalogue, and the cases that expect it.
type Row struct {
	ID    string
	Cases int
	Doors []string // that at least one of the cases goes through
}

// Rows are all rows of all catalogues, in their order, with the cases of files. It fails when a case expects a row that no
// catalogue has, and, with the rows, when one that covered.txt names has no case any more.
func Rows(files fs.FS) ([]Row, error) {
	cases, err := Load(files)
	if err != nil {
		return nil, err
	}
	rows, err := catalogued()
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		for _, id := range c.Rows() {
			i := slices.IndexFunc(rows, func(r Row) bool { return r.ID == id })
			if i < 0 {
				return nil, fmt.Errorf("%s: no catalogue has a row %s", c.Name, id)
			}
			rows[i].add(c)
		}
	}
	covered, err := fs.ReadFile(files, "covered.txt")
	if err != nil {
		return nil, err
	}
	for id := range strings.FieldsSeq(string(covered)) {
		if i := slices.IndexFunc(rows, func(r Row) bool { return r.ID == id }); i < 0 || rows[i].Cases == 0 {
			return rows, fmt.Errorf("row %s had a case and has none any more", id)
		}
	}
	return rows, nil
}

func (r *Row) add(c *Case) {
	r.Cases++
	for _, door := range DoorNames() {
		if c.Through(door) && !slices.Contains(r.Doors, door) {
			r.Doors = append(r.Doors, door)
		}
	}
	slices.Sort(r.Doors)
}

func catalogued() (rows []Row, err error) {
	all, err := builtin.Dialects()
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		for _, r := range d.Catalogue.Rows() {
			if !slices.ContainsFunc(rows, func(known Row) bool { return known.ID == r.ID }) {
				rows = append(rows, Row{ID: r.ID})
			}
		}
	}
	return rows, nil
}

// WriteRows writes row-id, number of cases and doors, a line each, separated by tabs.
func WriteRows(w io.Writer, rows []Row) error {
	for _, r := range rows {
		if _, err := fmt.Fprintf(w, "%s\t%d\t%s\n", r.ID, r.Cases, strings.Join(r.Doors, ",")); err != nil {
			return err
		}
	}
	return nil
}
