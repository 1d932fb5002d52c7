// Package serve is the plain HTTP door: net/http on one side, Request and Response on the other.
//
// It promises that path, query and header values reach the gateway as the client sent them, that no body is read before its
// limit is known, and that all buffered bodies together stay under a cap. It imports fault, gateway and the standard library.
package serve

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"time"

	"postern/shared/gateway"
)

// Options are what a server is made with. Gateway and Log are required, the rest has defaults.
type Options struct {
	Gateway func() *gateway.Gateway // the current one; asked once a request
	Log     *slog.Logger            // for what has no exchange: TLS failures, broken connections
	Now     func() time.Time        // when a request was received; nil: time.Now
	ID      func(time.Time) string  // of a request; nil: UUIDv7
	TLS     *tls.Config             // nil: plain HTTP

	HeaderTimeout time.Duration // for the head of a request; 0: 10 s
	BodyTimeout   time.Duration // for its body; 0: 30 s
	AnswerTimeout time.Duration // for a client to take an answer; 0: 120 s
	IdleTimeout   time.Duration // between requests of a connection; 0: 120 s
	HeaderBytes   int           // of a request's head; 0: 64 KiB
	BufferedBytes int64         // of all bodies held at once; 0: 256 MiB
}

func (o Options) withDefaults() Options {
	orElse(&o.HeaderTimeout, 10*time.Second)
	orElse(&o.BodyTimeout, 30*time.Second)
	orElse(&o.AnswerTimeout, 120*time.Second)
	orElse(&o.IdleTimeout, 120*time.Second)
	orElse(&o.HeaderBytes, 64<<10)
	orElse(&o.BufferedBytes, 256<<20)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.ID == nil {
		o.ID = UUIDv7
	}
	return o
}

func orElse[T comparable](value *T, or T) {
	var zero T
	if *value == zero {
		*value = or
	}
}

// Server serves a gateway over HTTP/1.1, and HTTP/2 where TLS negotiates it.
type Server struct {
	http   *http.Server
	budget *budget
	Options
}

// New makes a server. It does not listen yet.
func New(o Options) *Server {
	o = o.withDefaults()
	s := &Server{Options: o, budget: &budget{free: o.BufferedBytes}}
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.exchange),
		TLSConfig:         o.TLS,
		ReadHeaderTimeout: o.HeaderTimeout,
		IdleTimeout:       o.IdleTimeout,
		// OPTIONS * is answered by the gateway like any other request.
		DisableGeneralOptionsHandler: true,
		// net/http adds 4 KiB of its own for the request line.
		MaxHeaderBytes: max(o.HeaderBytes-4096, 1),
		ErrorLog:       slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn),
	}
	return s
}

// Serve answers on l until Shutdown, which makes it return nil.
func (s *Server) Serve(l net.Listener) error {
	var err error
	if s.TLS != nil {
		err = s.http.ServeTLS(l, "", "")
	} else {
		err = s.http.Serve(l)
	}
	if err == http.ErrServerClosed {
		return nil
	}
	return err
}

// Shutdown lets running exchanges finish until ctx ends, then cuts them.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		_ = s.http.Close()
	}
	return err
}

func (s *Server) exchange(w http.ResponseWriter, q *http.Request) {
	now := s.Now()
	body := &body{server: s, reader: q.Body, control: http.NewResponseController(w), over: q.ContentLength == 0}
	defer body.release()
	cut := false
	s.Gateway().Serve(q.Context(), request(q, now, s.ID(now), body.load), func(a *gateway.Response) error {
		if cut = a.Cut; cut {
			return nil
		}
		body.abandon(w)
		if err := body.control.SetWriteDeadline(time.Now().Add(s.AnswerTimeout)); err != nil {
			return err
		}
		return write(w, q, a)
	})
	if cut {
		panic(http.ErrAbortHandler) // net/http's own way to drop a connection
	}
}
