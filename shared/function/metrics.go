package function

import (
	"context"
	"log/slog"

	"postern/shared/accesslog"
	"postern/shared/gateway"
	"postern/shared/metrics"
)

// measured puts the metrics of an exchange on its line, unless the settings say that nobody wants them. What an authorizer
// hands over, the function behind it measures.
func measured(s Settings) []accesslog.More {
	if !s.Metrics {
		return nil
	}
	emf := metrics.NewEMF()
	return []accesslog.More{func(ctx context.Context, r *gateway.Record, line []slog.Attr) []slog.Attr {
		if r.Authorizer && !s.Authorizer.Enforce {
			return line
		}
		i := invocationOf(ctx)
		return emf.Append(line, metrics.Exchange{Record: r, Cold: i != nil && i.cold})
	}}
}
