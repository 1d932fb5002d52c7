package conformance

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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

// elsewhere says whether an authorizer has the cause of what an exchange records: its verdict is in the log, too.
func (e *entry) elsewhere() bool {
	const pointer = "the authorizer's log has the cause"
	return !e.verdict() && (e.text("cause") == pointer || strings.Contains(e.text("tolerated_cause"), pointer))
}

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

// until waits for entries until there are enough.
func (j *journal) until(enough func() bool) {
	timeout := time.After(patience)
	for !enough() {
		select {
		case <-j.arrived:
		case <-timeout:
			return
		}
	}
}

// take waits until n exchanges are over, and the authorizer's verdicts on them there, and takes all.
func (j *journal) take(n int) (taken []*entry, err error) {
	var over, missing int
	j.until(func() bool {
		taken, over, missing = j.takeIf(n)
		return over > n || over == n && missing <= 0
	})
	if over != n || missing != 0 {
		return nil, fmt.Errorf("%d records of %d exchanges, %d verdicts are missing; beside them the log says:\n%s",
			over, n, missing, bytes.Join(j.others(), []byte("\n")))
	}
	return taken, nil
}

// takeIf takes all when there is neither too little nor too much of it.
func (j *journal) takeIf(n int) (taken []*entry, over, missing int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.entries {
		if e.elsewhere() {
			missing++
		}
		if e.verdict() {
			missing--
		} else {
			over++
		}
	}
	if taken = j.entries; over == n && missing == 0 {
		j.entries = nil
	}
	return taken, over, missing
}

// takeVerdicts waits for n verdicts, and takes all that is there.
func (j *journal) takeVerdicts(n int) (taken []*entry, err error) {
	j.until(func() bool {
		j.mu.Lock()
		defer j.mu.Unlock()
		taken = j.entries
		return len(taken) >= n
	})
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = nil
	if len(taken) != n || slices.ContainsFunc(taken, func(e *entry) bool { return !e.verdict() }) {
		return nil, fmt.Errorf("%d entries, want %d verdicts", len(taken), n)
	}
	return taken, nil
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
	all, err := b.log.take(max(len(b.answers), 1))
	if err != nil {
		return fmt.Errorf("%w\nthe first answer: %v", err, b.answers[:min(len(b.answers), 1)])
	}
	for _, e := range all {
		if e.text("door") != cmp.Or(b.door.logged, b.door.Name) {
			return fmt.Errorf("the record is of another door: %s", e.line)
		}
		if e.verdict() {
			b.verdicts = append(b.verdicts, e)
		} else {
			b.records = append(b.records, e)
		}
	}
	return b.leaks()
}

// lines are what the log says of the last requests.
func (b *bench) lines() string {
	var all bytes.Buffer
	for _, e := range slices.Concat(b.verdicts, b.records) {
		fmt.Fprintf(&all, "%s\n", e.line)
	}
	return all.String()
}
