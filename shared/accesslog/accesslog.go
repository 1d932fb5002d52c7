// Package accesslog writes one structured record an exchange.
//
// It promises that nothing of a record but what it names is written: no header, no query, no body, no argument of a
// credential. It imports gateway and the standard library alone.
package accesslog

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"

	"postern/shared/gateway"
)

// Logger writes JSON lines to w, with the field names of Powertools where they have one.
func Logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) > 0 {
			return a
		}
		switch a.Key {
		case slog.TimeKey:
			a.Key = "timestamp"
		case slog.MessageKey:
			a.Key = "message"
		}
		return a
	}}))
}

// More appends what else a line says of its record.
type More func(context.Context, *gateway.Record, []slog.Attr) []slog.Attr

// New is what a Gateway's Log does: one line a record, and on it what more appends.
func New(log *slog.Logger, more ...More) func(context.Context, *gateway.Record) {
	return func(ctx context.Context, r *gateway.Record) {
		line := attrs(r)
		for _, m := range more {
			line = m(ctx, r, line)
		}
		log.LogAttrs(context.WithoutCancel(ctx), level(r), message(r), line...)
	}
}

func message(r *gateway.Record) string {
	if r.Authorizer {
		return "verdict"
	}
	return "exchange"
}

// level is ERROR for what we or a backend did wrong, WARN for what a client did wrong.
func level(r *gateway.Record) slog.Level {
	switch {
	case r.Answer == nil || r.Answer.Status < 400:
		return slog.LevelInfo
	case r.Answer.Status < 500:
		return slog.LevelWarn
	default:
		return slog.LevelError
	}
}

func attrs(r *gateway.Record) []slog.Attr {
	q := r.Request
	attrs := append(make([]slog.Attr, 0, 40),
		slog.String("request_id", q.ID),
		slog.String("door", q.Door.Name),
		slog.String("api", r.API.Name),
		slog.String("dialect", r.API.Dialect),
		slog.String("method", q.Method),
		slog.String("path", q.Path),
		slog.String("client", r.Client.String()),
		slog.Time("received", q.Received),
	)
	if r.Stage != "" {
		attrs = append(attrs, slog.String("stage", r.Stage))
	}
	if r.Route != nil {
		attrs = append(attrs, slog.String("route", r.Route.Name))
	}
	if p := r.Principal; p != nil {
		attrs = append(attrs, slog.String("principal", strings.Trim(p.App+"/"+p.KeyID, "/")))
	}
	attrs = append(attrs, refusal(r.Refusal)...)
	if r.Answer != nil {
		attrs = append(attrs,
			slog.Int("status", r.Answer.Status), slog.Bool("cut", r.Answer.Cut && q.Door.Cuts), slog.Int("bytes_out", len(r.Answer.Body)))
	}
	if r.SendErr != nil {
		attrs = append(attrs, slog.String("send_error", r.SendErr.Error()))
	}
	if len(r.Tolerated) > 0 {
		attrs = append(attrs, slog.Int("tolerated", len(r.Tolerated)), slog.String("tolerated_cause", errors.Join(r.Tolerated...).Error()))
	}
	return append(attrs,
		slog.Int("bytes_in", len(q.Body)),
		slog.Int64("store_reads", r.Store.Reads()),
		slog.Int64("store_writes", r.Store.Writes()),
		slog.Int64("store_failures", r.Store.Failures()),
		slog.Float64("store_ms", ms(r.Store.Waited())),
		slog.Float64("backend_ms", ms(r.BackendTime)),
		slog.Float64("took_ms", ms(r.Took)),
		slog.Attr{Key: "steps_ns", Value: slog.GroupValue(steps(r.Steps)...)},
	)
}

func refusal(r *gateway.Refusal) []slog.Attr {
	if r == nil {
		return nil
	}
	attrs := []slog.Attr{slog.String("row", r.Row), slog.String("code", r.Code), slog.String("kind", string(r.Fault.Kind))}
	if r.Fault.Err != nil {
		attrs = append(attrs, slog.String("cause", r.Fault.Err.Error()))
	}
	return attrs
}

func steps(times []gateway.StepTime) []slog.Attr {
	attrs := make([]slog.Attr, len(times))
	for i, t := range times {
		attrs[i] = slog.Int64(t.Step, t.Took.Nanoseconds()) // slog takes many times as long for a fraction
	}
	return attrs
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
