package front

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What the made-up API and function are called.
const (
	region  = "us-east-1"
	account = "123456789012"
	apiID   = "abcdef1234"
	stage   = "live"
)

// exchange is a request on its way through an API or a function URL.
type exchange struct {
	*Request
	path, query string // as the client encoded them
	host        string
	header      *multimap // what the client sent and the door adds, each name as first sent
	trace       string
	id          string // of the request: a UUID
	extended    string // API Gateway's other id
	at          time.Time
}

// newExchange reads what all of these doors read. The error is a *Refusal.
func newExchange(q *Request) (*exchange, error) {
	hosts := q.Values("Host")
	switch {
	case q.Method == http.MethodConnect, q.Method == http.MethodTrace:
		return nil, unknown("its method is " + q.Method)
	case len(q.Values("Upgrade")) > 0 && q.has("Connection", "upgrade"):
		return nil, unknown("it asks for another protocol")
	case len(hosts) == 0 || hosts[0] == "":
		return nil, unknown("it names no host")
	}
	path, query, authority, err := splitTarget(q.Target)
	switch {
	case err != nil:
		return nil, err
	case authority != "" || !strings.HasPrefix(q.Target, "/"):
		return nil, unknown("its target is a whole URL")
	}
	x := stamped(q)
	x.path, x.query, x.host, x.header = path, query, hosts[0], x.forwarded()
	if !utf8.ValidString(q.Target) || !x.header.utf8() {
		return nil, unknown("its head is not UTF-8")
	}
	return x, nil
}

// stamped is a request with what tells it from others.
func stamped(q *Request) *exchange {
	random := make([]byte, 11)
	rand.Read(random) // never fails
	return &exchange{
		Request: q, header: &multimap{}, trace: trace(q.Values("X-Amzn-Trace-Id")),
		id: uuid(), extended: base64.StdEncoding.EncodeToString(random), at: time.Now().UTC(),
	}
}

// forwarded is the header without what is of one connection alone, and with the door's own. The values of a name keep their
// order, however each line spells it. Clients reach these doors over TLS alone.
func (x *exchange) forwarded() *multimap {
	m := &multimap{}
	spelling := map[string]string{}
	for _, f := range x.Header {
		name := strings.ToLower(f.Name)
		if ofConnection(name) || slices.Contains(added(), name) {
			continue
		}
		if spelling[name] == "" {
			spelling[name] = f.Name
		}
		m.add(spelling[name], f.Value)
	}
	m.add("X-Amzn-Trace-Id", x.trace)
	m.add("X-Forwarded-For", strings.Join(append(x.Values("X-Forwarded-For"), x.Peer.String()), ", "))
	m.add("X-Forwarded-Port", "443")
	m.add("X-Forwarded-Proto", "https")
	return m
}

// added are the headers that these doors set, whatever the client says.
func added() []string {
	return []string{"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
}

// ofConnection says whether a header of a request is between the client and the door.
func ofConnection(name string) bool {
	return slices.Contains([]string{
		"connection", "expect", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
	}, name)
}

// lower is a header with its names in lower case.
func lower(m *multimap) *multimap {
	small := &multimap{}
	for _, name := range m.names {
		for _, value := range m.values[name] {
			small.add(strings.ToLower(name), value)
		}
	}
	return small
}

// domain is the host without its port.
func (x *exchange) domain() string {
	if name, _, err := net.SplitHostPort(x.host); err == nil {
		return name
	}
	return x.host
}

func (x *exchange) prefix() string {
	prefix, _, _ := strings.Cut(x.domain(), ".")
	return prefix
}

func (x *exchange) userAgent() string { return strings.Join(x.Values("User-Agent"), ",") }

func (x *exchange) time() string { return x.at.Format("02/Jan/2006:15:04:05 -0700") }

func uuid() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// unescape undoes percent-encoding; plus: a plus sign is a space. ok is false where it is broken.
func unescape(s string, plus bool) (text string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%':
			if i+2 >= len(s) {
				return "", false
			}
			one, err := hex.DecodeString(s[i+1 : i+3])
			if err != nil {
				return "", false
			}
			b.Write(one)
			i += 2
		case s[i] == '+' && plus:
			b.WriteByte(' ')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), true
}

// intact says whether a percent-encoding is whole.
func intact(s string) bool {
	_, ok := unescape(s, false)
	return ok
}

// decoded are the parameters of a query, decoded; a plus sign is a space. The values of a name keep their order, however each
// of them spells it.
func decoded(query string) (*multimap, error) {
	m := &multimap{}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		key, ok := unescape(name, true)
		text, good := unescape(value, true)
		switch {
		case !ok || !good:
			return nil, unknown("the percent-encoding of its query is broken")
		case part != "":
			m.add(key, text)
		}
	}
	if !m.utf8() {
		return nil, unknown("its query is not UTF-8")
	}
	return m, nil
}

// media is the type of a body without its parameters; "": there is none.
func (q *Request) media() string {
	types := q.Values("Content-Type")
	if len(types) == 0 {
		return ""
	}
	media, _, _ := strings.Cut(strings.ToLower(types[0]), ";")
	return strings.TrimSpace(media)
}

// carried is a body as an event carries it.
func (q *Request) carried(encoded bool) (body string, err error) {
	switch {
	case encoded:
		return base64.StdEncoding.EncodeToString(q.Body), nil
	case !utf8.Valid(q.Body):
		return "", unknown("its body of type " + q.media() + " is not UTF-8")
	}
	return string(q.Body), nil
}
