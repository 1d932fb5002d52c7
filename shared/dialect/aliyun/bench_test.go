package aliyun_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/gateway"
)

// keys are those of a registry that knows one.
type keys struct{ key *auth.Key }

func (k keys) Key(context.Context, string) (*auth.Key, error) { return k.key, nil }

// benchmark is what a route asks of a signed request: to be read, to name a key, to be of its time, and to verify.
func benchmark(b *testing.B, r *gateway.Request, holds bool) {
	key := &auth.Key{Name: appKey, App: "a1", Secrets: []*auth.Secret{auth.NewSecret(appSecret)}}
	mac := auth.NewHMAC(0, keys{key}, 15*time.Minute)
	mac.Named = true
	steps := append(mac.Steps(), auth.Read("hmac.read", auth.Member{Read: reader(b, "hmac", auth.Rules{})}))
	slices.SortFunc(steps, func(s, t gateway.Step) int {
		order := newDialect(b).Order
		return slices.Index(order, s.Name) - slices.Index(order, t.Name)
	})
	api := &gateway.API{Name: "g1"}
	x := &gateway.Exchange{}
	verify := func() error {
		*x = gateway.Exchange{Request: r, API: api}
		for _, s := range steps {
			if err := s.Run(context.Background(), x); err != nil {
				return err
			}
		}
		return nil
	}
	if err := verify(); (err == nil) != holds {
		b.Fatalf("verify = %v, want it to hold: %v", err, holds)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = verify()
	}
}

// signedGET has six signed headers.
func signedGET(b *testing.B) *gateway.Request {
	r := request("GET /v1/users/42?b=2&a=1&name=%E6%B5%8B%E8%AF%95", "accept: application/json")
	r.Header.Set("X-Custom-Tag", "blue")
	s := signing()
	s.Nonce, s.Stage, s.Headers, s.At = "bf68c5bf-728f-4bfa-916e-55953b3d4e36", "release", []string{"x-custom-tag"}, r.Received
	if err := newDialect(b).Sign(r, s); err != nil {
		b.Fatal(err)
	}
	return r
}

func BenchmarkVerifyGET(b *testing.B) { benchmark(b, signedGET(b), true) }

func BenchmarkWrong(b *testing.B) {
	r := signedGET(b)
	r.Header.Set("X-Ca-Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	benchmark(b, r, false)
}

// BenchmarkWrongEverywhere has all sixteen spellings.
func BenchmarkWrongEverywhere(b *testing.B) {
	r := request("POST /v1/users%20/42?b=2&a=1&e", "accept: application/json", "X-Ca-Key: "+appKey, "X-Ca-Nonce: bf68c5bf-728f-4bfa-916e-55953b3d4e36",
		"X-Ca-Stage: RELEASE", "X-Ca-Signature-Method: HmacSHA256", "X-Custom-Tag: blue", "X-Ca-Timestamp: 1525872629832",
		"X-Ca-Signature-Headers: X-Ca-Key,X-Ca-Nonce,X-Ca-Stage,X-Ca-Signature-Method,X-Ca-Timestamp,X-Custom-Tag",
		"X-Ca-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"Content-Type: application/x-www-form-urlencoded", "", "b=3")
	c, err := reader(b, "hmac", auth.Rules{})(r)
	if err != nil || len(candidates(c)) != 16 {
		b.Fatalf("read = %v, %v, want 16 candidates", c, err)
	}
	benchmark(b, r, false)
}
