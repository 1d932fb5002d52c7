//go:build dynamodb && linux

package soak

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"path"
	"strings"
	"time"
)

// record is what the log says of an exchange.
type record struct {
	RequestID string    `json:"request_id"`
	Door      string    `json:"door"`
	Path      string    `json:"path"`
	Kind      string    `json:"kind"`
	Cause     string    `json:"cause"`
	Status    int       `json:"status"`
	Received  time.Time `json:"received"`
	Took      float64   `json:"took_ms"`
}

// took is for how long, at most, the exchange went on after it was received.
func (r *record) took() time.Duration { return time.Duration(r.Took * float64(time.Millisecond)) }

// journal is what `postern lambda` and its functions print.
type journal struct {
	secrets  []string             // that no line may show
	done     chan struct{}        // closed when no more comes
	records  map[string][]*record // of exchanges, by the id that ends their path
	verdicts int                  // refusals by the authorizer
	pages    map[string]int       // answers of doors by themselves, by the reason
	standIns int                  // answers of functions that cannot serve yet
	stale    int                  // functions that could not look for new secrets
	broken   int                  // lines that end in the middle
	strange  []string             // lines that nobody expects
	leaks    []string             // lines with a secret
}

func read(r io.Reader, secrets []string) *journal {
	j := &journal{secrets: secrets, done: make(chan struct{}), records: map[string][]*record{}, pages: map[string]int{}}
	go func() {
		defer close(j.done)
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			j.line(lines.Bytes())
		}
	}()
	return j
}

func (j *journal) line(line []byte) {
	for _, secret := range j.secrets {
		if bytes.Contains(line, []byte(secret)) {
			j.leaks = append(j.leaks, string(line))
		}
	}
	var l struct {
		record
		Message string `json:"message"`
		Why     string `json:"why"`
		Times   int    `json:"times"`
	}
	if err := json.Unmarshal(line, &l); err != nil && bytes.HasPrefix(line, []byte("{")) {
		j.broken++
		return
	}
	switch {
	case l.Message == "exchange":
		id := path.Base(l.Path)
		j.records[id] = append(j.records[id], &l.record)
	case l.Message == "verdict":
		j.verdicts++
	case strings.HasSuffix(l.Message, "answers by itself"):
		j.pages[reason(l.Why)]++
	case strings.HasPrefix(l.Message, "nothing is served"):
		j.standIns += l.Times
	case l.Message == "the gateway stays as it is": // the table did not answer
		j.stale += l.Times
	default:
		j.strange = append(j.strange, string(line))
	}
}

// reason is why a door answered by itself, as far as the storm explains it.
func reason(why string) string {
	switch {
	case strings.Contains(why, "every environment is busy"):
		return throttled
	case strings.HasSuffix(why, "the process ended: signal: killed"):
		return killed
	}
	return why
}
