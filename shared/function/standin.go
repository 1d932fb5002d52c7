package function

import (
	"context"
	"sync"
	"time"

	"postern/shared/config"
	"postern/shared/gateway"
)

const defaultDialect = "nhn"

// standIn answers while there is no gateway: every request as its dialect answers a failure of the gateway itself.
type standIn struct {
	voice config.Voice
	now   func() time.Time
	lines *sparse

	once sync.Once
	api  gateway.API
}

// gateway is the one that refuses everything because of cause, and says so in the log.
func (s *standIn) gateway(cause error) *gateway.Gateway {
	s.once.Do(s.learn)
	api := s.api
	api.Steps = []gateway.Step{gateway.Fail("definition", cause)}
	return &gateway.Gateway{
		Find: func(*gateway.Request) *gateway.API { return &api },
		Now:  s.now,
		Log: func(ctx context.Context, _ *gateway.Record) {
			s.lines.error(ctx, "nothing is served: every request is answered as a failure of the gateway", cause)
		},
	}
}

// learn makes the API speak: with the default voice where there is no such one.
func (s *standIn) learn() {
	known := dialects(s.voice)
	if len(known) == 0 {
		known = dialects(config.Voice{Name: defaultDialect})
	}
	s.api = gateway.API{Dialect: known[0].Name, Amend: known[0].Amend, Render: known[0].Render}
}
