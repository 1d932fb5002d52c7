package registry_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/registry"
)

// The SHA-256 of "abc" (FIPS 180-2, B.1).
const abcDigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func TestCredentials(t *testing.T) {
	app := &config.App{
		Name: "shop",
		Keys: []config.Key{
			{Name: "one", Primary: "sha256:" + strings.ToUpper(abcDigest), Secondary: "second"},
			{Name: "same", Primary: "both", Secondary: "both", Inactive: true},
		},
		AccessKeys: []config.AccessKey{{ID: "AK", Secret: "x", Secondary: "y"}, {ID: "AK-2", Secret: "z", Inactive: true}},
		Grants:     map[string]config.Grant{"orders": {Plan: "gold"}, "stock": {Plan: "none"}, "old": {}},
	}
	want := []registry.Credential{
		{At: "keys[0]", Name: "one", IDs: []string{auth.KeyID("abc"), auth.KeyID("second")}},
		{At: "keys[1]", Name: "same", IDs: []string{auth.KeyID("both")}, Inactive: true},
		{At: "access-keys[0]", Name: "AK", IDs: []string{"AK"}, Secrets: []string{"x", "y"}},
		{At: "access-keys[1]", Name: "AK-2", IDs: []string{"AK-2"}, Secrets: []string{"z"}, Inactive: true},
	}
	got, err := registry.Credentials(app)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("Credentials = %+v, %v, want %+v", got, err, want)
	}
	key := got[2].Key(app)
	if want := (&auth.Key{Name: "AK", App: "shop", Grants: map[string]auth.Grant{"orders": {Plan: "gold"}, "stock": {}, "old": {}}}); !reflect.DeepEqual(key, want) {
		t.Errorf("Key = %+v, want %+v", key, want)
	}
	if app.Grants["stock"].Plan != "none" {
		t.Error("the app was changed")
	}
	app.Flags = []config.Flag{config.Disabled}
	got, err = registry.Credentials(app)
	for _, c := range got {
		if err != nil || !c.Inactive {
			t.Errorf("of a disabled app %+v, %v, want it inactive", c, err)
		}
	}
}

func TestCredentialsRefuses(t *testing.T) {
	key := func(primary, secondary string) config.App {
		return config.App{Keys: []config.Key{{Primary: primary, Secondary: secondary}}}
	}
	access := func(id, secret string) config.App {
		return config.App{AccessKeys: []config.AccessKey{{ID: id, Secret: secret}}}
	}
	for want, app := range map[string]config.App{
		"keys[0]: an empty key":                      key("", "hunter2"),
		"keys[0]: no digest":                         key("sha256:hunter2", ""),
		"keys[0]: no digest after":                   key("hunter2", "sha256:"+abcDigest[2:]),
		"access-keys[0]: the id of an access key":    access("hunter 2", "hunter2"),
		"access-keys[0]: the id of an access key h":  access("", "hunter2"),
		"access-keys[0]: an access key without a se": access("AK", ""),
	} {
		if got, err := registry.Credentials(&app); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter") {
			t.Errorf("Credentials = %v, %v, want %q", got, err, want)
		}
	}
}

func TestTaken(t *testing.T) {
	for want, c := range map[string]registry.Credential{
		`keys[1]: key "main" of app "shop" has the same value: give each key its own`:     {At: "keys[1]"},
		`access-keys[0]: key "main" of app "shop" has the same id: give each key its own`: {At: "access-keys[0]", Secrets: []string{"hunter2"}},
	} {
		if err := c.Taken("shop", "main"); err.Error() != want {
			t.Errorf("Taken = %q, want %q", err, want)
		}
	}
}

func TestDigest(t *testing.T) {
	if got := registry.Digest(auth.KeyID("abc")); got != "sha256:"+abcDigest {
		t.Errorf("Digest = %s, want that of abc", got)
	}
}

func TestWindows(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		plan config.Plan
		want []limit.Window
	}{
		{config.Plan{}, nil},
		{config.Plan{Rate: config.Rate{N: 5, Per: time.Second}}, []limit.Window{{Name: "rate", Shape: limit.Rate, N: 5, Per: time.Second, Burst: 5}}},
		{config.Plan{Quota: config.Quota{N: 1000, Unit: "month"}}, []limit.Window{{Name: "quota", Shape: limit.Calendar, N: 1000, Unit: limit.Month, Zone: time.UTC}}},
		{
			config.Plan{Rate: config.Rate{N: 600, Per: time.Minute}, Quota: config.Quota{N: 3, Unit: "day", Zone: "Asia/Seoul"}},
			[]limit.Window{
				{Name: "rate", Shape: limit.Rate, N: 600, Per: time.Minute, Burst: 10},
				{Name: "quota", Shape: limit.Calendar, N: 3, Unit: limit.Day, Zone: seoul},
			},
		},
	} {
		if got, err := registry.Windows(tt.plan); err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Windows(%v) = %v, %v, want %v", tt.plan, got, err, tt.want)
		}
	}
	for _, zone := range []string{"Asia/Soul", "Local"} {
		if got, err := registry.Windows(config.Plan{Quota: config.Quota{N: 1, Unit: "day", Zone: zone}}); err == nil {
			t.Errorf("Windows of zone %s = %v, want an error", zone, got)
		}
	}
}
