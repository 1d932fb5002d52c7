package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"postern/shared/accesslog"
	"postern/shared/gateway"
)

// entry is one record, and the line that the access log writes of it.
type entry struct {
	record *gateway.Record
	line   []byte
	fields map[string]any
}

func (e *entry) row() string {
	if e.record.Refusal == nil {
		return ""
	}
	return e.record.Refusal.Row
}

// journal keeps what the gateway logs until a step asks for it.
type journal struct {
	mu      sync.Mutex
	entries []*entry
	arrived chan struct{} // one for each entry
}

func newJournal() *journal { return &journal{arrived: make(chan struct{}, 1<<16)} }

func (j *journal) add(ctx context.Context, r *gateway.Record) {
	var line bytes.Buffer
	accesslog.New(accesslog.Logger(&line))(ctx, r)
	e := &entry{record: r, line: bytes.TrimSpace(line.Bytes())}
	if err := json.Unmarshal(e.line, &e.fields); err != nil {
		e.fields = map[string]any{"error": err.Error()}
	}
	j.mu.Lock()
	j.entries = append(j.entries, e)
	j.mu.Unlock()
	j.arrived <- struct{}{}
}

// take waits until n exchanges are over, and takes all that is there.
func (j *journal) take(n int) ([]*entry, error) {
	timeout := time.After(patience)
	for {
		j.mu.Lock()
		over := 0
		for _, e := range j.entries {
			if !e.record.Authorizer {
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
			return nil, fmt.Errorf("%d records of %d exchanges", over, n)
		}
		select {
		case <-j.arrived:
		case <-timeout:
			return nil, fmt.Errorf("%d records of %d exchanges", over, n)
		}
	}
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
		return err
	}
	verdicts := 0
	for _, e := range b.records {
		if e.record.Authorizer {
			verdicts++
		}
		if e.fields["error"] != nil {
			return fmt.Errorf("the log line is no JSON: %s", e.line)
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
		if e.record.Authorizer {
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
