package front

import (
	"errors"
	"time"

	"postern/cmd/postern/host"
)

// Invoke runs a function on an event, as Host.Invoke does.
type Invoke = func(event []byte) ([]byte, error)

// errSlow says that a door did not wait any longer.
var errSlow = errors.New("the function takes longer than the door waits")

// within waits for an answer until limit. The function goes on then: nobody tells it.
func within(limit time.Duration, invoke Invoke, event []byte) ([]byte, error) {
	type outcome struct {
		data []byte
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		data, err := invoke(event)
		done <- outcome{data, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case o := <-done:
		return o.data, o.err
	case <-timer.C:
		return nil, errSlow
	}
}

// rejected says whether Lambda has not run the function at all.
func rejected(err error) bool {
	var failed *host.FunctionError
	return err != nil && !errors.As(err, &failed)
}
