package cli

import (
	"fmt"
	"net"
	"strings"
	"time"

	"postern/cmd/postern/demo"
	"postern/cmd/postern/wire"
	"postern/shared/dialect"
)

// printDemo prints each dialect's calls as lines to paste, with the answers to expect.
func (w World) printDemo(all []*dialect.Dialect, at net.Addr) error {
	_, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "postern serves its demo on %s. Paste a line into another terminal; signatures hold for an hour.\n", at)
	sections, err := demo.Sections(all, port, time.Now())
	if err != nil {
		return err
	}
	for _, s := range sections {
		writeCalls(&b, s.Dialect, s.Calls)
	}
	_, err = fmt.Fprint(w.Out, b.String())
	return err
}

// writeCalls writes calls as lines to paste, under a heading.
func writeCalls(b *strings.Builder, heading string, calls []demo.Call) {
	fmt.Fprintf(b, "\n== %s ==\n", heading)
	for _, c := range calls {
		line := strings.TrimRight(wire.Curl(c.Request), "\n")
		fmt.Fprintf(b, "\n# %s\n%s\n#   %d %s\n", c.Title, strings.Repeat(line+" && ", c.Repeat-1)+line, c.Status, strings.TrimSpace(c.Answer))
	}
}
