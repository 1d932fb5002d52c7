package admin

import (
	"context"
	"log/slog"
	"maps"
	"slices"
)

// maxNoted is how many changes a record tells.
const maxNoted = 100

// record writes who did what, and what became of it. Nothing of a body is in it but names and differences without secrets.
func (c *call) record(a *answer) {
	message, level := "read", slog.LevelInfo
	if c.route == nil || c.route.changes() {
		message = "act"
	}
	switch {
	case a.Status >= 500:
		level = slog.LevelError
	case a.Status >= 400:
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("request_id", c.operator.RequestID),
		slog.String("operator", c.operator.ARN),
		slog.String("account", c.operator.Account),
		slog.String("access_key", c.operator.AccessKey),
		slog.String("client", c.operator.Address),
		slog.String("method", c.Method),
		slog.Time("received", c.at),
		slog.Duration("took", c.api.Now().Sub(c.at)),
		slog.Int("status", a.Status),
		slog.String("result", result(a)),
	}
	if c.route != nil {
		attrs = append(attrs, slog.String("operation", c.route.name))
	}
	for _, name := range slices.Sorted(maps.Keys(c.vars)) {
		attrs = append(attrs, slog.String("of_"+name, c.vars[name]))
	}
	if c.replayed {
		attrs = append(attrs, slog.Bool("replayed", true))
	}
	if c.query.Get("dry-run") == "true" {
		attrs = append(attrs, slog.Bool("dry_run", true))
	}
	c.api.Log.LogAttrs(context.WithoutCancel(c.Context()), level, message, append(attrs, c.outcome(a)...)...)
}

// outcome is what was changed, or why nothing was.
func (c *call) outcome(a *answer) (attrs []slog.Attr) {
	if a.raised != nil {
		attrs = append(attrs, slog.String("problem", a.raised.Type))
		if a.raised.cause != nil {
			attrs = append(attrs, slog.String("cause", a.raised.cause.Error()))
		}
		return attrs
	}
	if len(c.changed) == 0 {
		return nil
	}
	texts := make([]string, 0, min(len(c.changed), maxNoted))
	for _, one := range c.changed[:cap(texts)] {
		texts = append(texts, one.String())
	}
	return []slog.Attr{slog.Any("changes", texts), slog.Int("changed", len(c.changed))}
}

func result(a *answer) string {
	switch {
	case a.Status >= 500:
		return "failed"
	case a.Status >= 400:
		return "refused"
	}
	return "done"
}
