package function

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// sparse logs what may happen with every request: at most a line a minute, with how often it did. It is safe for concurrent
// use.
type sparse struct {
	log *slog.Logger
	now func() time.Time

	mu    sync.Mutex
	next  time.Time // no line before
	times int       // since the last line
}

func newSparse(log *slog.Logger, now func() time.Time) *sparse { return &sparse{log: log, now: now} }

func (s *sparse) error(ctx context.Context, message string, err error) {
	if times, ok := s.due(); ok {
		s.log.LogAttrs(ctx, slog.LevelError, message, slog.String("cause", err.Error()), slog.Int("times", times))
	}
}

func (s *sparse) due() (times int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times++
	now := s.now()
	if now.Before(s.next) {
		return 0, false
	}
	times, s.times, s.next = s.times, 0, now.Add(time.Minute)
	return times, true
}
