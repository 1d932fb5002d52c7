//go:build dynamodb

package conformance_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/conformance"
)

// ownPage is what a front door says where nobody knows what the real one answers.
var ownPage = regexp.MustCompile(`^The [A-Za-z ]+ could not carry this request: .*\. What it answers is not documented\.\n$`)

// byItself says whether a door answered without asking the gateway.
func byItself(door string, s *scene, a *conformance.Answer) bool {
	page := fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status))
	media := slices.Equal(a.Header["Content-Type"], []string{"text/plain; charset=utf-8"}) // no answer of ours has this one
	switch {
	case a.Cut || a.Status < 400:
		return false
	case ownPage.Match(a.Body), s.request.method == http.MethodHead && media:
		return true
	case door == "serve":
		return a.Header["Date"] == nil && strings.HasPrefix(string(a.Body), page)
	case door == "alb":
		return a.Header.Get("Server") == "awselb/2.0"
	case door == "http":
		return strings.HasPrefix(string(a.Body), `{"message":`)
	}
	return a.Header["X-Amzn-Errortype"] != nil
}

// reset is the answer of net/http that a client loses when it is still writing: byItself knows it.
func reset() *conformance.Answer {
	return &conformance.Answer{Status: http.StatusBadRequest, Header: http.Header{}, Body: []byte("400 Bad Request")}
}

var errRefused = errors.New("the door answers by itself, and docs/doors.md does not say why")

// because is the row of docs/doors.md that says why a door does not carry a request.
func because(name string, l *letter) (fact string, err error) {
	door, authorized := strings.CutSuffix(name, behindAuthorizer)
	if authorized && len(l.path) > 1500 {
		return "", nil // API Gateway asks no authorizer about an ARN of more than 1,600 bytes
	}
	for _, r := range refusals() {
		if strings.Contains(r.doors, door) && r.of(l) {
			return r.fact, nil
		}
	}
	return "", errRefused
}

// refusal is what a door answers by itself.
type refusal struct {
	fact  string
	doors string
	of    func(*letter) bool
}

// refusals are in the order of the doors' own checks: the first that fits is the reason.
func refusals() []refusal {
	const gateways = "rest http url"
	return []refusal{
		{"head-size", "serve", func(l *letter) bool { return len(l.head()) > 50_000 }},
		{"head-size", "alb", func(l *letter) bool { return len(l.head()) > 16<<10 }},
		{"head-size", gateways, func(l *letter) bool { return len(l.head()) > 10_000 }},
		{"body-size", "alb", func(l *letter) bool { return len(l.body) > 1<<20 }},
		{"body-size", gateways, func(l *letter) bool { return len(l.body) > 4_500_000 }},
		{"refused", lambda, func(l *letter) bool { return l.method == http.MethodTrace || l.upgrades() }},
		{"forwarders", "alb", func(l *letter) bool { return strings.Count(strings.Join(l.values("X-Forwarded-For"), ","), ",") >= 30 }},
		{"absolute", gateways, func(l *letter) bool { return l.authority != "" }},
		{"utf8", lambda, func(l *letter) bool { return !utf8.ValidString(l.head()) }},
		{"escape", "serve rest http url", func(l *letter) bool { return broken(l.path) }},
		{"ping", "rest", func(l *letter) bool { return l.path == "/ping" }},
		{"path-special", "rest", func(l *letter) bool { return strings.ContainsAny(l.path, "{}|") }},
		{"path-doubt", "http", func(l *letter) bool { return broken(decoded(l.path)) }},
		{"path-doubt", "http url", func(l *letter) bool { return !utf8.ValidString(decoded(l.path)) }},
		{"query-special", "rest", func(l *letter) bool { return strings.ContainsAny(l.query, ";{}|") }},
		{"query-escape", gateways, func(l *letter) bool { return broken(l.query) || !utf8.ValidString(decoded(l.query)) }},
		{"utf8", "alb http url", func(l *letter) bool { return !utf8.ValidString(l.body) && l.textual() }},
	}
}

// broken says whether the percent-encoding is.
func broken(path string) bool {
	_, err := url.PathUnescape(path)
	return err != nil
}
