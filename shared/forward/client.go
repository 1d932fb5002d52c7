// Package forward calls backends and services that are asked beforehand, and answers for those that are not there.
//
// It promises that path, query, header values and bodies arrive as they were sent, that no request but a repeatable one is
// sent twice, that nothing is called at an address the guard does not admit, and that every way in which a call can fail
// is a fault of its own. Redirects are not followed, answers not decompressed, proxies of the environment not used;
// trailers are dropped both ways. It imports fault, gateway and the standard library alone.
package forward

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Dial opens a connection. The address is host:port.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

const (
	defaultConnect = 5 * time.Second
	defaultTimeout = 60 * time.Second
	defaultSize    = 10 << 20
	idleTimeout    = 90 * time.Second
	idlePerHost    = 64
	headerBytes    = 64 << 10 // of an answer's head, interim answers included
)

// ErrCA is what With returns for a text without certificates.
var ErrCA = errors.New("forward: no certificate in PEM")

// Client calls over HTTP/1.1 and keeps connections for the next call. It is safe for concurrent use; NewClient makes one.
type Client struct {
	transport *http.Transport
	family    *family
}

// family are the clients that differ in how they connect.
type family struct {
	guard Guard
	dial  Dial

	mu      sync.Mutex
	clients map[terms]*Client
}

// terms are what connections are opened on; those of other terms are not shared.
type terms struct {
	connect time.Duration
	ca      string
}

// NewClient makes a client with a connect timeout of 5 s and the system's certificates. With a dial of its own (nil: the
// network's), the guard sees what dial is asked for alone: addresses, not what names resolve to.
func NewClient(guard Guard, dial Dial) *Client {
	f := &family{guard: guard, dial: dial, clients: make(map[terms]*Client)}
	return f.client(terms{connect: defaultConnect}, nil)
}

// With is the client of the same guard that connects on other terms: connect for the connection and the TLS handshake each
// (0: 5 s), and certificates in PEM that are trusted beside the system's ("": none). It fails with ErrCA.
func (c *Client) With(connect time.Duration, ca string) (*Client, error) {
	if connect == 0 {
		connect = defaultConnect
	}
	f := c.family
	f.mu.Lock()
	defer f.mu.Unlock()
	t := terms{connect, ca}
	if known := f.clients[t]; known != nil {
		return known, nil
	}
	roots, err := roots(ca)
	if err != nil {
		return nil, err
	}
	return f.client(t, roots), nil
}

// roots is nil, which stands for the system's, where nothing is added to them.
func roots(ca string) (*x509.CertPool, error) {
	if ca == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // the system has none
	}
	if !pool.AppendCertsFromPEM([]byte(ca)) {
		return nil, ErrCA
	}
	return pool, nil
}

func (f *family) client(t terms, roots *x509.CertPool) *Client {
	d := &dialer{family: f, timeout: t.connect, tls: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}}
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	c := &Client{family: f, transport: &http.Transport{
		DialContext:            d.plain,
		DialTLSContext:         d.secure,
		Protocols:              protocols,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: headerBytes,
	}}
	f.clients[t] = c
	return c
}
