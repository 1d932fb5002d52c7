package operate_test

import (
	"errors"
	"slices"
	"testing"

	"postern/shared/config"
	"postern/shared/operate"
)

// TestSetFlag: what is flagged is there, and an owner without flags stays.
func TestSetFlag(t *testing.T) {
	reg := sample()
	if !operate.AddOwner(reg, "acme") || operate.AddOwner(reg, "acme") {
		t.Error("an owner is new twice, or never")
	}
	for _, e := range []struct {
		operate.Entry
		flag config.Flag
	}{
		{operate.Entry{Kind: operate.App, Name: "shop"}, config.Disabled},
		{operate.Entry{Kind: operate.Host, Name: "h"}, config.Legal},
		{operate.Entry{Kind: operate.API, Name: "members"}, config.Moved},
		{operate.Entry{Kind: operate.Owner, Name: "acme"}, config.Overdue},
	} {
		for i, on := range []bool{true, true, false, false} {
			if changed, err := operate.SetFlag(reg, e.Entry, e.flag, on); changed != (i%2 == 0) || err != nil {
				t.Errorf("SetFlag(%v, %s, %v) = %v, %v, want %v", e.Entry, e.flag, on, changed, err, i%2 == 0)
			}
		}
		stays := e.Kind == operate.App || e.Kind == operate.Owner
		if there := slices.Contains(operate.Entries(reg), e.Entry); there != stays {
			t.Errorf("%v without flags is there: %v, want %v", e.Entry, there, stays)
		}
	}
	for _, tt := range []struct {
		operate.Entry
		flag config.Flag
		want error
	}{
		{operate.Entry{Kind: operate.App, Name: "shpo"}, config.Disabled, operate.ErrNotFound},
		{operate.Entry{Kind: operate.Owner, Name: "acm"}, config.Overdue, operate.ErrNotFound},
		{operate.Entry{Kind: operate.Host, Name: "h"}, config.Overdue, operate.ErrInvalid},
		{operate.Entry{Kind: operate.App, Name: "shop"}, "lost", operate.ErrInvalid},
	} {
		if changed, err := operate.SetFlag(reg, tt.Entry, tt.flag, true); changed || !errors.Is(err, tt.want) {
			t.Errorf("SetFlag(%v, %s) = %v, %v, want %v", tt.Entry, tt.flag, changed, err, tt.want)
		}
	}
}

// TestStatesDiffer in their flags, whatever their order; an owner that an app has stays.
func TestStatesDiffer(t *testing.T) {
	have, want := sample(), sample()
	have.APIs = map[string]config.Flags{"members": {config.Legal, config.Moved}}
	want.APIs = map[string]config.Flags{"members": {config.Moved, config.Legal}}
	if differ := operate.Differing(have, want); len(differ) != 0 {
		t.Errorf("in another order they differ in %v", differ)
	}
	want.Owners = map[string]config.Flags{"acme": nil}
	want.Apps[0].Owner = "acme"
	if err := operate.Merge(have, want); err != nil {
		t.Fatal(err)
	}
	owner := operate.Part{Entry: operate.Entry{Kind: operate.Owner, Name: "acme"}}
	if err := owner.Remove(have); !errors.Is(err, operate.ErrConflict) || !owner.Exists(have) {
		t.Errorf("Remove = %v, want %v", err, operate.ErrConflict)
	}
	have.Apps[0].Owner = ""
	if err := owner.Remove(have); err != nil || owner.Exists(have) {
		t.Errorf("Remove = %v, exists %v", err, owner.Exists(have))
	}
}
