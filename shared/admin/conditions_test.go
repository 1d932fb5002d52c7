package admin_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"postern/shared/config"
	"postern/shared/operate"
)

// conditions: If-Match and If-None-Match, of every kind of thing.
func conditions(t *testing.T, s stores) {
	b := filled(t, s)
	for _, tt := range []struct{ path, before, after string }{
		{"/v1/apps/lab", `{"grants":{"members":"gold"}}`, `{"grants":{"members":"none"}}`},
		{"/v1/plans/gold", `{"rate":"50/s"}`, `{"rate":"51/s"}`},
		{"/v1/secrets/members-hmac", `{"value":"` + plantedSecret + `"}`, `{"value":"` + plantedOther + `"}`},
		{"/v1/apps/lab/grants/members", `{"plan":"gold"}`, `{"plan":"free"}`},
		{"/v1/owners/acme", `{}`, `{"flags":["overdue"]}`},
	} {
		b.call("PUT", tt.path, tt.before)
		first := b.call("GET", tt.path, "").etag()
		b.call("PUT", tt.path, tt.after, "If-None-Match: *").refused(412, "changed")
		b.call("PUT", tt.path, tt.after, `If-Match: "nothing", W/`+first).refused(412, "changed")
		second := b.call("PUT", tt.path, tt.after, `If-Match: "a,b", `+first).is(200).etag()
		if second == first {
			t.Errorf("the ETag is %s before and after", first)
		}
		b.call("PUT", tt.path, tt.before, "If-Match: "+first).refused(412, "changed")
		b.call("DELETE", tt.path, "", "If-Match: "+first).is(412)
		for _, odd := range []string{"x", `"x`, `"x" "y"`, "*, *", first + `;"`} {
			b.call("PUT", tt.path, tt.before, "If-Match: "+odd).refused(400, "malformed", "If-Match: write *")
		}
		for _, known := range []string{second, "W/" + second, `"x", ` + second, "*"} {
			if r := b.call("GET", tt.path, "", "If-None-Match: "+known).is(304); r.text != "" || r.etag() != second {
				t.Errorf("304 with %q and the ETag %s", r.text, r.etag())
			}
		}
		b.call("GET", tt.path, "", "If-None-Match: "+first).is(200)
		b.call("PUT", tt.path+"2", tt.before, "If-Match: *").refused(412, "changed")
		b.call("PUT", tt.path+"2", tt.before, "If-None-Match: *").is(201)
	}
}

// races: a change that another one overtakes between its reading and its writing is refused where it has an If-Match, and made
// anew where it has none.
func races(t *testing.T, s stores) {
	overtaken := &overtaken{Store: s.registry}
	s.registry = overtaken
	b := filled(t, s)
	tag := b.call("GET", "/v1/plans/free", "").etag()
	overtaken.by = func(reg *config.Registry) { reg.Plans["free"] = config.Plan{Rate: config.Rate{N: 9, Per: 1e9}} }
	b.call("PUT", "/v1/plans/free", `{"rate":"7/s"}`, "If-Match: "+tag).refused(412, "changed")
	b.call("GET", "/v1/plans/free", "").is(200, `"9/s"`)
	overtaken.by = func(reg *config.Registry) { operate.FindApp(reg, "lab").Flags = []config.Flag{config.Disabled} }
	b.call("POST", "/v1/apps/lab/keys", "").is(201)
	b.call("GET", "/v1/apps/lab", "").is(200, `"keys":`, `"disabled"`)

	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			w, q := newCall("POST", "/v1/apps/lab/keys", b)
			b.api.ServeHTTP(w, q)
			if w.Code != http.StatusCreated && w.Code != http.StatusConflict {
				t.Errorf("at once: %d %s", w.Code, w.Body)
			}
		})
	}
	all.Wait()
	overtaken.always = operate.ErrChanged
	b.call("PUT", "/v1/plans/free", `{"rate":"7/s"}`).refused(409, "conflict")
	b.call("PUT", "/v1/plans/free", `{"rate":"7/s"}`, "If-Match: *").refused(412, "changed")
}

// overtaken is a registry that somebody else changes while it is about to be.
type overtaken struct {
	operate.Store
	mu     sync.Mutex
	by     func(*config.Registry)
	always error
}

// Change makes the other change first, once it has been read.
func (o *overtaken) Change(ctx context.Context, edit func(*config.Registry) error) error {
	if o.always != nil {
		return o.always
	}
	o.mu.Lock()
	by := o.by
	o.by = nil
	o.mu.Unlock()
	if by != nil {
		if err := o.Store.Change(ctx, func(reg *config.Registry) error { by(reg); return nil }); err != nil {
			return err
		}
	}
	return o.Store.Change(ctx, edit)
}
