//go:build dynamodb

package conformance_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"postern/conformance"
	"postern/shared/gateway"
)

// outcome is what becomes of a request.
type outcome struct {
	answer   *conformance.Answer
	received [][]byte // by the backend
}

func (o *outcome) String() string { return fmt.Sprintf("%v\nthe backend got %q", o.answer, o.received) }

// expected is what the documents say of a door. The losses that make it differ from what was sent are counted.
func (c *crowd) expected(s *scene, door string, sent *outcome, counted *tally) (*outcome, error) {
	losses := requestLosses()
	losses = slices.DeleteFunc(losses, func(l loss) bool { return !strings.Contains(l.doors, door) })
	final, err := c.follow(s, door, losses)
	if err != nil {
		return nil, err
	}
	if counted != nil {
		if err := c.excuse(s, door, final, counted); err != nil {
			return nil, err
		}
	}
	if final.large {
		counted.excuse("answer-size", door)
	}
	if sent.answer.Cut && !final.answer.Cut {
		counted.excuse("answer-cut", door)
	}
	if !final.answer.Cut {
		loseAnswer(s, door, final.answer, counted)
	}
	return &final.outcome, nil
}

// detour is a request with some losses of a door.
type detour struct {
	outcome
	changing []loss // those that changed the request
	large    bool   // the door could not take the first answer
}

func (c *crowd) follow(s *scene, door string, losses []loss) (*detour, error) {
	f := &detour{}
	a, err := c.reference.Follow(context.Background(), s.request.raw(), conformance.Detour{
		Change: func(r *gateway.Request) {
			for _, l := range losses {
				before := *r
				before.Header = r.Header.Clone()
				if l.apply(s.request, r); !reflect.DeepEqual(&before, r) {
					f.changing = append(f.changing, l)
				}
			}
			place(door, r)
		},
		Carries: func(a *gateway.Response) bool {
			ok := carries(door, s.request.method, a)
			f.large = f.large || !ok
			return ok
		},
	})
	f.outcome = outcome{a, c.stage.take(s)}
	return f, err
}

// excuse counts which losses the client or the backend can tell: it applies them one by one.
func (c *crowd) excuse(s *scene, door string, final *detour, counted *tally) error {
	before := final
	for i := len(final.changing) - 1; i >= 0; i-- {
		l := final.changing[i]
		without, err := c.follow(s, door, final.changing[:i])
		if err != nil {
			return err
		}
		if reflect.DeepEqual(without.outcome, before.outcome) {
			counted.change(l.fact, door)
		} else {
			counted.excuse(l.fact, door)
		}
		before = without
	}
	return nil
}

// loseAnswer applies what is lost of answers.
func loseAnswer(s *scene, door string, a *conformance.Answer, counted *tally) {
	if s.request.method != http.MethodHead {
		a.Header.Del("Content-Length")
	}
	for _, l := range answerLosses() {
		if !strings.Contains(l.doors, door) {
			continue
		}
		before := a.Header.Clone()
		if l.apply(door, a.Status, a.Header); !reflect.DeepEqual(before, a.Header) {
			counted.excuse(l.fact, door)
		}
	}
}

// ownTrace is what a door adds to X-Amzn-Trace-Id.
var ownTrace = regexp.MustCompile(`(X-Amzn-Trace-Id: (?:Root|Self)=)1-[0-9a-f]{8}-[0-9a-f]{24}`)

// same compares what a door did with what is wanted of it.
func same(s *scene, door string, got, want *outcome) error {
	g, w := got.answer, want.answer
	if !g.Cut && !w.Cut {
		for _, ofTheMoment := range []string{"Date", "Content-Length"} {
			if w.Header[ofTheMoment] == nil {
				g.Header.Del(ofTheMoment)
			}
		}
		if s.request.method == http.MethodHead {
			w.Body = nil
		}
	}
	header := len(g.Header)+len(w.Header) == 0 || reflect.DeepEqual(g.Header, w.Header)
	if g.Cut != w.Cut || g.Status != w.Status || !bytes.Equal(g.Body, w.Body) || !header {
		return fmt.Errorf("the answer is\n%.2000v\nwant\n%.2000v", g, w)
	}
	if strings.Contains(lambda, door) {
		for i := range got.received {
			got.received[i] = ownTrace.ReplaceAll(got.received[i], []byte("$1*"))
		}
	}
	if !slices.EqualFunc(got.received, want.received, bytes.Equal) {
		return fmt.Errorf("the backend got\n%.2000q\nwant\n%.2000q", got.received, want.received)
	}
	return nil
}
