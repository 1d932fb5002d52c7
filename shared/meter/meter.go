// Package meter counts what one exchange costs in stores behind a network, and how long it waits for them.
//
// It promises nothing but the count: who opens an exchange puts a Meter into its context, stores add to it, the access log
// shows it. It imports the standard library alone.
package meter

import (
	"context"
	"sync/atomic"
	"time"
)

// Meter counts calls as they were sent, copies included. The zero value is ready; it is safe for concurrent use.
type Meter struct {
	Now func() time.Time // for what is waited; nil: that is not measured

	reads, writes, failures, waited atomic.Int64
	counted                         counted
}

// counted is a context that lies in its Meter: an exchange pays no allocation for being counted.
type counted struct {
	context.Context
	meter *Meter
}

type key struct{}

// Value is the Meter, or what the context around it has.
func (c *counted) Value(k any) any {
	if k == (key{}) {
		return c.meter
	}
	return c.Context.Value(k)
}

// With is ctx for an exchange that m counts. A Meter counts one exchange.
func With(ctx context.Context, m *Meter) context.Context {
	m.counted = counted{ctx, m}
	return &m.counted
}

// Read counts a call that reads. Without a Meter in ctx it does nothing.
func Read(ctx context.Context) { add(ctx, func(m *Meter) *atomic.Int64 { return &m.reads }) }

// Write counts a call that writes, also one whose condition did not hold: it is paid for alike.
func Write(ctx context.Context) { add(ctx, func(m *Meter) *atomic.Int64 { return &m.writes }) }

// Fail counts a call that got no usable answer.
func Fail(ctx context.Context) { add(ctx, func(m *Meter) *atomic.Int64 { return &m.failures }) }

func add(ctx context.Context, field func(*Meter) *atomic.Int64) {
	if m, ok := ctx.Value(key{}).(*Meter); ok {
		field(m).Add(1)
	}
}

// Wait begins to measure what is waited for a store, up to the call of what it returns. Without a Meter in ctx it does nothing.
func Wait(ctx context.Context) (done func()) {
	m, ok := ctx.Value(key{}).(*Meter)
	if !ok || m.Now == nil {
		return func() {}
	}
	start := m.Now()
	return func() { m.waited.Add(int64(m.Now().Sub(start))) }
}

// Reads, Writes and Failures are the counts so far.
func (m *Meter) Reads() int64 { return m.reads.Load() }

// Writes is documented at Reads.
func (m *Meter) Writes() int64 { return m.writes.Load() }

// Failures is documented at Reads.
func (m *Meter) Failures() int64 { return m.failures.Load() }

// Waited is the time spent on waiting so far, summed up over calls that were made at the same time.
func (m *Meter) Waited() time.Duration { return time.Duration(m.waited.Load()) }

// Cost is what a Meter has counted, for another one.
type Cost struct {
	Reads, Writes, Failures int64         `json:",omitzero"`
	Waited                  time.Duration `json:",omitzero"`
}

// Cost is what m has counted so far.
func (m *Meter) Cost() Cost { return Cost{m.Reads(), m.Writes(), m.Failures(), m.Waited()} }

// Add counts what another Meter has counted for the same exchange.
func (m *Meter) Add(c Cost) {
	m.reads.Add(c.Reads)
	m.writes.Add(c.Writes)
	m.failures.Add(c.Failures)
	m.waited.Add(int64(c.Waited))
}
