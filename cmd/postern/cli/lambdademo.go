package cli

import (
	"net"
	"strings"
	"time"

	"postern/cmd/postern/demo"
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
		sections, err := demo.Sections(all, port, time.Now())
		if err != nil {
			return err
		}
		for _, s := range sections {
			if i > 0 {
				s.Calls = sample(s.Calls)
			}
			if len(s.Calls) > 0 {
				writeCalls(b, o.name+", "+s.Dialect, s.Calls)
			}
		}
	}
	return nil
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
