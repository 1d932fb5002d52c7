package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/operate"
)

// endpointStore is the registry and the counters behind an admin API.
type endpointStore struct{ *endpoint }

func openEndpoint(ctx context.Context, address string) (endpointStore, error) {
	e, err := newEndpoint(ctx, address)
	return endpointStore{e}, err
}

// changeAttempts is how often a change is made anew because somebody else was faster.
const changeAttempts = 5

// Read implements operate.Store.
func (s endpointStore) Read(ctx context.Context) (*config.Registry, error) {
	reg, _, err := s.read(ctx)
	return reg, err
}

func (s endpointStore) read(ctx context.Context) (*config.Registry, string, error) {
	reg := &config.Registry{}
	a, err := s.do(ctx, ask{method: http.MethodGet, path: "/v1/registry"}, reg)
	if err != nil {
		return nil, "", err
	}
	return reg, a.Header.Get("ETag"), nil
}

// Change implements operate.Store. What edit made goes back as a whole, on the condition that nothing changed meanwhile.
func (s endpointStore) Change(ctx context.Context, edit func(*config.Registry) error) error {
	var last error
	for range changeAttempts {
		reg, tag, err := s.read(ctx)
		if err != nil {
			return err
		}
		if err := edit(reg); err != nil {
			return err
		}
		a, err := s.do(ctx, ask{method: http.MethodPut, path: "/v1/registry", match: tag, body: reg}, nil)
		if a == nil || a.StatusCode != http.StatusPreconditionFailed {
			return err
		}
		last = err
	}
	return last
}

// Diff implements operate.Store.
func (s endpointStore) Diff(ctx context.Context, reg *config.Registry) (differ []operate.Entry, err error) {
	var would struct {
		Changes []operate.Change
		Omitted int
	}
	q := ask{method: http.MethodPatch, path: "/v1/registry", query: url.Values{"dry-run": {"true"}}, body: reg}
	if _, err := s.do(ctx, q, &would); err != nil {
		return nil, err
	}
	if would.Omitted > 0 {
		return nil, fmt.Errorf("there are %d more differences than %s can say: apply parts of the file", would.Omitted, s.url.Host)
	}
	for _, c := range would.Changes {
		if c.Change == operate.Added || c.Change == operate.Changed {
			differ = append(differ, operate.Entry{Kind: c.Kind, Name: c.Name})
		}
	}
	return differ, nil
}

// Usage implements usageStore. The function's clock says what is over.
func (s endpointStore) Usage(ctx context.Context, prefix string, _ time.Time) (used []limit.Usage, err error) {
	query := url.Values{"owner": {prefix}, "limit": {"1000"}}
	for {
		var page struct {
			Items []limit.Usage
			Next  string
		}
		if _, err := s.do(ctx, ask{method: http.MethodGet, path: "/v1/quotas", query: query}, &page); err != nil {
			return nil, err
		}
		used = append(used, page.Items...)
		if page.Next == "" {
			return used, nil
		}
		query.Set("cursor", page.Next)
	}
}

// Reset implements usageStore.
func (s endpointStore) Reset(ctx context.Context, owner, name string) (int, error) {
	var done struct{ Windows int }
	body := map[string]string{"owner": owner, "limit": name}
	_, err := s.do(ctx, ask{method: http.MethodPost, path: "/v1/quotas/reset", body: body}, &done)
	return done.Windows, err
}

// do calls the API, and reads its answer. With an error the answer may be there all the same.
func (s endpointStore) do(ctx context.Context, q ask, into any) (*reply, error) {
	a, err := s.send(ctx, q)
	if err != nil {
		return nil, err
	}
	if a.StatusCode != http.StatusOK {
		return a, s.refusal(a)
	}
	if into == nil {
		return a, nil
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		return a, fmt.Errorf("%s does not answer as postern's admin API does", s.url.Host)
	}
	return a, nil
}

// refusal is what the API says of a call that it did not do.
func (s endpointStore) refusal(a *reply) error {
	var p struct {
		Title, Detail string
		RequestID     string `json:"request-id"`
		Errors        []struct{ Pointer, Parameter, Detail string }
	}
	isProblem := strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json")
	switch {
	case a.StatusCode == http.StatusForbidden && !isProblem:
		return fmt.Errorf("%s refuses these credentials: allow lambda:InvokeFunctionUrl, or choose others with AWS_PROFILE",
			s.url.Host)
	case !isProblem || json.Unmarshal(a.body, &p) != nil:
		return fmt.Errorf("%s does not answer as postern's admin API does: %s %s", s.url.Host, a.Status,
			bytes.TrimSpace(a.body[:min(len(a.body), 200)]))
	}
	text := p.Title
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	for _, e := range p.Errors {
		text += "\n" + strings.TrimPrefix(strings.TrimSpace(e.Pointer+e.Parameter)+": "+e.Detail, ": ")
	}
	return fmt.Errorf("%s (request %s)", text, p.RequestID)
}
