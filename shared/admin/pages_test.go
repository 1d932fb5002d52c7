package admin_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"postern/shared/limit"
)

// pages: every list comes in pages, each thing once, also where others come and go meanwhile.
func pages(t *testing.T, s stores) {
	b := filled(t, s)
	for i := range 5 {
		b.call("PUT", "/v1/apps/a"+strconv.Itoa(i), "{}").is(201)
		b.call("POST", "/v1/apps/lab/keys", `{"name":"k`+strconv.Itoa(i)+`"}`).is(201)
	}
	for path, want := range map[string]string{
		"/v1/apps": "a0 a1 a2 a3 a4 lab shop", "/v1/plans": "free gold", "/v1/secrets": "members-hmac", "/v1/apps/lab/keys": "k0 k1 k2 k3 k4",
		"/v1/apps/shop/access-keys": "AK1", "/v1/apps/shop/grants": "members orders", "/v1/apps/a0/keys": "",
	} {
		for limit := 1; limit <= 8; limit++ {
			if got := strings.Join(b.walk(path, limit, func() {}), " "); got != want {
				t.Errorf("%s in pages of %d = %s, want %s", path, limit, got, want)
			}
		}
	}
	n := 0
	got := b.walk("/v1/apps", 2, func() {
		n++
		b.call("DELETE", "/v1/apps/a1", "")
		b.call("PUT", "/v1/apps/a0"+strconv.Itoa(n), "{}")
	})
	if want := "a0 a1 a2 a3 a4 lab shop"; strings.Join(got, " ") != want {
		t.Errorf("with changes meanwhile = %s, want %s", got, want)
	}
	for _, query := range []string{"limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "cursor=!", "cursor=MjphYQ", "offset=1", "limit=1;cursor=x", "%zz=1", "limit=%ff"} {
		b.call("GET", "/v1/apps?"+query, "").refused(400, "malformed")
	}
	b.call("GET", "/v1/apps?limit=x", "").refused(400, "malformed", `"errors":[{"parameter":"limit","detail":"write a number from 1 to 1000"}]`)
}

// walk is the names on all pages.
func (b *bench) walk(path string, limit int, between func()) (names []string) {
	for cursor := ""; ; between() {
		r := b.call("GET", fmt.Sprintf("%s?limit=%d&cursor=%s", path, limit, url.QueryEscape(cursor)), "").is(200)
		var p struct {
			Items []struct{ Name, ID, API, Owner string }
			Next  string
		}
		if err := json.Unmarshal([]byte(r.text), &p); err != nil || len(p.Items) > limit {
			b.Errorf("%s = %s, %v", path, r.text, err)
		}
		for _, item := range p.Items {
			names = append(names, item.Name+item.ID+item.API+item.Owner)
		}
		if cursor = p.Next; cursor == "" {
			return names
		}
	}
}

// quotas: seen by the keys of owners and what those say, and reset.
func quotas(t *testing.T, s stores) {
	b := newBench(t, s)
	day, hour := limit.NewCalendar("daily", 5, limit.Day, nil), limit.NewCalendar("hourly", 5, limit.Hour, nil)
	for i, owner := range []string{"app:members:shop", "key:members:shop:web", "app:members:get:lab"} {
		if _, err := s.counter.Charge(t.Context(), limit.Charge{ID: uint64(i + 1), Owner: owner, At: b.now, Units: 2, Windows: []limit.Window{day, hour}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.walk("/v1/quotas", 4, func() {}); !slices.Equal(slices.Compact(got), []string{"app:members:get:lab", "app:members:shop", "key:members:shop:web"}) || len(got) != 6 {
		t.Errorf("quotas of %v", got)
	}
	for query, want := range map[string]string{
		"owner=key%3A": "key:members:shop:web", "app=shop": "app:members:shop,key:members:shop:web", "route=get": "app:members:get:lab",
		"api=orders": "", "api=members&app=lab": "app:members:get:lab",
	} {
		r := b.call("GET", "/v1/quotas?"+query, "").is(200)
		for owner := range strings.SplitSeq("app:members:get:lab,app:members:shop,key:members:shop:web", ",") {
			if strings.Contains(r.text, owner) != strings.Contains(want, owner) {
				t.Errorf("quotas with %s = %s, want %s", query, r.text, want)
			}
		}
	}
	b.call("GET", "/v1/quotas?owner=app%3Amembers%3Ashop", "").is(200, `{"owner":"app:members:shop","limit":"daily","unit":"day","used":2,"ends":"2026-11-22T00:00:00Z"}`)
	r := b.call("POST", "/v1/quotas/reset", `{"owner":"app:members:shop","limit":"daily"}`).is(200, `{"windows":1}`)
	if r.record["of_owner"] != "app:members:shop" || r.record["of_limit"] != "daily" || r.record["message"] != "act" {
		t.Errorf("the record is %v", r.record)
	}
	b.call("POST", "/v1/quotas/reset", `{"owner":"app:members:shop"}`).is(200, `{"windows":1}`)
	b.call("POST", "/v1/quotas/reset", `{"owner":"app:members:shop"}`).is(200, `{"windows":0}`)
	b.call("POST", "/v1/quotas/reset", `{"limit":"daily"}`).refused(422, "invalid", `"/owner"`)
}
