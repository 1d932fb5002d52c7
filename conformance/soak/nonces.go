//go:build dynamodb && linux

package soak

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// offers a second, about: each of one nonce to several claimants at the same moment.
const offers = 20

// What a claimant says of a nonce.
const (
	accepted = "accepted"
	used     = "used"
	failed   = "failed" // the table did not answer: refused
)

// nonces offers nonces to processes, each of which claims them as the function would.
type nonces struct {
	start  func() *exec.Cmd
	random *rand.Rand

	mu    sync.Mutex
	all   []*claimant
	tally map[string]*tally
	wrong []string // what no claimant may say
}

// tally is what became of one nonce. Of what was offered and not answered nobody knows: the claimant was killed.
type tally struct{ offered, accepted, used, failed int }

// claimant is a process that is killed and frozen, too.
type claimant struct {
	process *exec.Cmd
	in      io.WriteCloser
	asked   map[string]int // not answered yet
	over    chan struct{}  // closed when it has ended and all it said is counted
}

func openNonces(start func() *exec.Cmd, seed uint64) (*nonces, error) {
	n := &nonces{
		start: start, random: rand.New(rand.NewPCG(seed, 1<<33)), tally: map[string]*tally{}, all: make([]*claimant, claimants),
	}
	for i := range n.all {
		if err := n.open(i); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// open starts the i-th claimant.
func (n *nonces) open(i int) error {
	c := &claimant{process: n.start(), asked: map[string]int{}, over: make(chan struct{})}
	var err error
	if c.in, err = c.process.StdinPipe(); err != nil {
		return err
	}
	out, err := c.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.process.Start(); err != nil {
		return err
	}
	n.mu.Lock()
	n.all[i] = c
	n.mu.Unlock()
	go n.listen(c, out)
	return nil
}

// listen counts what a claimant says, until it ends.
func (n *nonces) listen(c *claimant, out io.Reader) {
	defer close(c.over)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n.said(c, lines.Text())
	}
	_ = c.process.Wait()
}

func (n *nonces) said(c *claimant, line string) {
	nonce, verdict, _ := strings.Cut(line, " ")
	n.mu.Lock()
	defer n.mu.Unlock()
	t := n.tally[nonce]
	if t == nil || c.asked[nonce] == 0 {
		n.wrong = append(n.wrong, line)
		return
	}
	if c.asked[nonce]--; c.asked[nonce] == 0 {
		delete(c.asked, nonce)
	}
	switch verdict {
	case accepted:
		t.accepted++
	case used:
		t.used++
	case failed:
		t.failed++
	default:
		n.wrong = append(n.wrong, line)
	}
}

// run offers until ctx ends: new nonces, and some again that were offered before.
func (n *nonces) run(ctx context.Context) {
	for last := 0; ; last++ {
		nonce := fmt.Sprintf("nonce-%d", last)
		if last > 0 && n.random.IntN(4) == 0 {
			nonce = fmt.Sprintf("nonce-%d", n.random.IntN(last))
		}
		var asking sync.WaitGroup
		for _, i := range n.random.Perm(claimants)[:2+n.random.IntN(claimants-1)] {
			asking.Go(func() { n.offer(nonce, i) })
		}
		asking.Wait()
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second / offers):
		}
	}
}

func (n *nonces) offer(nonce string, i int) {
	n.mu.Lock()
	c := n.all[i]
	if n.tally[nonce] == nil {
		n.tally[nonce] = &tally{}
	}
	n.tally[nonce].offered++
	c.asked[nonce]++
	n.mu.Unlock()
	_, _ = io.WriteString(c.in, nonce+"\n") // to a claimant that was killed: it is lost
}

// kill ends the i-th claimant and starts another one.
func (n *nonces) kill(i int) error {
	n.mu.Lock()
	c := n.all[i]
	n.mu.Unlock()
	if err := c.process.Process.Kill(); err != nil {
		return err
	}
	return n.open(i)
}

func (n *nonces) freeze(i int, d time.Duration) {
	n.mu.Lock()
	p := n.all[i].process.Process
	n.mu.Unlock()
	_ = p.Signal(syscall.SIGSTOP)
	time.Sleep(d)
	_ = p.Signal(syscall.SIGCONT)
}

// close waits until every claimant has said all.
func (n *nonces) close() error {
	for _, c := range n.all {
		_ = c.in.Close()
		select {
		case <-c.over:
		case <-time.After(patience):
			return errors.Join(errors.New("soak: a claimant does not end"), c.process.Process.Kill())
		}
	}
	return nil
}
