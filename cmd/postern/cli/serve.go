package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/demo"
	"postern/shared/accesslog"
	"postern/shared/gateway"
	"postern/shared/serve"
)

// serveFlags are what serve is told.
type serveFlags struct {
	files
	listen, admin        string
	tlsCert, tlsKey      string
	drain                time.Duration
	headerTime, bodyTime time.Duration
	answerTime, idleTime time.Duration
	headerKiB, bufferMiB int
}

func (w World) serve() *cobra.Command {
	f := &serveFlags{}
	c := &cobra.Command{
		Use: "serve", Short: "Serve a definition over HTTP",
		Example: "  postern serve --demo\n  postern serve --listen :8443 --tls-cert cert.pem --tls-key key.pem",
		Long: "Serve a definition over HTTP.\n\nSIGHUP reads the files again: what is broken is reported, and what runs goes on.\n" +
			"SIGTERM lets running requests finish. Access log and diagnostics go to the standard error, as JSON lines.",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return w.runServer(c.Context(), f) },
	}
	flags := c.Flags()
	flags.BoolVar(&f.demo, "demo", false, "serve a definition of all dialects with backends of its own, and print calls to paste")
	flags.StringVar(&f.definition, "definition", definitionFile, "what is served")
	flags.StringVar(&f.registry, "registry", registryFile, "who may call")
	flags.StringVar(&f.listen, "listen", "127.0.0.1:3000", "address for clients")
	flags.StringVar(&f.admin, "admin", adminAddress, "address of /-/health, /-/ready and /-/usage; empty: none")
	flags.StringVar(&f.tlsCert, "tls-cert", "", "certificate chain in PEM, for HTTPS")
	flags.StringVar(&f.tlsKey, "tls-key", "", "its private key in PEM")
	flags.DurationVar(&f.drain, "drain", 25*time.Second, "how long running requests may take after SIGTERM")
	flags.DurationVar(&f.headerTime, "header-timeout", 10*time.Second, "for the head of a request")
	flags.DurationVar(&f.bodyTime, "body-timeout", 30*time.Second, "for the body of a request")
	flags.DurationVar(&f.answerTime, "answer-timeout", 120*time.Second, "for a client to take an answer")
	flags.DurationVar(&f.idleTime, "idle-timeout", 120*time.Second, "between requests of a connection")
	flags.IntVar(&f.headerKiB, "max-header", 64, "size of a request's head, in KiB")
	flags.IntVar(&f.bufferMiB, "max-buffered", 256, "all bodies held at once, in MiB")
	return c
}

func (w World) runServer(ctx context.Context, f *serveFlags) error {
	log := accesslog.Logger(w.Err)
	slog.SetDefault(log) // net/http says some things to the standard logger alone
	env := w.Env
	if f.demo {
		f.definition, f.registry = "demo/postern.yaml", "demo/registry.yaml"
		backends, err := demo.Start()
		if err != nil {
			return err
		}
		defer backends.Close()
		env = backends.Env
	}
	h, err := newHouse(f.files, env, log)
	if err != nil {
		return err
	}
	report, err := h.load()
	if report != "" {
		fmt.Fprint(w.Err, report)
	}
	if errors.Is(err, errBroken) {
		return errReported
	} else if err != nil {
		return err
	}
	return w.listen(ctx, f, h, log)
}

func (w World) listen(ctx context.Context, f *serveFlags, h *house, log *slog.Logger) error {
	tlsConfig, err := f.tls()
	if err != nil {
		return err
	}
	door := serve.New(serve.Options{
		Gateway: func() *gateway.Gateway { return h.current.Load() }, Log: log, TLS: tlsConfig,
		HeaderTimeout: f.headerTime, BodyTimeout: f.bodyTime, AnswerTimeout: f.answerTime, IdleTimeout: f.idleTime,
		HeaderBytes: f.headerKiB << 10, BufferedBytes: int64(f.bufferMiB) << 20,
	})
	clients, err := listener(f.listen, "--listen")
	if err != nil {
		return err
	}
	var draining atomic.Bool
	ready := func() (string, bool) { digest, ok := h.ready(); return digest, ok && !draining.Load() }
	admin, err := w.startAdmin(f.admin, ready, h.counter)
	if err != nil {
		_ = clients.Close()
		return err
	}
	defer admin()
	done := make(chan error, 1)
	go func() { done <- door.Serve(clients) }()
	if err := w.announce(f, h, clients.Addr(), tlsConfig != nil); err != nil {
		return err
	}
	for {
		select {
		case err := <-done:
			return err
		case <-w.Reload:
			reload(h, log)
		case <-ctx.Done():
			draining.Store(true)
			log.Info("draining", "at_most", f.drain.String())
			drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), f.drain)
			defer cancel()
			if err := door.Shutdown(drain); err != nil {
				return fmt.Errorf("requests were cut after %s: %w", f.drain, err)
			}
			return <-done
		}
	}
}

func (w World) announce(f *serveFlags, h *house, at net.Addr, secure bool) error {
	if f.demo {
		return w.printDemo(h.dialects, at)
	}
	digest, _ := h.ready()
	scheme := "http"
	if secure {
		scheme = "https"
	}
	_, err := fmt.Fprintf(w.Out, "serving %s (%s) on %s://%s\n", f.definition, digest, scheme, at)
	return err
}

func reload(h *house, log *slog.Logger) {
	before, _ := h.ready()
	report, err := h.load()
	after, _ := h.ready()
	switch {
	case err != nil:
		log.Error("reload refused: the running definition stays", "cause", err.Error(), "report", report, "digest", before)
	case report != "":
		log.Warn("reloaded, with defects", "report", report, "digest", after)
	default:
		log.Info("reloaded", "digest", after)
	}
}
