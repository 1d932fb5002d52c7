package dynamo_test

import (
	"testing"
	"time"

	"postern/shared/config"
	"postern/shared/guard"
)

func (r registryStore) stands(t *testing.T, owner string, want guard.Standing) {
	t.Helper()
	if got, err := r.Standing(t.Context(), "h", "orders", owner); err != nil || got != want {
		t.Fatalf("Standing with owner %q = %+v, %v, want %+v", owner, got, err, want)
	}
}

// TestStates: one read tells all three; what is in order holds for 10 s, that an owner is not there for 5.
func TestStates(t *testing.T) {
	s, r, c, _ := cached(t, shop())
	for range 3 {
		r.stands(t, "", guard.Standing{})
		r.stands(t, "acme", guard.Standing{NoOwner: true})
	}
	s.wants(t, "cold", "BatchGetItem h#h i#orders", "BatchGetItem h#h i#orders o#acme")
	r.apply(t, &config.Registry{
		Hosts: map[string]config.Flags{"h": {config.Legal}}, Owners: map[string]config.Flags{"acme": {config.Overdue}},
	})
	s.ask()
	c.move(5*time.Second - 1)
	r.stands(t, "acme", guard.Standing{NoOwner: true})
	s.wants(t, "just before 5 s")
	c.move(1)
	r.stands(t, "acme", guard.Standing{HostLegal: true, Overdue: true})
	r.stands(t, "", guard.Standing{})
	s.wants(t, "after 5 s", "BatchGetItem h#h i#orders o#acme")
	c.move(5 * time.Second)
	r.stands(t, "", guard.Standing{HostLegal: true})
	r.stands(t, "acme", guard.Standing{HostLegal: true, Overdue: true})
	s.wants(t, "after 10 s", "BatchGetItem h#h i#orders")
}

// TestStatesFail: what cannot be read, or not be understood, is an error, whatever was known before; and nothing is learnt of it.
func TestStatesFail(t *testing.T) {
	s, r, c, _ := cached(t, shop())
	r.stands(t, "", guard.Standing{})
	c.move(10 * time.Second)
	s.fails(always("BatchGetItem", code(400, "AccessDeniedException", "no")))
	for range 2 {
		if got, err := r.Standing(t.Context(), "h", "orders", ""); err == nil {
			t.Errorf("Standing = %+v, want an error", got)
		}
	}
	s.fails(nil)
	s.items["i#orders"] = value{"pk": value{"S": "i#orders"}, "v": value{"S": "1"}, "doc": value{"S": `["lost"]`}}
	if got, err := r.Standing(t.Context(), "h", "orders", ""); err == nil {
		t.Errorf("Standing with a broken item = %+v, want an error", got)
	}
	if _, err := r.Read(t.Context()); err == nil {
		t.Error("Read of a broken item = nil, want an error")
	}
	delete(s.items, "i#orders")
	r.stands(t, "", guard.Standing{})
}

// TestStatesAreWritten: once, and only where they differ.
func TestStatesAreWritten(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	reg := &config.Registry{APIs: map[string]config.Flags{"orders": {config.Moved}}, Owners: map[string]config.Flags{"acme": nil}}
	r.apply(t, reg)
	s.wrote(t, "new ones", "put i#orders", "put o#acme")
	r.apply(t, reg)
	s.wrote(t, "the same")
	err := r.Change(t.Context(), func(reg *config.Registry) error {
		reg.APIs["orders"][0] = config.Legal
		delete(reg.Owners, "acme")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.wrote(t, "a change", "put i#orders", "delete o#acme")
}
