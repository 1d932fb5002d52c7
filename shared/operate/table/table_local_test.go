//go:build dynamodb

package table_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/config"
	"postern/shared/operate"
	"postern/shared/operate/table"
)

// TestChanged: a change is made anew while others are faster, and given up when they always are.
func TestChanged(t *testing.T) {
	server, err := dynamotest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	found, err := server.Table(t.Context(), rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	s, others := table.Store{Admin: dynamo.NewAdmin(found, nil)}, dynamo.NewAdmin(found, nil)
	rate := func(n int64) func(*config.Registry) error {
		return func(reg *config.Registry) error {
			reg.Plans = map[string]config.Plan{"free": {Rate: config.Rate{N: n, Per: 1e9}}}
			return nil
		}
	}
	for _, tt := range []struct {
		faster int // how often others are
		want   error
	}{{0, nil}, {4, nil}, {5, operate.ErrChanged}} {
		edits := 0
		err := s.Change(t.Context(), func(reg *config.Registry) error {
			if edits++; edits <= tt.faster {
				if err := others.Change(context.WithoutCancel(t.Context()), rate(int64(100+edits))); err != nil {
					return err
				}
			}
			return rate(int64(7 + tt.faster))(reg)
		})
		if !errors.Is(err, tt.want) || edits != min(tt.faster+1, 5) {
			t.Errorf("others %d times faster: %v after %d edits, want %v", tt.faster, err, edits, tt.want)
		}
	}
	if _, err := s.Diff(t.Context(), &config.Registry{Version: 1, Secrets: map[string]string{"a": "sealed:0011223344556677"}}); !errors.Is(err, operate.ErrChanged) || !errors.Is(err, dynamo.ErrChanged) {
		t.Errorf("Diff of a tag of nothing = %v, want %v", err, operate.ErrChanged)
	}
	if differ, err := s.Diff(t.Context(), &config.Registry{Version: 1, Apps: []config.App{{Name: "a"}}}); err != nil || len(differ) != 1 || differ[0] != (operate.Entry{Kind: operate.App, Name: "a"}) {
		t.Errorf("Diff = %v, %v", differ, err)
	}
	if reg, err := s.Read(t.Context()); err != nil || reg.Plans["free"].Rate.N != 105 {
		t.Errorf("Read = %+v, %v", reg, err)
	}
}
