package conformance

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// behaviour is what a backend does with a request.
type behaviour struct {
	dead   bool        // its port is closed
	tls    *tls.Config // nil: plain HTTP
	answer func(c net.Conn, q *http.Request, body []byte)
}

// newBehaviour makes a behaviour of its name, arguments and, for raw, the text of its section.
func newBehaviour(kind string, args []string, text string) (*behaviour, error) {
	if (kind == "raw") != (text != "") {
		return nil, fmt.Errorf("a raw backend has a text, the others have none")
	}
	takes, known := map[string]int{
		"echo": 0, "tls": 0, "jwks": 0, "silent": 0, "stall": 0, "dead": 0, "close": 0, "reset": 0, "raw": 0, "status": 1, "big": 1, "slow": 1,
	}[kind]
	if !known || len(args) != takes {
		return nil, fmt.Errorf("%s %q is no behaviour", kind, args)
	}
	switch kind {
	case "dead":
		return &behaviour{dead: true}, nil
	case "tls":
		config, err := tlsConfig()
		return &behaviour{tls: config, answer: echo}, err
	case "jwks":
		keys, err := keySet()
		return &behaviour{answer: fixed("200 OK", "application/json", keys)}, err
	case "status":
		return &behaviour{answer: fixed(args[0]+" Status", "text/plain", []byte("status "+args[0]))}, nil
	case "big":
		n, err := strconv.Atoi(args[0])
		return &behaviour{answer: fixed("200 OK", "text/plain", bytes.Repeat([]byte("x"), max(n, 0)))}, err
	case "slow":
		d, err := time.ParseDuration(args[0])
		return &behaviour{answer: func(c net.Conn, q *http.Request, body []byte) { time.Sleep(d); echo(c, q, body) }}, err
	case "raw":
		return &behaviour{answer: func(c net.Conn, _ *http.Request, _ []byte) { _, _ = c.Write(wire(text, false)) }}, nil
	}
	return &behaviour{answer: map[string]func(net.Conn, *http.Request, []byte){
		"echo": echo, "silent": silent, "stall": stall, "reset": reset, "close": func(net.Conn, *http.Request, []byte) {},
	}[kind]}, nil
}

// echo says what was asked for: the method and the target, and below them the body.
func echo(c net.Conn, q *http.Request, body []byte) {
	text := q.Method + " " + q.RequestURI
	if len(body) > 0 {
		text += "\n" + string(body)
	}
	fixed("200 OK", "text/plain", []byte(text))(c, q, body)
}

func fixed(status, contentType string, body []byte) func(net.Conn, *http.Request, []byte) {
	return func(c net.Conn, q *http.Request, _ []byte) {
		_, _ = fmt.Fprintf(c, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
			status, contentType, len(body))
		if q.Method != http.MethodHead {
			_, _ = c.Write(body)
		}
	}
}

// silent never answers; it ends when the gateway gives up.
func silent(c net.Conn, _ *http.Request, _ []byte) { _, _ = io.Copy(io.Discard, c) }

// stall stops in the middle of its answer.
func stall(c net.Conn, q *http.Request, body []byte) {
	_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx")
	silent(c, q, body)
}

// reset makes the kernel send RST instead of FIN.
func reset(c net.Conn, _ *http.Request, _ []byte) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}
