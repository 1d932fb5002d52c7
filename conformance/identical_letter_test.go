//go:build dynamodb

package conformance_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// letter is a request as its client writes it.
type letter struct {
	method, path, query string // query with its question mark
	authority           string // "": the target has no scheme and host
	lines               [][2]string
	body                string
	chunked             bool
}

func (l *letter) add(name, value string) { l.lines = append(l.lines, [2]string{name, value}) }

func (l *letter) set(name, value string) {
	l.remove(name)
	l.add(name, value)
}

func (l *letter) remove(name string) {
	l.lines = slices.DeleteFunc(l.lines, func(line [2]string) bool { return strings.EqualFold(line[0], name) })
}

// values are those of a header, in order.
func (l *letter) values(name string) (all []string) {
	for _, line := range l.lines {
		if strings.EqualFold(line[0], name) {
			all = append(all, strings.Trim(line[1], " \t"))
		}
	}
	return all
}

// head is the request line and the header, without what frames the body.
func (l *letter) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s%s%s HTTP/1.1\r\n", l.method, l.authority, l.path, l.query)
	for _, line := range l.lines {
		fmt.Fprintf(&b, "%s:%s\r\n", line[0], line[1])
	}
	return b.String()
}

func (l *letter) raw() []byte {
	var b strings.Builder
	b.WriteString(l.head())
	switch {
	case l.chunked:
		b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		for part := range slices.Chunk([]byte(l.body), 1000) {
			fmt.Fprintf(&b, "%x\r\n%s\r\n", len(part), part)
		}
		b.WriteString("0\r\n\r\n")
	case l.body != "":
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(l.body), l.body)
	default:
		b.WriteString("\r\n")
	}
	return []byte(b.String())
}

// upgrades says whether it asks for another protocol.
func (l *letter) upgrades() bool {
	return slices.Contains(l.values("Connection"), "Upgrade") && l.values("Upgrade") != nil
}

// textual says whether the doors take the body for text.
func (l *letter) textual() bool {
	media, _, _ := strings.Cut(strings.ToLower(strings.Join(l.values("Content-Type"), ",")), ";")
	return strings.HasPrefix(media, "text/") || media == "application/json" || media == "application/xml"
}

// reply is what the backend answers, in bytes.
type reply struct {
	status int
	lines  [][2]string
	body   string
}

// raw is the reply to a method.
func (r *reply) raw(method string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d Made Up\r\n", r.status)
	for _, line := range r.lines {
		fmt.Fprintf(&b, "%s: %s\r\n", line[0], line[1])
	}
	if r.status != 204 && r.status != 304 {
		b.WriteString("Content-Length: " + strconv.Itoa(len(r.body)) + "\r\n")
	}
	b.WriteString("\r\n")
	if r.status != 204 && r.status != 304 && method != "HEAD" {
		b.WriteString(r.body)
	}
	return []byte(b.String())
}

// scene is one request and what its backend answers.
type scene struct {
	number  int
	request *letter
	reply   *reply
}

// newScene makes the scene of a number: the same for the same seed.
func newScene(seed uint64, number int) *scene {
	w := &author{rand.New(rand.NewPCG(seed, uint64(number)))}
	s := &scene{number: number, request: w.letter(), reply: w.reply()}
	s.request.add(numberHeader, strconv.Itoa(number))
	return s
}

// author makes things up.
type author struct{ *rand.Rand }

// in says yes once in n times.
func (w *author) in(n int) bool { return w.IntN(n) == 0 }

func (w *author) one(of ...string) string { return of[w.IntN(len(of))] }

// some are up to most of these, one after the other.
func (w *author) some(most int, of ...string) string {
	var b strings.Builder
	for range w.IntN(most + 1) {
		b.WriteString(w.one(of...))
	}
	return b.String()
}

// noise is n bytes, any of them.
func (w *author) noise(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.Uint32())
	}
	return string(b)
}

// random is one of the functions, by their weights.
func (w *author) random(of []weighted) func(*author) *letter {
	total := 0
	for _, o := range of {
		total += o.weight
	}
	n := w.IntN(total)
	for _, o := range of {
		if n -= o.weight; n < 0 {
			return o.write
		}
	}
	return nil
}

type weighted struct {
	weight int
	write  func(*author) *letter
}
