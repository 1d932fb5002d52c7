package cli

import (
	"errors"
	"fmt"

	"postern/shared/operate"
)

// hinted says what to do about an act that was refused, in the words of the command line.
func hinted(err error) error {
	var r *operate.Refusal
	switch {
	case !errors.As(err, &r):
		return err
	case r.Because == operate.ErrTwice:
		return usagef("%w: say which with --kind", err)
	case r.Because == operate.ErrRotating:
		return fmt.Errorf("%w with --finish", err)
	case r.Because == operate.ErrNotFound && r.Meant == "":
		return fmt.Errorf("%w: postern registry show lists all", err)
	}
	return err
}
