package conformance

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var errArguments = errors.New("wrong arguments")

// sections make a step of a section's arguments and text.
func sections() map[string]func(args []string, text string) (step, error) {
	return map[string]func([]string, string) (step, error){
		"backend":  newBackend,
		"request":  newRequest,
		"answer":   newAnswer,
		"answers":  newAnswers,
		"cut":      newCut,
		"clock":    newClock,
		"registry": newRegistry,
		"received": newReceived,
		"log":      newRecord,
	}
}

func newBackend(args []string, text string) (step, error) {
	if len(args) < 2 {
		return nil, errArguments
	}
	b, err := newBehaviour(args[1], args[2:], text)
	return &backend{name: args[0], behaviour: b}, err
}

func newRequest(args []string, text string) (step, error) {
	r := &request{text: text, times: 1}
	for i := 0; i < len(args); i++ {
		var err error
		switch arg := args[i]; {
		case arg == "A" || arg == "B":
			r.letter = arg
		case arg == "crlf":
			r.crlf = true
		case arg == "together":
			r.together = true
		case arg == "gone" && i+1 < len(args):
			i++
			r.gone, err = time.ParseDuration(args[i])
		case arg[0] == 'x':
			r.times, err = strconv.Atoi(arg[1:])
		default:
			err = errArguments
		}
		if err != nil {
			return nil, err
		}
	}
	if r.times < 1 || r.letter != "" && r.times > 1 {
		return nil, errArguments
	}
	return r, nil
}

func newAnswer(args []string, text string) (step, error) {
	a := &answer{text: text}
	switch {
	case len(args) == 1 && args[0] == "door":
		a.byDoor = true
	case len(args) == 1:
		a.row = args[0]
	case len(args) > 1:
		return nil, errArguments
	}
	return a, nil
}

func newCut(args []string, text string) (step, error) {
	if len(args) != 1 || text == "" {
		return nil, errors.New("write cut ROW-ID and, below it, what doors that cannot cut answer")
	}
	return &answer{row: args[0], cut: true, text: text}, nil
}

func newAnswers(args []string, text string) (step, error) {
	a := &answers{counts: map[string]int{}}
	if len(args) > 0 {
		return nil, errArguments
	}
	for line := range strings.Lines(text) {
		what, n, _ := strings.Cut(strings.TrimSpace(line), " ")
		count, err := strconv.Atoi(n)
		if err != nil {
			return nil, fmt.Errorf("%q: write a status or a row id, and how often", line)
		}
		a.counts[what] += count
	}
	return a, nil
}

func newClock(args []string, text string) (step, error) {
	if len(args) != 1 || text != "" {
		return nil, errArguments
	}
	d, err := time.ParseDuration(args[0])
	return clock(d), err
}

func newRegistry(args []string, text string) (step, error) {
	if len(args) > 0 || text == "" {
		return nil, errArguments
	}
	return act(text), nil
}

func newReceived(args []string, text string) (step, error) {
	if len(args) != 1 {
		return nil, errArguments
	}
	return &received{name: args[0], text: text}, nil
}

func newRecord(args []string, text string) (step, error) {
	r := &record{pairs: map[string]string{}}
	if len(args) > 0 || text == "" {
		return nil, errArguments
	}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			return nil, fmt.Errorf("%q: write key=value", line)
		}
		r.pairs[key] = value
	}
	return r, nil
}
