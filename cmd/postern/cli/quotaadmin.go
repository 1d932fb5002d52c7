package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"postern/shared/limit"
	"postern/shared/serve"
)

// adminUsage is the counters of a running postern serve.
type adminUsage struct{ url url.URL }

func newAdminUsage(address string) (adminUsage, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Path != "" && u.Path != "/" {
		return adminUsage{}, usagef("--admin %q is no address: write one like 127.0.0.1:3001", address)
	}
	u.Path = serve.UsagePath
	return adminUsage{*u}, nil
}

// Usage implements usageStore. The server's clock says what is over.
func (a adminUsage) Usage(ctx context.Context, prefix string, _ time.Time) (used []limit.Usage, err error) {
	return used, a.call(ctx, http.MethodGet, url.Values{"owner": {prefix}}, &used)
}

// Reset implements usageStore.
func (a adminUsage) Reset(ctx context.Context, owner, name string) (int, error) {
	var done serve.Forgotten
	err := a.call(ctx, http.MethodDelete, url.Values{"owner": {owner}, "limit": {name}}, &done)
	return done.Windows, err
}

func (a adminUsage) call(ctx context.Context, method string, query url.Values, into any) error {
	a.url.RawQuery = query.Encode()
	q, err := http.NewRequestWithContext(ctx, method, a.url.String(), nil)
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 30 * time.Second}
	answer, err := client.Do(q)
	if err != nil {
		return fmt.Errorf("no postern serve answers at %s: start it, or name its --admin address or a --state-table: %w",
			a.url.Host, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 200))
		return fmt.Errorf("%s does not answer as postern serve's admin address does: %s %s",
			a.url.Host, answer.Status, strings.TrimSpace(string(text)))
	}
	return json.NewDecoder(answer.Body).Decode(into)
}
