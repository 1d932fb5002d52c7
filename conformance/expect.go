package conformance

import (
	"bytes"
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// answer is what the last request must get.
type answer struct {
	row    string // "": no refusal of ours
	byDoor bool   // the door answers itself: the gateway never hears of it
	cut    bool   // where the door can, the connection is cut instead
	text   string // "": that of the answer before
}

func (s *answer) rows() []string {
	if s.row == "" {
		return nil
	}
	return []string{s.row}
}

// want is what the vendor documents, which is to be compared with the only answer.
func (s *answer) want(b *bench) (*Answer, error) {
	if s.text != "" {
		b.answer = s.text
	}
	if len(b.answers) != 1 {
		return nil, fmt.Errorf("there are %d answers: write answers", len(b.answers))
	}
	text, err := b.expand(b.answer)
	if err != nil {
		return nil, err
	}
	return parseAnswer(text)
}

func (s *answer) run(b *bench) error {
	want, err := s.want(b)
	if err != nil {
		return err
	}
	b.door.pass(b.answers[0], want)
	if s.byDoor {
		return same(b.answers[0], want)
	}
	if err := b.collect(); err != nil {
		return err
	}
	last := b.records[len(b.records)-1]
	if got := last.row(); got != s.row {
		return fmt.Errorf("the row is %q, want %q\n%s\n%s", got, s.row, b.answers[0], b.lines())
	}
	if last.status() != want.Status {
		return fmt.Errorf("the record says %d, want %d", last.status(), want.Status)
	}
	if s.cut && b.door.cuts {
		want = &Answer{Cut: true}
	}
	return same(b.answers[0], want)
}

// pass makes of what is wanted what the door makes of it, and takes out of what it got what the door has added.
func (d *Door) pass(got, want *Answer) {
	for _, name := range d.stamps {
		got.Header.Del(name)
	}
	if d.media != "" && want.Header.Get("Content-Type") == "" {
		want.Header.Set("Content-Type", d.media)
	}
}

// lasting takes out the headers that depend on the moment and the framing.
func (a *Answer) lasting() *Answer {
	a.Header.Del("Date")
	a.Header.Del("Content-Length")
	return a
}

// same compares what is lasting.
func same(got, want *Answer) error {
	got, want = got.lasting(), want.lasting()
	if got.Cut != want.Cut || got.Status != want.Status || !equalHeader(got.Header, want.Header) || !bytes.Equal(got.Body, want.Body) {
		return fmt.Errorf("the answer is\n%s\nwant\n%s", got, want)
	}
	return nil
}

func equalHeader(got, want http.Header) bool {
	return len(got) == 0 && len(want) == 0 || reflect.DeepEqual(got, want)
}

// answers counts what the last requests got, by row id or, for answers that are no refusal, by status.
type answers struct{ counts map[string]int }

func (s *answers) rows() []string {
	var rows []string
	for what := range s.counts {
		if strings.Contains(what, "/") {
			rows = append(rows, what)
		}
	}
	return rows
}

func (s *answers) run(b *bench) error {
	if err := b.collect(); err != nil {
		return err
	}
	got, statuses := map[string]int{}, map[int]int{}
	for _, e := range b.records {
		what := e.row()
		if what == "" {
			what = fmt.Sprint(e.status())
		}
		got[what]++
		statuses[e.status()]++
	}
	if !reflect.DeepEqual(got, s.counts) {
		return fmt.Errorf("the answers are %v, want %v", got, s.counts)
	}
	for _, a := range b.answers {
		statuses[a.Status]--
	}
	for status, n := range statuses {
		if n != 0 {
			return fmt.Errorf("status %d: the records and the answers differ by %d", status, n)
		}
	}
	return nil
}

// record is what the log says of the last requests: exactly one record has all these fields.
type record struct{ pairs map[string]string }

func (s *record) rows() []string {
	if s.pairs["row"] == "" {
		return nil
	}
	return []string{s.pairs["row"]}
}

func (s *record) run(b *bench) error {
	if err := b.collect(); err != nil {
		return err
	}
	matching := 0
	var lines strings.Builder
	for _, e := range b.records {
		if fits(e.fields, s.pairs) {
			matching++
		}
		fmt.Fprintf(&lines, "%s\n", e.line)
	}
	if matching != 1 {
		return fmt.Errorf("%d records have %v, want one of\n%s", matching, s.pairs, lines.String())
	}
	return nil
}

func fits(fields map[string]any, pairs map[string]string) bool {
	for key, want := range pairs {
		got, ok := fields[key]
		if !ok && want == "" {
			continue
		}
		if fmt.Sprint(got) != want {
			return false
		}
	}
	return true
}
