package auth_test

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
)

// server is what is behind the URL of a key set: it counts and answers as it is told.
type server struct {
	mu     sync.Mutex
	asked  int
	status int
	body   string
	err    error
}

func (s *server) fetch(context.Context, string) (int, []byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return s.status, []byte(s.body), s.err
}

func jwks(kids ...string) string {
	n := base64.RawURLEncoding.EncodeToString(testKey().N.Bytes())
	e := base64.RawURLEncoding.EncodeToString(big.NewInt(int64(testKey().E)).Bytes())
	keys := make([]string, len(kids))
	for i, kid := range kids {
		keys[i] = fmt.Sprintf(`{"kty":"RSA","use":"sig","alg":"RS256","kid":%q,"n":%q,"e":%q}`, kid, n, e)
	}
	return `{"keys":[` + strings.Join(keys, ",") + `]}`
}

// serves is a server with these keys, and the set behind it.
func serves(kids ...string) (*server, *auth.KeySet) {
	s := &server{status: http.StatusOK, body: jwks(kids...)}
	return s, auth.NewKeySet("https://auth.example.com/jwks.json", s.fetch)
}

// want is how a step of a scenario goes: a token of this kid at this time after the start.
type want struct {
	after time.Duration
	kid   string
	kind  fault.Kind
	asked int // in all
}

func check(t *testing.T, s *server, set *auth.KeySet, w want) {
	t.Helper()
	key, err := set.For("RS256")(context.Background(), w.kid, now().Add(w.after))
	got := kind(err)
	if got == fault.Internal {
		got = fault.AuthJWTInvalid // an error without a kind of its own, as Verify maps it
	}
	if found, ok := key.(*rsa.PublicKey); got != w.kind || (err == nil) != (ok && found.Equal(&testKey().PublicKey)) {
		t.Errorf("after %v, kid %q = %v, %v, want %q", w.after, w.kid, key != nil, err, w.kind)
	}
	if s.asked != w.asked {
		t.Errorf("after %v, kid %q: fetched %d times, want %d", w.after, w.kid, s.asked, w.asked)
	}
}

func TestKeySetIsKeptForItsLife(t *testing.T) {
	s, set := serves("a")
	for _, w := range []want{
		{0, "a", "", 1},
		{time.Second, "a", "", 1},
		{5*time.Minute - 1, "a", "", 1},
		{5 * time.Minute, "a", "", 2},
		{9 * time.Minute, "a", "", 2},
	} {
		check(t, s, set, w)
	}
}

func TestKeySetFollowsARotation(t *testing.T) {
	s, set := serves("a")
	check(t, s, set, want{0, "a", "", 1})
	s.body = jwks("b")
	for _, w := range []want{
		{9 * time.Second, "b", fault.AuthJWTInvalid, 1}, // cooling down
		{9 * time.Second, "a", "", 1},
		{10 * time.Second, "b", "", 2},
		{11 * time.Second, "a", fault.AuthJWTInvalid, 2}, // gone for good
		{20*time.Second - 1, "x", fault.AuthJWTInvalid, 2},
		{20 * time.Second, "x", fault.AuthJWTInvalid, 3},
		{5*time.Minute + 19*time.Second, "b", "", 3}, // a refetch begins a new life
		{5*time.Minute + 20*time.Second, "b", "", 4},
	} {
		check(t, s, set, w)
	}
}

func TestRandomKidsCostOneFetchAWindow(t *testing.T) {
	s, set := serves("a")
	check(t, s, set, want{0, "a", "", 1})
	for i := range 10000 {
		after := 10*time.Second + time.Duration(i)*time.Millisecond/2
		check(t, s, set, want{after, fmt.Sprint("random-", i), fault.AuthJWTInvalid, 2})
	}
}

func TestKeySetDown(t *testing.T) {
	html := "<html>" + strings.Repeat("x", 100)
	large := strings.TrimSuffix(jwks("a"), "}") + `,"x":"` + strings.Repeat("x", auth.MaxKeySet) + `"}`
	for _, tt := range []struct {
		name   string
		status int
		body   string
		err    error
		want   fault.Kind
	}{
		{"no connection", 0, "", errors.New("connection refused"), fault.AuthJWKSDown},
		{"too slow", 0, "", context.DeadlineExceeded, fault.AuthJWKSDown},
		{"cancelled by itself", 0, "", context.Canceled, fault.AuthJWKSDown},
		{"500 with a key set", http.StatusInternalServerError, jwks("a"), nil, fault.AuthJWKSDown},
		{"404", http.StatusNotFound, html, nil, fault.AuthJWKSDown},
		{"204", http.StatusNoContent, "", nil, fault.AuthJWKSDown},
		{"a redirect", http.StatusFound, jwks("a"), nil, fault.AuthJWKSDown},
		{"HTML", http.StatusOK, html, nil, fault.AuthJWKSFormat},
		{"empty", http.StatusOK, "", nil, fault.AuthJWKSFormat},
		{"no array of keys", http.StatusOK, `{"keys":{}}`, nil, fault.AuthJWKSFormat},
		{"a member twice", http.StatusOK, `{"keys":[],"keys":[]}`, nil, fault.AuthJWKSFormat},
		{"not read, too large", 0, "", fault.New(fault.BackendSize, nil, nil), fault.AuthJWKSFormat},
		{"not read, its answer malformed", 0, "", fault.New(fault.BackendMalformed, nil, nil), fault.AuthJWKSDown},
		{"too large", http.StatusOK, large, nil, fault.AuthJWKSFormat},
	} {
		t.Run("from the start: "+tt.name, func(t *testing.T) {
			s, set := serves("a")
			body := s.body
			s.status, s.body, s.err = tt.status, tt.body, tt.err
			for _, w := range []want{
				{0, "a", tt.want, 1},
				{time.Second - 1, "b", tt.want, 1}, // asked just now
				{time.Second, "a", tt.want, 2},
			} {
				check(t, s, set, w)
			}
			s.status, s.body, s.err = http.StatusOK, body, nil
			check(t, s, set, want{1999 * time.Millisecond, "a", tt.want, 2})
			check(t, s, set, want{2 * time.Second, "a", "", 3})
		})
		t.Run("later: "+tt.name, func(t *testing.T) {
			s, set := serves("a")
			check(t, s, set, want{0, "a", "", 1})
			s.status, s.body, s.err = tt.status, tt.body, tt.err
			for _, w := range []want{
				{time.Minute, "a", "", 1},
				{time.Minute, "b", fault.AuthJWTInvalid, 2}, // the set is valid: the token is to blame
				{2 * time.Minute, "a", "", 2},
				{5*time.Minute - 1, "a", "", 2}, // a fetch that failed does not prolong the life
				{5 * time.Minute, "a", tt.want, 3},
				{5*time.Minute + time.Second - 1, "a", tt.want, 3},
				{5*time.Minute + time.Second, "a", tt.want, 4},
			} {
				check(t, s, set, w)
			}
		})
	}
}

func TestKeySetOfTheRightSizeAtMost(t *testing.T) {
	s, set := serves("a")
	s.body += strings.Repeat(" ", auth.MaxKeySet-len(s.body))
	check(t, s, set, want{0, "a", "", 1})
	s.body += " "
	check(t, s, set, want{5 * time.Minute, "a", fault.AuthJWKSFormat, 2})
}

func TestKeySetServesOneAlgorithmAtATime(t *testing.T) {
	_, set := serves("a")
	if _, err := set.For("PS256")(context.Background(), "a", now()); err == nil {
		t.Error("For(PS256) = a key for RS256, want none")
	}
}

// Many who need the set wait for one fetch; whose client leaves does not wait, and does not fail the others.
func TestKeySetIsFetchedOnceForAll(t *testing.T) {
	entered, release := make(chan context.Context), make(chan struct{})
	fetches := 0
	set := auth.NewKeySet("https://auth.example.com/jwks.json", func(ctx context.Context, url string) (int, []byte, error) {
		fetches++
		entered <- ctx
		<-release
		return http.StatusOK, []byte(jwks("a")), ctx.Err()
	})
	find := set.For("RS256")
	first, leave := context.WithCancel(context.Background())
	results := make(chan error, 20)
	ask := func(ctx context.Context) {
		_, err := find(ctx, "a", now())
		results <- err
	}
	go ask(first)
	fetching := <-entered
	for range 18 {
		go ask(context.Background())
	}
	leave() // the client that caused the fetch
	if deadline, ok := fetching.Deadline(); fetching.Err() != nil || !ok || time.Until(deadline) > 1500*time.Millisecond {
		t.Errorf("the fetch's context: %v, deadline %v, want it alive for at most 1.5 s", fetching.Err(), deadline)
	}
	if _, err := find(first, "a", now()); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that left gets %v, want %v at once", err, context.Canceled)
	}
	close(release)
	for range 19 {
		if err := <-results; err != nil {
			t.Errorf("find = %v, want a key", err)
		}
	}
	if fetches != 1 {
		t.Errorf("fetched %d times, want once", fetches)
	}
}

// A fetch for the sake of an unknown kid holds up nobody whose key is known.
func TestKnownKeysDoNotWaitForAFetch(t *testing.T) {
	entered, release := make(chan struct{}, 2), make(chan struct{}, 2)
	set := auth.NewKeySet("https://auth.example.com/jwks.json", func(context.Context, string) (int, []byte, error) {
		entered <- struct{}{}
		<-release
		return http.StatusOK, []byte(jwks("a")), nil
	})
	find := set.For("RS256")
	release <- struct{}{}
	if _, err := find(context.Background(), "a", now()); err != nil {
		t.Fatal(err)
	}
	<-entered
	done := make(chan error)
	go func() {
		_, err := find(context.Background(), "x", now().Add(time.Minute))
		done <- err
	}()
	<-entered
	if _, err := find(context.Background(), "a", now().Add(time.Minute)); err != nil {
		t.Errorf("find(known) while another is fetched = %v, want a key", err)
	}
	release <- struct{}{}
	if err := <-done; err == nil {
		t.Error("find(unknown) = a key, want none")
	}
}

func TestVerifierWithAKeySet(t *testing.T) {
	s, set := serves("a")
	v := verifier(t, "RS256", set.For("RS256"), auth.TokenRules{})
	for _, garbage := range hostileTokens(t) {
		if got := kind(v.Verify(t.Context(), garbage.token, j1Time())); got != fault.AuthJWTInvalid {
			t.Errorf("%s: Verify = %q, want %q", garbage.name, got, fault.AuthJWTInvalid)
		}
	}
	if s.asked != 0 {
		t.Errorf("tokens of another algorithm cost %d fetches, want none", s.asked)
	}
	for _, tt := range []struct {
		header string
		want   fault.Kind
	}{
		{`{"alg":"RS256","kid":"a"}`, ""},
		{`{"alg":"RS256"}`, ""},
		{`{"alg":"RS256","kid":"b"}`, fault.AuthJWTInvalid},
		{`{"alg":"RS256","kid":"a' OR '1'='1"}`, fault.AuthJWTInvalid},
		{`{"alg":"RS256","kid":"b","jku":"https://attacker.example/jwks"}`, fault.AuthJWTInvalid},
	} {
		if got := kind(v.Verify(t.Context(), rsaToken(t, testKey(), tt.header, j1Claims), j1Time())); got != tt.want {
			t.Errorf("Verify(%s) = %q, want %q", tt.header, got, tt.want)
		}
	}
	s.err = errors.New("down")
	token := rsaToken(t, testKey(), `{"alg":"RS256","kid":"a"}`, `{}`)
	if got := kind(v.Verify(t.Context(), token, j1Time().Add(time.Hour))); got != fault.AuthJWKSDown {
		t.Errorf("Verify without a key set = %q, want %q", got, fault.AuthJWKSDown)
	}
}
