//go:build dynamodb && linux

package soak

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"postern/cmd/postern/wire"
	"postern/shared/dialect"
	"postern/shared/gateway"
)

const (
	afterRain = 30 * time.Second       // to reach a limit when the storm is over
	patience  = time.Minute            // for an answer: longer than any door waits
	leaving   = 5                      // in a hundred clients hang up
	leave     = 150 * time.Millisecond // after which they have
)

// exchange is one request as its client saw it.
type exchange struct {
	call         *call
	id, door     string
	caller       string
	began, ended time.Time
	gone         bool // the client hung up
	err          error
	answer
}

// echo is what the backend answers.
func (x *exchange) echo() answer {
	return answer{200, fmt.Sprintf("%s %s%s\n%s", cmp.Or(x.call.method, http.MethodGet), x.target(), x.id, x.call.body)}
}

// target is what the backend gets before the id.
func (x *exchange) target() string { return x.call.target + x.mine() }

func (x *exchange) mine() string {
	if x.caller == "" {
		return ""
	}
	return x.caller + "/"
}

// load is the clients.
type load struct {
	at       map[string]string // addresses of the doors
	doors    []string
	dialects map[string]*dialect.Dialect
	calls    []*call // each as often as it weighs
	seed     uint64
	pause    time.Duration        // between the requests of one client, on average
	last     atomic.Int64         // id
	volley   atomic.Pointer[call] // that all send now; nil: each its own
	client   *http.Client

	mu   sync.Mutex
	sent []*exchange
}

func newLoad(h *house) *load {
	l := &load{
		at: h.doors, dialects: h.dialects, seed: h.Seed, pause: workers * time.Second / time.Duration(h.Rate),
		client: &http.Client{
			Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: workers, DisableCompression: true},
		},
	}
	for name := range h.doors {
		l.doors = append(l.doors, name)
	}
	slices.Sort(l.doors)
	for _, c := range h.calls {
		l.calls = append(l.calls, slices.Repeat([]*call{c}, c.weight)...)
	}
	return l
}

// run sends until ctx ends, and returns when all is answered.
func (l *load) run(ctx context.Context) {
	var running sync.WaitGroup
	for n := range workers {
		running.Go(func() {
			random := rand.New(rand.NewPCG(l.seed, uint64(n)))
			for ctx.Err() == nil {
				c := l.volley.Load()
				if c == nil {
					time.Sleep(time.Duration(random.Int64N(2 * int64(l.pause))))
					c = l.calls[random.IntN(len(l.calls))]
				}
				l.send(random, order{call: c, door: l.doors[random.IntN(len(l.doors))]})
			}
		})
	}
	running.Wait()
	l.client.CloseIdleConnections()
}

// limited are the calls that are charged to limits.
func (l *load) limited() []*call {
	return slices.DeleteFunc(slices.Compact(slices.Clone(l.calls)), func(c *call) bool { return len(c.counts) == 0 })
}

// find is the call of this name.
func (l *load) find(name string) *call {
	return l.calls[slices.IndexFunc(l.calls, func(c *call) bool { return c.name == name })]
}

// order is what to send. Whoever holds the backend, and whoever is patient, does not hang up.
type order struct {
	call    *call
	door    string
	hold    time.Duration // that the backend is asked to wait
	patient bool
	fresh   bool // by a caller that the storm has not seen
}

// send sends one request, and keeps what came of it.
func (l *load) send(random *rand.Rand, o order) *exchange {
	x := &exchange{call: o.call, door: o.door, id: fmt.Sprintf("%07d", l.last.Add(1))}
	switch callers := x.call.callers; {
	case len(callers) > 0 && o.fresh:
		x.caller = "fresh"
	case len(callers) > 0:
		x.caller = callers[random.IntN(len(callers))]
	}
	q, err := l.request(x, o.hold)
	x.began = time.Now()
	switch {
	case err != nil:
		x.err = err
	case o.hold == 0 && !o.patient && random.IntN(100) < leaving:
		x.gone = true
		x.err = l.hangUp(o.door, q, time.Duration(random.Int64N(int64(leave))))
	default:
		x.answer, x.err = l.ask(o.door, q)
	}
	x.ended = time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, x)
	return x
}

// request is what x sends, signed.
func (l *load) request(x *exchange, hold time.Duration) (*gateway.Request, error) {
	c := x.call
	url := "http://" + c.dialect + ".localhost" + c.path + x.mine() + x.id
	if hold > 0 {
		url += fmt.Sprintf("?ms=%d", hold.Milliseconds())
	}
	q, err := wire.NewRequest(cmp.Or(c.method, http.MethodGet), url)
	if err != nil {
		return nil, err
	}
	if c.kind != "" {
		q.Header.Set("Content-Type", c.kind)
	}
	q.Body = []byte(c.body)
	sign := c.sign
	sign.At = time.Now().Add(-c.late)
	return q, l.dialects[c.dialect].Sign(q, sign)
}

func (l *load) ask(door string, q *gateway.Request) (answer, error) {
	r, err := http.NewRequest(q.Method, "http://"+l.at[door]+q.Target(), bytes.NewReader(q.Body))
	if err != nil {
		return answer{}, err
	}
	r.Host, r.Header = q.Host, q.Header
	got, err := l.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	return answer{got.StatusCode, string(body)}, err
}

// hangUp sends a whole request, and does not wait for what comes back.
func (l *load) hangUp(door string, q *gateway.Request, after time.Duration) error {
	c, err := net.Dial("tcp", l.at[door])
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.Copy(c, strings.NewReader(wire.Raw(q))); err != nil {
		return err
	}
	time.Sleep(after)
	return nil
}

// useUp sends what is limited, in calm weather and many at once, until each limit is reached.
func (l *load) useUp() {
	for _, c := range l.limited() {
		var over atomic.Bool
		end := time.Now().Add(afterRain)
		var sending sync.WaitGroup
		for n := range workers {
			sending.Go(func() {
				random := rand.New(rand.NewPCG(l.seed, uint64(workers+n)))
				for !over.Load() && time.Now().Before(end) {
					x := l.send(random, order{call: c, door: l.doors[random.IntN(len(l.doors))], patient: true, fresh: true})
					over.Store(over.Load() || x.status == http.StatusTooManyRequests && page(x.door, x.answer) == "")
				}
			})
		}
		sending.Wait()
	}
}

// afterwards sends every kind through every door, to a house that has lost all its environments.
func (l *load) afterwards() {
	random := rand.New(rand.NewPCG(l.seed, 2*workers))
	for _, c := range slices.Compact(slices.Clone(l.calls)) {
		for _, door := range l.doors {
			l.send(random, order{call: c, door: door, patient: true})
		}
	}
	l.client.CloseIdleConnections()
}
