package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// entry is the line that the log has of an exchange, or of a verdict. What a case judges of an exchange is what the line says.
type entry struct {
	line   []byte
	fields map[string]any
}

func (e *entry) text(key string) string { text, _ := e.fields[key].(string); return text }
func (e *entry) verdict() bool          { return e.text("message") == "verdict" }
func (e *entry) row() string            { return e.text("row") }
func (e *entry) refused() bool          { return e.text("kind") != "" }

func (e *entry) status() int { status, _ := e.fields["status"].(float64); return int(status) }

// journal keeps what a house logs until a step asks for it.
type journal struct {
	mu      sync.Mutex
	entries []*entry
	said    [][]byte      // all other lines
	arrived chan struct{} // one for each entry
}

func newJournal() *journal { return &journal{arrived: make(chan struct{}, 1<<16)} }

// Write takes a line. It implements io.Writer.
func (j *journal) Write(line []byte) (int, error) {
	e := &entry{line: bytes.TrimSpace(bytes.Clone(line))}
	isJSON := json.Unmarshal(e.line, &e.fields) == nil
	j.mu.Lock()
	defer j.mu.Unlock()
	if !isJSON || e.text("message") != "exchange" && !e.verdict() {
		j.said = append(j.said, e.line)
		return len(line), nil
	}
	j.entries = append(j.entries, e)
	j.arrived <- struct{}{}
	return len(line), nil
}

// take waits until n exchanges are over, and takes all that is there.
func (j *journal) take(n int) ([]*entry, error) {
	timeout := time.After(patience)
	for {
		j.mu.Lock()
		over := 0
		for _, e := range j.entries {
			if !e.verdict() {
				over++
			}
		}
		taken := j.entries
		if over >= n {
			j.entries = nil
		}
		j.mu.Unlock()
		switch {
		case over == n:
			return taken, nil
		case over > n:
			return nil, j.wrong(over, n)
		}
		select {
		case <-j.arrived:
		case <-timeout:
			return nil, j.wrong(over, n)
		}
	}
}

func (j *journal) wrong(records, exchanges int) error {
	return fmt.Errorf("%d records of %d exchanges; beside them the log says:\n%s", records, exchanges, bytes.Join(j.others(), []byte("\n")))
}

// others are the lines so far that are no records.
func (j *journal) others() [][]byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.said)
}

// none says whether every record was asked for.
func (j *journal) none() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.entries) == 0 {
		return nil
	}
	return fmt.Errorf("%d records too many; the first: %s", len(j.entries), j.entries[0].line)
}

// collect gets the records of the last requests, once, and looks for secrets in all that was said.
func (b *bench) collect() error {
	if b.records != nil {
		return nil
	}
	var err error
	if b.records, err = b.log.take(max(len(b.answers), 1)); err != nil {
		return fmt.Errorf("%w\nthe first answer: %v", err, b.answers[:min(len(b.answers), 1)])
	}
	verdicts := 0
	for _, e := range b.records {
		if e.verdict() {
			verdicts++
		}
		if e.text("door") != b.door.Name {
			return fmt.Errorf("the record is of another door: %s", e.line)
		}
	}
	if verdicts > len(b.records)-verdicts {
		return errors.New("more verdicts than exchanges")
	}
	return b.leaks()
}

// fields are those of each exchange. What an authorizer refused, it recorded with the cause, which does not travel.
func (b *bench) fields() []map[string]any {
	verdict, all := map[string]any{}, []map[string]any{}
	for _, e := range b.records {
		if e.verdict() {
			verdict = e.fields
			continue
		}
		fields := maps.Clone(verdict)
		maps.Copy(fields, e.fields)
		all = append(all, fields)
	}
	return all
}

// lines are what the log says of the last requests.
func (b *bench) lines() string {
	var all bytes.Buffer
	for _, e := range b.records {
		fmt.Fprintf(&all, "%s\n", e.line)
	}
	return all.String()
}
