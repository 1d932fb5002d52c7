package storetest

import (
	"strings"

	"postern/shared/config"
	"postern/shared/guard"
)

// stands wants a host, an API and its owner to stand like this.
func (r *registry) stands(host, api, owner string, want guard.Standing) {
	r.Helper()
	if got, err := r.Standing(r.Context(), host, api, owner); err != nil || got != want {
		r.Errorf("Standing(%q, %q, %q) = %+v, %v, want %+v", host, api, owner, got, err, want)
	}
}

// flags are those of one thing.
func flags(name string, all ...config.Flag) map[string]config.Flags {
	return map[string]config.Flags{name: all}
}

func states(r *registry) {
	r.stands("h.example.com", "orders", "", guard.Standing{})
	r.apply(&config.Registry{Owners: flags("acme")})
	for _, tt := range []struct {
		reg  config.Registry
		want guard.Standing
	}{
		{config.Registry{}, guard.Standing{}},
		{config.Registry{Hosts: flags("h.example.com", config.Legal)}, guard.Standing{HostLegal: true}},
		{config.Registry{APIs: flags("orders", config.Moved)}, guard.Standing{HostLegal: true, Moved: true}},
		{
			config.Registry{Hosts: flags("h.example.com"), APIs: flags("orders", config.Expired, config.Legal)},
			guard.Standing{Legal: true, Expired: true},
		},
		{
			config.Registry{APIs: flags("orders"), Owners: flags("acme", config.Overdue)},
			guard.Standing{Overdue: true},
		},
		{config.Registry{Owners: flags("acme")}, guard.Standing{}},
	} {
		r.apply(&tt.reg)
		r.stands("h.example.com", "orders", "acme", tt.want)
	}
}

// statesOfOthers: a flag is that of one thing of one kind.
func statesOfOthers(r *registry) {
	r.apply(&config.Registry{
		Hosts: flags("same", config.Legal), APIs: flags("api", config.Moved), Owners: flags("owner", config.Overdue),
	})
	for _, tt := range []struct {
		host, api, owner string
		want             guard.Standing
	}{
		{"same", "same", "", guard.Standing{HostLegal: true}},
		{"api", "api", "", guard.Standing{Moved: true}},
		{"owner", "owner", "owner", guard.Standing{Overdue: true}},
		{"owner", "owner", "", guard.Standing{}},
		{"SAME", "Api", "Owner", guard.Standing{NoOwner: true}},
		{"same", "api", "api", guard.Standing{HostLegal: true, Moved: true, NoOwner: true}},
		{"", "", "", guard.Standing{}},
		{"same.example.com", "a#api", "日本", guard.Standing{NoOwner: true}},
	} {
		r.stands(tt.host, tt.api, tt.owner, tt.want)
	}
	for range 2 {
		r.remove("host", "same")
		r.remove("api", "api")
		r.stands("same", "api", "owner", guard.Standing{Overdue: true})
	}
	r.remove("owner", "owner")
	r.stands("same", "api", "owner", guard.Standing{NoOwner: true})
}

// appOwners: an owner that an app has stays, and a key says whose it is.
func appOwners(r *registry) {
	mine := signer("shop", "secret", "")
	mine.Owner = "acme"
	r.apply(&config.Registry{Owners: flags("acme", config.Overdue), Apps: []config.App{mine, signer("blog", "secret", "")}})
	for id, want := range map[string]string{"AK-shop": "acme", "AK-blog": ""} {
		if key := r.find(id); key == nil || key.Owner != want {
			r.Errorf("Key(%s) = %+v, want it of owner %q", id, key, want)
		}
	}
	if err := r.Remove(r.Context(), "owner", "acme"); err == nil || !strings.Contains(err.Error(), `owner "acme" is whom app "shop" belongs to`) {
		r.Errorf("Remove = %v, want that shop belongs to acme", err)
	}
	r.stands("h", "a", "acme", guard.Standing{Overdue: true})
	mine.Owner = ""
	r.applyApps(mine)
	r.remove("owner", "acme")
	r.stands("h", "a", "acme", guard.Standing{NoOwner: true})
}
