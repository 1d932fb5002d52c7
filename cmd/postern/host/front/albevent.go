package front

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// albEvent is what the function gets. Of each two maps, the target group has one.
type albEvent struct {
	Context struct {
		ELB struct {
			TargetGroup string `json:"targetGroupArn"`
		} `json:"elb"`
	} `json:"requestContext"`
	Method      string  `json:"httpMethod"`
	Path        string  `json:"path"`
	MultiQuery  *lists  `json:"multiValueQueryStringParameters,omitempty"`
	Query       *values `json:"queryStringParameters,omitempty"`
	MultiHeader *lists  `json:"multiValueHeaders,omitempty"`
	Header      *values `json:"headers,omitempty"`
	Body        string  `json:"body"`
	Base64      bool    `json:"isBase64Encoded"`
}

// event is the event of a request. The error is a *Refusal.
func (d *ALB) event(q *Request) ([]byte, error) {
	switch {
	case q.Method == http.MethodTrace:
		return nil, &Refusal{Status: http.StatusMethodNotAllowed, Why: "TRACE is not allowed"}
	case q.Method == http.MethodConnect, len(q.Values("Upgrade")) > 0 && q.has("Connection", "upgrade"):
		return nil, malformed("a function cannot take over a connection")
	}
	path, query, authority, err := splitTarget(q.Target)
	if err != nil {
		return nil, err
	}
	header, err := d.header(q, authority)
	if err != nil {
		return nil, err
	}
	e := albEvent{Method: q.Method, Path: path}
	e.Context.ELB.TargetGroup = cmp.Or(d.TargetGroup, "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/local/0123456789abcdef")
	parameters := parameters(query)
	if d.MultiValue {
		e.MultiQuery, e.MultiHeader = (*lists)(parameters), (*lists)(header)
	} else {
		e.Query, e.Header = (*values)(parameters), (*values)(header)
	}
	if e.Body, e.Base64, err = albBody(q); err != nil {
		return nil, err
	}
	if !utf8.ValidString(q.Target) || !header.utf8() {
		return nil, unknown("its head is not UTF-8")
	}
	return plain(e), nil
}

func unknown(why string) error {
	return &Refusal{Status: http.StatusBadRequest, Why: why, Undocumented: true}
}

// splitTarget takes a target apart, which stays as the client encoded it.
func splitTarget(target string) (path, query, authority string, err error) {
	path, query, _ = strings.Cut(target, "?")
	if scheme, rest, ok := strings.Cut(path, "://"); ok && (scheme == "http" || scheme == "https") {
		authority, path, _ = strings.Cut(rest, "/")
		path = "/" + path
	}
	switch {
	case !text(target) || strings.Contains(target, "\t"):
		return "", "", "", unknown("its target has control bytes")
	case !strings.HasPrefix(path, "/"):
		return "", "", "", unknown("its target is no path")
	}
	return path, query, authority, nil
}

// parameters are those of a query, as the client encoded them. What stands between two ampersands and is empty is none.
func parameters(query string) *multimap {
	m := &multimap{}
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); part != "" {
			m.add(name, value)
		}
	}
	return m
}

// header is what the client sent and the load balancer adds, names in lower case.
func (d *ALB) header(q *Request, authority string) (*multimap, error) {
	m := &multimap{}
	for _, f := range q.Header {
		switch name := strings.ToLower(f.Name); name {
		case "transfer-encoding", "content-length", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id":
		case "host":
			m.add(name, d.host(q, f.Value, authority))
		default:
			m.add(name, f.Value)
		}
	}
	if lengths := q.Values("Content-Length"); len(lengths) > 0 && len(q.Values("Transfer-Encoding")) == 0 {
		m.add("content-length", lengths[0])
	}
	m.add("x-amzn-trace-id", trace(q.Values("X-Amzn-Trace-Id")))
	proto := "http"
	if q.Secure {
		proto = "https"
	}
	m.add("x-forwarded-proto", proto)
	m.add("x-forwarded-port", strconv.Itoa(d.port(q)))
	return m, d.forwarded(q, m)
}

func (d *ALB) port(q *Request) int {
	switch {
	case d.Port != 0:
		return d.Port
	case q.Secure:
		return 443
	}
	return 80
}

// host is the Host that the function sees: without preservation that of the target, with the listener's port unless that is a
// usual one.
func (d *ALB) host(q *Request, sent, authority string) string {
	if d.PreserveHost {
		return sent
	}
	host := cmp.Or(authority, sent)
	name, _, err := net.SplitHostPort(host)
	usual := d.port(q) == 80 || d.port(q) == 443
	switch {
	case err != nil && !usual:
		return host + ":" + strconv.Itoa(d.port(q))
	case err == nil && usual && strings.Contains(name, ":"):
		return "[" + name + "]"
	case err == nil && usual:
		return name
	}
	return host
}

// forwarded treats X-Forwarded-For as the load balancer is told to.
func (d *ALB) forwarded(q *Request, m *multimap) error {
	sent := q.Values("X-Forwarded-For")
	if strings.Count(strings.Join(sent, ","), ",") >= maxForwarders {
		return &Refusal{Status: 463, Why: fmt.Sprintf("X-Forwarded-For has more than %d addresses", maxForwarders)}
	}
	switch d.ClientMode {
	case "remove":
	case "preserve":
		for _, value := range sent {
			m.add("x-forwarded-for", value)
		}
	default:
		m.add("x-forwarded-for", strings.Join(append(sent, q.Peer.String()), ", "))
	}
	return nil
}

// trace is X-Amzn-Trace-Id: a Root, or a Self before what the client sent.
func trace(sent []string) string {
	id := make([]byte, 12)
	rand.Read(id) // never fails
	own := fmt.Sprintf("1-%08x-%s", time.Now().Unix(), hex.EncodeToString(id))
	if len(sent) == 0 {
		return "Root=" + own
	}
	return "Self=" + own + ";" + sent[len(sent)-1]
}

// albBody is base64 unless the type is one of a short list and nothing encodes it.
func albBody(q *Request) (body string, encoded bool, err error) {
	if len(q.Body) == 0 {
		return "", false, nil
	}
	contentType := ""
	if types := q.Values("Content-Type"); len(types) > 0 {
		contentType, _, _ = strings.Cut(strings.ToLower(types[0]), ";")
		contentType = strings.TrimSpace(contentType)
	}
	plain := strings.HasPrefix(contentType, "text/") ||
		slices.Contains([]string{"application/json", "application/javascript", "application/xml"}, contentType)
	switch {
	case !plain || len(q.Values("Content-Encoding")) > 0:
		return base64.StdEncoding.EncodeToString(q.Body), true, nil
	case !utf8.Valid(q.Body):
		return "", false, unknown("its body of type " + contentType + " is not UTF-8")
	}
	return string(q.Body), false, nil
}
