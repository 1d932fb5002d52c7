package storetest

import (
	"reflect"
	"strings"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/limit"
)

func inactiveKey(r *registry) {
	off := app("shop", "first", "second")
	off.Keys[0].Inactive = true
	off.Keys = append(off.Keys, config.Key{Name: "other", Primary: "third"})
	r.applyApps(off)
	for value, inactive := range map[string]bool{"first": true, "second": true, "third": false} {
		if key := r.find(auth.KeyID(value)); key == nil || key.Inactive != inactive {
			r.Errorf("Key(%s) = %+v, want inactive %v", value, key, inactive)
		}
	}
	off.Keys[0].Inactive = false
	r.applyApps(off)
	if key := r.find(auth.KeyID("first")); key == nil || key.Inactive {
		r.Errorf("Key(first) = %+v, want it active again", key)
	}
}

func disabledApp(r *registry) {
	both := app("shop", "first", "")
	both.AccessKeys = []config.AccessKey{{ID: "AK", Secret: "x"}}
	for _, flags := range [][]config.Flag{{config.Disabled}, nil, {config.Disabled}} {
		both.Flags = flags
		r.applyApps(both, app("blog", "second", ""))
		for id, inactive := range map[string]bool{auth.KeyID("first"): flags != nil, "AK": flags != nil, auth.KeyID("second"): false} {
			if key := r.find(id); key == nil || key.Inactive != inactive {
				r.Errorf("with flags %q: Key(%s) = %+v, want inactive %v", flags, id, key, inactive)
			}
		}
	}
}

func changedGrants(r *registry) {
	until := config.Moment(time.Date(2027, 1, 31, 0, 0, 0, 123456789, time.UTC))
	changed := app("shop", "first", "")
	for _, grants := range []map[string]config.Grant{
		{"orders": {Plan: "gold"}},
		{"orders": {}, "stock": {Plan: "free"}},
		{"other": {Plan: "gold", Routes: []string{"list"}, Stages: []string{"release", "test"}, Until: until}},
		nil,
	} {
		changed.Grants = grants
		r.applyApps(changed)
		key := r.find(auth.KeyID("first"))
		if key == nil || len(key.Grants) != len(grants) {
			r.Fatalf("Key = %+v, want grants %v", key, grants)
		}
		for api, g := range grants {
			want := auth.Grant{Plan: g.Plan, Routes: g.Routes, Stages: g.Stages, Until: time.Time(g.Until)}
			if got, ok := key.Grants[api]; !ok || !reflect.DeepEqual(got, want) {
				r.Errorf("API %s is granted %v: %+v, want %+v", api, ok, got, want)
			}
		}
	}
}

func accessKey(r *registry) {
	r.applyApps(signer("shop", "one secret", ""), signer("blog", "two", "secrets"), app("wiki", "first", ""))
	r.signs("AK-shop", "one secret")
	r.signs("AK-blog", "two", "secrets")
	key := r.find("AK-blog")
	if key == nil || key.Name != "AK-blog" || key.App != "blog" || key.Inactive || key.Grants["orders"].Plan != "gold" {
		r.Errorf("Key(AK-blog) = %+v, want it blog's, active, orders: gold", key)
	}
	if r.find("ak-blog") != nil || r.find(auth.KeyID("AK-blog")) != nil || r.find("blog") != nil {
		r.Error("an access key is found by something else than its id")
	}
	off := signer("shop", "one secret", "")
	off.AccessKeys[0].Inactive = true
	r.applyApps(off)
	if key := r.find("AK-shop"); key == nil || !key.Inactive {
		r.Errorf("Key(AK-shop) = %+v, want it inactive", key)
	}
}

func rotatedAccessKey(r *registry) {
	r.applyApps(signer("shop", "old", ""))
	r.applyApps(signer("shop", "new", "old"))
	r.signs("AK-shop", "new", "old")
	r.applyApps(signer("shop", "new", ""))
	r.signs("AK-shop", "new")
	r.applyApps(config.App{Name: "shop", AccessKeys: []config.AccessKey{{ID: "AK-2", Secret: "new"}}})
	r.signs("AK-shop")
	r.signs("AK-2", "new")
}

func accessKeysClash(r *registry) {
	r.applyApps(signer("shop", "old", ""))
	with := func(name string, keys ...config.AccessKey) config.App {
		return config.App{Name: name, AccessKeys: keys}
	}
	for _, tt := range []struct {
		app  config.App
		want string
	}{
		{with("blog", config.AccessKey{ID: "AK-shop", Secret: "x"}), `access-keys[0]: key "AK-shop" of app "shop" has the same id`},
		{with("shop", config.AccessKey{ID: "a", Secret: "x"}, config.AccessKey{ID: "a", Secret: "y"}), `access-keys[1]: key "a" of app "shop" has the same id`},
		{with("blog", config.AccessKey{ID: "a b", Secret: "x"}), "access-keys[0]: the id of an access key has"},
		{with("blog", config.AccessKey{Secret: "x"}), "access-keys[0]: the id of an access key has"},
		{with("blog", config.AccessKey{ID: "a"}), "access-keys[0]: an access key without a secret"},
	} {
		err := r.Apply(r.Context(), &config.Registry{Apps: []config.App{tt.app}})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			r.Errorf("Apply = %v, want %q", err, tt.want)
		}
		r.signs("AK-shop", "old")
		r.signs("a")
	}
}

func plans(r *registry) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		r.Fatal(err)
	}
	for _, tt := range []struct {
		plan config.Plan
		want []limit.Window
	}{
		{config.Plan{Rate: config.Rate{N: 5, Per: time.Second}}, []limit.Window{limit.NewRate("rate", 5, time.Second, 0)}},
		{config.Plan{Quota: config.Quota{N: 1000, Unit: "month"}}, []limit.Window{limit.NewCalendar("quota", 1000, limit.Month, nil)}},
		{
			config.Plan{Rate: config.Rate{N: 600, Per: time.Minute}, Quota: config.Quota{N: 3, Unit: "day", Zone: "Asia/Seoul"}},
			[]limit.Window{limit.NewRate("rate", 600, time.Minute, 0), limit.NewCalendar("quota", 3, limit.Day, seoul)},
		},
		{config.Plan{}, nil},
	} {
		r.apply(&config.Registry{Plans: map[string]config.Plan{"gold": tt.plan}})
		if got, err := r.Plan(r.Context(), "gold"); err != nil || !reflect.DeepEqual(got, tt.want) {
			r.Errorf("Plan(gold) = %v, %v, want %v", got, err, tt.want)
		}
	}
	for _, name := range []string{"other", "", "GOLD"} {
		if got, err := r.Plan(r.Context(), name); err == nil {
			r.Errorf("Plan(%s) = %v, want an error: nobody made it", name, got)
		}
	}
}

// planOfNoZone: an operator's mistake is found when it is made, and changes nothing.
func planOfNoZone(r *registry) {
	for _, zone := range []string{"Asia/Soul", "Local"} {
		err := r.Apply(r.Context(), &config.Registry{
			Secrets: map[string]string{"s": "x"},
			Plans:   map[string]config.Plan{"gold": {Quota: config.Quota{N: 1, Unit: "day", Zone: zone}}},
		})
		if want := "plans.gold.quota: there is no time zone"; err == nil || !strings.Contains(err.Error(), want) {
			r.Errorf("Apply with zone %s = %v, want %q", zone, err, want)
		}
		r.known(map[string]string{}, "s")
	}
}

func secrets(r *registry) {
	r.known(map[string]string{})
	r.known(map[string]string{}, "a")
	r.apply(&config.Registry{Secrets: map[string]string{"a": "1", "b.c-d": "two\nlines \x00 日本", "e": strings.Repeat("x", 4096)}})
	r.known(map[string]string{"a": "1", "b.c-d": "two\nlines \x00 日本"}, "a", "b.c-d", "none", "a")
	r.known(map[string]string{"e": strings.Repeat("x", 4096)}, "e")
	r.apply(&config.Registry{Secrets: map[string]string{"a": "2"}})
	r.known(map[string]string{"a": "2"}, "a")
}

// sealedByNobody: what stands for a stored secret is never taken for one.
func sealedByNobody(r *registry) {
	const tag = "sealed:0123456789abcdef"
	r.apply(&config.Registry{Secrets: map[string]string{"known": "1"}, Apps: []config.App{signer("shop", "old", "")}})
	for _, reg := range []*config.Registry{
		{Secrets: map[string]string{"a": tag}},
		{Secrets: map[string]string{"known": tag}},
		{Secrets: map[string]string{"a": "1"}, Apps: []config.App{signer("blog", tag, "")}},
		{Secrets: map[string]string{"a": "1"}, Apps: []config.App{signer("shop", tag, "")}},
		{Secrets: map[string]string{"a": "1"}, Apps: []config.App{signer("shop", "new", tag)}},
	} {
		if err := r.Apply(r.Context(), reg); err == nil || !strings.Contains(err.Error(), "sealed:") {
			r.Errorf("Apply = %v, want an error about sealed:", err)
		}
		r.known(map[string]string{"known": "1"}, "a", "known")
		r.signs("AK-shop", "old")
		r.signs("AK-blog")
	}
}

func removes(r *registry) {
	plan := map[string]config.Plan{"free": {Rate: config.Rate{N: 1, Per: time.Second}}}
	r.apply(&config.Registry{
		Secrets: map[string]string{"a": "1", "b": "2"}, Plans: plan,
		Apps: []config.App{app("shop", "first", "second"), app("blog", "third", ""), signer("wiki", "x", "")},
	})
	for range 2 {
		r.remove("app", "shop")
		r.remove("app", "wiki")
		r.remove("secret", "a")
		r.remove("plan", "free")
		r.owners(map[string]string{"first": "", "second": "", "third": "blog"})
		r.signs("AK-wiki")
		r.known(map[string]string{"b": "2"}, "a", "b")
		if got, err := r.Plan(r.Context(), "free"); err == nil {
			r.Errorf("Plan(free) = %v, want an error: it was removed", got)
		}
	}
	if err := r.Remove(r.Context(), "key", "first"); err == nil || !strings.Contains(err.Error(), `no kind "key"`) {
		r.Errorf("Remove of a key = %v, want that there is no such kind", err)
	}
	r.applyApps(app("heir", "first", "second"))
	r.owners(map[string]string{"first": "heir", "second": "heir"})
}

// removesGranted: without its plan a caller could not be served.
func removesGranted(r *registry) {
	r.apply(&config.Registry{
		Plans: map[string]config.Plan{"gold": {Rate: config.Rate{N: 1, Per: time.Second}}}, Apps: []config.App{app("shop", "first", "")},
	})
	if err := r.Remove(r.Context(), "plan", "gold"); err == nil || !strings.Contains(err.Error(), `plan "gold" is what app "shop" has`) {
		r.Errorf("Remove = %v, want that shop has the plan", err)
	}
	if got, err := r.Plan(r.Context(), "gold"); err != nil || len(got) != 1 {
		r.Errorf("Plan(gold) = %v, %v, want it as it was", got, err)
	}
	r.applyApps(config.App{Name: "blog", Grants: map[string]config.Grant{"orders": {Plan: "platinum"}}})
	r.remove("plan", "platinum") // that nobody ever made
	r.remove("app", "shop")
	r.remove("plan", "gold")
	if got, err := r.Plan(r.Context(), "gold"); err == nil {
		r.Errorf("Plan(gold) = %v, want an error", got)
	}
}
