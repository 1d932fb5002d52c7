package auth_test

import (
	"context"
	"crypto"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

const (
	nhnSecret = "postern-nhn-secret-0123456789abcdef"
	n2        = "GET\n/members?isEnable=false&type=public\n2024-05-01T00:00:00Z\nhost:kr1-example.api.nhncloudservice.com\n" +
		"x-nhn-client-id:nhn\nx-nhn-client-ip:10.0.0.1,10.0.0.2"
	n2MAC = "Dem0GFyJwulCHrWdO6BwBKIxOo0e8bK+oyylEcy3tKk="
)

// The vectors of dialects/nhn.md, section 15; N0 and T0 are the vendor's own.
func TestHMACVerifiesVendorVectors(t *testing.T) {
	const n4raw = "GET\n/files/a%20b?name=%ED%99%8D%EA%B8%B8%EB%8F%99&tag=x%26y\n2024-05-01T09:00:00+09:00\nx-nhn-client-id:nhn"
	const n4dec = "GET\n/files/a b?name=홍길동&tag=x&y\n2024-05-01T09:00:00+09:00\nx-nhn-client-id:nhn"
	for _, tt := range []struct {
		name, secret, mac string
		hash              crypto.Hash
		candidates        []string
		want              fault.Kind
	}{
		{
			name: "N0", secret: "test", hash: crypto.SHA256, mac: "V5Dye9kgG3tvZOOZertd5LXE0q8CcJGXCxEFCR71hUE=",
			candidates: []string{"GET\n/api/method\n2021-01-28T13:35:54+09:00\n" +
				"x-nhn-client-id:nhn\nx-nhn-client-ip:10.0.0.1,10.0.0.2"},
		},
		{
			name: "N1", secret: "test", hash: crypto.SHA256, mac: "TakslYvUqpUMOL7A+LkeiJMv401PVD61ny80QSPQA/8=",
			candidates: []string{"GET\n/members?isEnable=false&type=public\n2021-02-23T00:00:00+09:00\n" +
				"host:kr1-example.api.nhncloudservice.com\nx-nhn-client-id:nhn\nx-nhn-client-ip:10.0.0.1,10.0.0.2"},
		},
		{name: "N2", secret: nhnSecret, hash: crypto.SHA256, mac: n2MAC, candidates: []string{n2}},
		{
			name: "N2 with spaces", secret: nhnSecret, hash: crypto.SHA256, want: fault.AuthHMACMismatch,
			mac: "m1cEurdz8ZpuVtYEXYN9KCz/Eeuk8zG02944DCvmzAU=", candidates: []string{n2},
		},
		{
			name: "N2 with a line feed at the end", secret: nhnSecret, hash: crypto.SHA256, want: fault.AuthHMACMismatch,
			mac: "ilzVljUqzV+qi7bloNr8HSpzhcxY2jfePkbxlm/wx8Y=", candidates: []string{n2},
		},
		{
			name: "N4 raw", secret: nhnSecret, hash: crypto.SHA256, mac: "VTmZ0mIGg0oUjUfVW7L5oNSSmGUwZ99TMSozcpsoEEg=",
			candidates: []string{n4raw, n4dec},
		},
		{
			name: "N4 decoded", secret: nhnSecret, hash: crypto.SHA256, mac: "RsG9JCQBsvmT18tZ0zUTq9Z2R42/uV5kqB4uar+4F+k=",
			candidates: []string{n4raw, n4dec},
		},
		{
			name: "N4 decoded, not a candidate", secret: nhnSecret, hash: crypto.SHA256, want: fault.AuthHMACMismatch,
			mac: "RsG9JCQBsvmT18tZ0zUTq9Z2R42/uV5kqB4uar+4F+k=", candidates: []string{n4raw},
		},
		{
			name: "N7", secret: "한글-비밀키", hash: crypto.SHA256, mac: "yMtiJWCcChAU4a0/SqoX2VDWAd0Q/uBTmGcwuAvHhy0=",
			candidates: []string{"GET\n/\n2024-05-01T00:00:00Z"},
		},
		{
			name: "T0", secret: "test", hash: crypto.SHA1, mac: "IqY8u/RZY8IMESwa/TPW9P9Z39Y=",
			candidates: []string{"GET\n/test/1?query1=1&query2=2\n2016-07-23T12:20:02+09:00"},
		},
		{
			name: "T1", secret: "postern-toast-secret", hash: crypto.SHA1, mac: "N8VR5qDuJWO6NfrjRjrHUF9ftk8=",
			candidates: []string{"GET\n/apigw/hello\n2019-05-01T09:00:00+09:00"},
		},
		{
			name: "T1 with spaces", secret: "postern-toast-secret", hash: crypto.SHA1, mac: "S8wtIH6WKPCDRkCmeWtndH+G5wI=",
			candidates: []string{"GET\n/apigw/hello\n2019-05-01T09:00:00+09:00"}, want: fault.AuthHMACMismatch,
		},
		{
			name: "T3", secret: "hmac_scret_key", hash: crypto.SHA1, mac: "39eQtFuG7P+XAWe++MhlIvq4fEE=",
			candidates: []string{"DELETE\n/example_apigw/v1.0/apigw/items/7\n2019-05-01T09:00:00+0900"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(&gateway.Credential{Hash: tt.hash, MAC: fromBase64(t, tt.mac), Candidates: tt.candidates})
			if got := run(x, auth.NewHMAC(0, auth.NewStatic(tt.secret), 0).Steps()...); got != tt.want {
				t.Errorf("hmac = %q, want %q", got, tt.want)
			}
			if x.Principal != nil || x.Store.Reads() != 0 {
				t.Errorf("a static key gives principal %v, store calls %d, want none", x.Principal, x.Store.Reads())
			}
		})
	}
}

func TestHMACClock(t *testing.T) {
	mac := fromBase64(t, n2MAC)
	for _, tt := range []struct {
		name string
		skew time.Duration
		at   time.Time
		want fault.Kind
	}{
		{"at once", time.Minute, now(), ""},
		{"as old as may be", time.Minute, now().Add(-time.Minute), ""},
		{"too old", time.Minute, now().Add(-time.Minute - time.Nanosecond), fault.AuthHMACExpired},
		{"as far ahead as may be", time.Minute, now().Add(time.Minute), ""},
		{"too far ahead", time.Minute, now().Add(time.Minute + time.Nanosecond), fault.AuthHMACExpired},
		{"no time", time.Minute, time.Time{}, fault.AuthHMACExpired},
		{"further than a duration holds", time.Minute, time.Unix(1<<40, 0), fault.AuthHMACExpired},
		{"unchecked", 0, now().Add(-24 * time.Hour), ""},
		{"no time, unchecked", 0, time.Time{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := signed(crypto.SHA256, mac, n2)
			c.At = tt.at
			steps := auth.NewHMAC(0, auth.NewStatic(nhnSecret), tt.skew).Steps()
			if steps[0].Name != "hmac.clock" || steps[0].Again || steps[1].Name != "hmac.verify" || steps[1].Again {
				t.Fatalf("Steps() = %q, %q, want hmac.clock and hmac.verify, each once", steps[0].Name, steps[1].Name)
			}
			if got := run(exchange(c), steps...); got != tt.want {
				t.Errorf("hmac of a time %v off = %q, want %q", now().Sub(tt.at), got, tt.want)
			}
		})
	}
}

func TestHMACKeys(t *testing.T) {
	mac := fromBase64(t, n2MAC)
	right, other := auth.NewSecret(nhnSecret), auth.NewSecret("rotated")
	store := keys{byID: map[string]*auth.Key{
		"app-key":  {Name: "k1", App: "shop", Secrets: []*auth.Secret{right}, Grants: map[string]auth.Grant{"orders": {Plan: "gold"}}},
		"rotating": {Name: "k2", App: "shop", Secrets: []*auth.Secret{other, right}},
		"retired":  {Name: "k3", App: "shop", Secrets: []*auth.Secret{other}},
		"off":      {Name: "k4", App: "shop", Secrets: []*auth.Secret{right}, Inactive: true},
		"api-key":  {Name: "k5", App: "shop"},
	}}
	for _, tt := range []struct {
		name, id  string
		store     keys
		mac       []byte
		want      fault.Kind
		principal *gateway.Principal
	}{
		{
			name: "known", id: "app-key", store: store, mac: mac,
			principal: &gateway.Principal{App: "shop", KeyID: "k1", Plan: "gold", Grant: &auth.Grant{Plan: "gold"}},
		},
		{name: "second secret", id: "rotating", store: store, mac: mac, principal: &gateway.Principal{App: "shop", KeyID: "k2"}},
		{name: "other secret", id: "retired", store: store, mac: mac, want: fault.AuthHMACMismatch},
		{name: "unknown", id: "nobody", store: store, mac: mac, want: fault.AuthHMACMismatch},
		{name: "inactive", id: "off", store: store, mac: mac, want: fault.AuthHMACMismatch},
		{name: "a key without secrets", id: "api-key", store: store, mac: mac, want: fault.AuthHMACMismatch},
		{name: "no MAC", id: "app-key", store: store, want: fault.AuthHMACMissing},
		{name: "not a MAC", id: "app-key", store: store, mac: []byte{}, want: fault.AuthHMACMismatch},
		{name: "store down", id: "app-key", store: keys{err: errors.New("down")}, mac: mac, want: fault.InternalStore},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := signed(crypto.SHA256, tt.mac, n2)
			c.KeyID = tt.id
			x := exchange(c)
			if got := run(x, auth.NewHMAC(0, tt.store, 0).Steps()...); got != tt.want {
				t.Errorf("hmac = %q, want %q", got, tt.want)
			}
			if !reflect.DeepEqual(x.Principal, tt.principal) {
				t.Errorf("principal = %+v, want %+v", x.Principal, tt.principal)
			}
			if asked := x.Store.Reads() == 1; asked != (tt.mac != nil) {
				t.Errorf("store calls = %d, want one where there is a MAC, else none", x.Store.Reads())
			}
		})
	}
}

// What an unknown key is verified against must not let anybody in.
func TestHMACDecoyAdmitsNobody(t *testing.T) {
	empty := fromHex(t, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad") // HMAC-SHA256("", "")
	if !auth.NewSecret("").Verify(crypto.SHA256, "", empty) {
		t.Fatal("the vector is wrong")
	}
	x := exchange(signed(crypto.SHA256, empty, ""))
	if got := run(x, auth.NewHMAC(0, keys{}, 0).Steps()...); got != fault.AuthHMACMismatch {
		t.Errorf("hmac of the empty key for an unknown id = %q, want %q", got, fault.AuthHMACMismatch)
	}
}

func TestHMACCandidatesAreCapped(t *testing.T) {
	for _, tt := range []struct {
		before int
		want   fault.Kind
	}{{0, ""}, {15, ""}, {16, fault.AuthHMACMismatch}, {10000, fault.AuthHMACMismatch}} {
		c := signed(crypto.SHA256, fromBase64(t, n2MAC), "")
		c.Candidates = append(slices.Repeat([]string{"wrong"}, tt.before), n2)
		if got := run(exchange(c), auth.NewHMAC(0, auth.NewStatic(nhnSecret), 0).Steps()...); got != tt.want {
			t.Errorf("hmac with the right candidate after %d = %q, want %q", tt.before, got, tt.want)
		}
	}
}

func TestAClientThatLeftIsNoStoreFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	x := exchange(signed(crypto.SHA256, []byte{1}, n2))
	verify := auth.NewHMAC(0, keys{err: context.Canceled}, 0).Steps()[1]
	if got := kind(verify.Run(ctx, x)); got != fault.InternalStore {
		t.Errorf("a store that was cancelled by itself = %q, want %q", got, fault.InternalStore)
	}
	cancel()
	if got := kind(verify.Run(ctx, x)); got != fault.ClientGone {
		t.Errorf("a store that was cancelled by the client = %q, want %q", got, fault.ClientGone)
	}
}

func BenchmarkHMACStep(b *testing.B) {
	x := exchange(signed(crypto.SHA256, make([]byte, 32), n2))
	verify := auth.NewHMAC(0, auth.NewStatic(nhnSecret), 0).Steps()[1]
	b.ReportAllocs()
	for b.Loop() {
		_ = verify.Run(context.Background(), x)
	}
}

// Further candidates are made only until one fits, and count among the capped.
func TestHMACOthers(t *testing.T) {
	for _, tt := range []struct {
		known, before int
		want          fault.Kind
		made          int
	}{{1, 0, "", 1}, {1, 14, "", 15}, {1, 15, fault.AuthHMACMismatch, 16}, {16, 0, fault.AuthHMACMismatch, 1}} {
		c, made := signed(crypto.SHA256, fromBase64(t, n2MAC), ""), 0
		c.Candidates = slices.Repeat([]string{"wrong"}, tt.known)
		c.Others = func(yield func(string) bool) {
			for i := range 100 {
				made++
				if text := map[bool]string{true: n2, false: "wrong"}[i == tt.before]; !yield(text) {
					return
				}
			}
		}
		if got := run(exchange(c), auth.NewHMAC(0, auth.NewStatic(nhnSecret), 0).Steps()...); got != tt.want || made != tt.made {
			t.Errorf("hmac with the right one after %d and %d others = %q, %d made, want %q, %d", tt.known, tt.before, got, made, tt.want, tt.made)
		}
	}
}
