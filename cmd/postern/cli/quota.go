package cli

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"postern/shared/limit"
)

// adminAddress is where postern serve shows its counters, unless told otherwise.
const adminAddress = "127.0.0.1:3001"

// usageStore is where limits are counted.
type usageStore interface {
	// Usage is what the owners whose keys begin with prefix have used of the windows that are not over, in order.
	Usage(ctx context.Context, prefix string, at time.Time) ([]limit.Usage, error)
	// Reset forgets what an owner has used of a limit, of all where its name is "", and says how many windows those were.
	Reset(ctx context.Context, owner, name string) (windows int, err error)
}

// quotaFlags say which counters are meant.
type quotaFlags struct {
	admin, stateTable, endpoint            string
	api, route, app, client, value, prefix string
	yes, asJSON                            bool
}

func (w World) quota() *cobra.Command {
	f := &quotaFlags{}
	c := &cobra.Command{
		Use: "quota", Short: "See and reset what was used of rates, quotas and windows",
		Example: "  postern quota show --app shop\n  postern quota reset --app shop --state-table state",
		Long: "See and reset what was used of rates, quotas and windows.\n\n" +
			"The counters are those of a running postern serve, which is asked at its admin address, of a DynamoDB table, or\n" +
			"behind an admin API. The key of an owner is KIND:API[:ROUTE]: and the app, or a hash of what the client sent;\n" +
			"flags find it.",
	}
	flags := c.PersistentFlags()
	flags.StringVar(&f.admin, "admin", adminAddress, "admin address of the postern serve that counts")
	flags.StringVar(&f.stateTable, "state-table", "", "counters in this DynamoDB table instead")
	flags.StringVar(&f.endpoint, "endpoint", "", "counters behind the admin API at this URL instead")
	flags.StringVar(&f.api, "api", "", "counters of this API")
	flags.StringVar(&f.route, "route", "", "counters of this route alone, by its name or as METHODS PATH, like GET,PUT /a")
	flags.StringVar(&f.app, "app", "", "counters of this app and its keys")
	flags.StringVar(&f.client, "client", "", "counters of the client at this address")
	flags.StringVar(&f.value, "value", "", "counters of this host, or of this value of a header or path variable")
	return group(c, w.quotaShow(f), w.quotaReset(f))
}

func (w World) quotaShow(f *quotaFlags) *cobra.Command {
	c := &cobra.Command{
		Use: "show [OWNER-PREFIX]", Short: "Show what was used, of all owners or some",
		Example: "  postern quota show\n  postern quota show client:members:\n  postern quota show --client 203.0.113.9 --json",
		Long: "Show what was used of every window that is not over: units used, and the window's end. A rate has no units to\n" +
			"show, only the time when its bucket is full again. Units that a function has booked ahead count as used.",
		Args: args(0, 1, "the beginning of owners' keys at most"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				f.prefix = args[0]
			}
			_, used, err := f.find(c.Context())
			if err != nil {
				return err
			}
			if f.asJSON {
				return w.printJSON(append([]limit.Usage{}, used...))
			}
			return w.printUsage(used)
		},
	}
	c.Flags().BoolVar(&f.asJSON, "json", false, "print it as JSON")
	return c
}

func (w World) printUsage(used []limit.Usage) error {
	if len(used) == 0 {
		_, err := fmt.Fprintln(w.Err, "nothing was used of any window that is not over")
		return err
	}
	t := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "OWNER\tLIMIT\tPER\tUSED\tENDS")
	for _, u := range used {
		count := fmt.Sprint(u.Used)
		if u.Unit == limit.RateUnit {
			count = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", u.Owner, u.Limit, u.Unit, count, u.Ends.Format(time.RFC3339))
	}
	return t.Flush()
}

func (w World) quotaReset(f *quotaFlags) *cobra.Command {
	c := &cobra.Command{
		Use: "reset OWNER [LIMIT]", Short: "Forget what an owner has used",
		Example: "  postern quota reset app:members:shop\n  postern quota reset app:members:shop daily\n" +
			"  postern quota reset --app shop daily",
		Long: "Forget what an owner has used, of one limit or of all. With flags that find owners, only LIMIT may be given,\n" +
			"and all that were found are reset when you say yes.\n\n" +
			"A gateway that refused the owner lately may go on refusing for ten seconds; units booked ahead are still spent.",
		Args: args(0, 2, "an owner's key and a limit, or flags that find owners"),
		RunE: func(c *cobra.Command, args []string) error {
			if f.selective() {
				return w.resetFound(c.Context(), f, args)
			}
			if len(args) == 0 {
				return usagef("whose? write the key that postern quota show prints, or flags like --app NAME")
			}
			return w.reset(c.Context(), f, append(args, "")[:2])
		},
	}
	c.Flags().BoolVar(&f.yes, "yes", false, "do not ask")
	return c
}

// reset resets one owner: its key, and a limit or "".
func (w World) reset(ctx context.Context, f *quotaFlags, what []string) error {
	s, err := f.open(ctx)
	if err != nil {
		return err
	}
	return w.resetOne(ctx, s, what[0], what[1])
}

func (w World) resetOne(ctx context.Context, s usageStore, owner, name string) error {
	windows, err := s.Reset(ctx, owner, name)
	if err != nil {
		return err
	}
	if windows == 0 {
		_, err = fmt.Fprintf(w.Out, "nothing to reset: %s\n", owner)
	} else {
		_, err = fmt.Fprintf(w.Out, "reset %s\n", owner)
	}
	return err
}

// resetFound resets all owners that the flags find.
func (w World) resetFound(ctx context.Context, f *quotaFlags, args []string) error {
	if len(args) > 1 {
		return usagef("with flags that find owners, only a limit may be given, not %q", args)
	}
	name := append(args, "")[0]
	s, used, err := f.find(ctx)
	if err != nil {
		return err
	}
	used = slices.DeleteFunc(used, func(u limit.Usage) bool { return name != "" && u.Limit != name })
	if err := w.printUsage(used); err != nil || len(used) == 0 {
		return err
	}
	if !f.yes && !w.confirmed("reset these") {
		return fmt.Errorf("nothing was reset: answer y, or give --yes")
	}
	owner := func(a, b limit.Usage) bool { return a.Owner == b.Owner }
	for _, u := range slices.CompactFunc(used, owner) {
		if err := w.resetOne(ctx, s, u.Owner, name); err != nil {
			return err
		}
	}
	return nil
}

func (f *quotaFlags) selective() bool {
	return f.api != "" || f.route != "" || f.app != "" || f.client != "" || f.value != ""
}

func (f *quotaFlags) open(ctx context.Context) (usageStore, error) {
	switch {
	case f.stateTable != "" && f.admin != adminAddress:
		return nil, usagef("--admin and --state-table are two counters: name one")
	case f.endpoint != "" && (f.stateTable != "" || f.admin != adminAddress):
		return nil, usagef("--endpoint, --state-table and --admin are several counters: name one")
	case f.endpoint != "":
		return openEndpoint(ctx, f.endpoint)
	case f.stateTable != "":
		return openUsage(ctx, f.stateTable)
	}
	return newAdminUsage(f.admin)
}

// find is what the owners that the flags mean have used.
func (f *quotaFlags) find(ctx context.Context) (usageStore, []limit.Usage, error) {
	client := ""
	if f.client != "" {
		address, err := netip.ParseAddr(f.client)
		if err != nil {
			return nil, nil, usagef("--client %q is no address: write one like 203.0.113.9", f.client)
		}
		client = limit.ClientValue(address)
	}
	s, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	used, err := s.Usage(ctx, f.prefix, time.Now())
	meant := func(u limit.Usage) bool {
		o := limit.ParseOwner(u.Owner)
		return (f.api == "" || o.API == f.api) && (f.route == "" || o.Route == f.route) && (f.app == "" || o.App == f.app) &&
			(client == "" || o.Kind == "client" && o.Value == client) && (f.value == "" || f.chose(o))
	}
	return s, slices.DeleteFunc(used, func(u limit.Usage) bool { return !meant(u) }), err
}

// chose says that a client counted by what it sent, or whose it is, has the value asked for. Hosts are counted in lower case.
func (f *quotaFlags) chose(o limit.OwnerParts) bool {
	switch o.Kind {
	case "host":
		return o.Value == limit.HashedValue(strings.ToLower(f.value))
	case "header", "path", "parameter":
		return o.Value == limit.HashedValue(f.value)
	case "owner":
		return o.Value == f.value
	}
	return false
}
