package cli

import (
	"fmt"
	"net"
	"strings"
	"time"

	"postern/cmd/postern/demo"
	"postern/cmd/postern/wire"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
)

// writeDemo writes the demo's calls as lines to paste: all of them for the first door, and for every other one that is admitted
// and one that is refused.
func writeDemo(b *strings.Builder, opened []door) error {
	all, err := builtin.Dialects()
	if err != nil {
		return err
	}
	b.WriteString("\nPaste a line into another terminal; signatures hold for an hour. Every line works at every door: change the port.\n")
	for i, o := range opened {
		_, port, err := net.SplitHostPort(o.at.String())
		if err != nil {
			return err
		}
		for _, d := range all {
			if d.Profile != "" {
				continue
			}
			calls, err := demo.Calls(d, port, time.Now())
			if err != nil {
				return err
			}
			if i > 0 {
				calls = sample(calls)
			}
			writeCalls(b, o, d, calls)
		}
	}
	return nil
}

func writeCalls(b *strings.Builder, o door, d *dialect.Dialect, calls []demo.Call) {
	if len(calls) == 0 {
		return
	}
	fmt.Fprintf(b, "\n== %s, %s ==\n", o.name, d.Name)
	for _, c := range calls {
		line := strings.TrimRight(wire.Curl(c.Request), "\n")
		fmt.Fprintf(b, "\n# %s\n%s\n#   %d %s\n", c.Title, strings.Repeat(line+" && ", c.Repeat-1)+line, c.Status, strings.TrimSpace(c.Answer))
	}
}

// sample is the first call that is admitted, and the first that is not.
func sample(calls []demo.Call) (few []demo.Call) {
	for _, admitted := range []bool{true, false} {
		for _, c := range calls {
			if (c.Status < 400) == admitted && c.Repeat == 1 {
				few = append(few, c)
				break
			}
		}
	}
	return few
}
