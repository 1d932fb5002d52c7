package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"postern/shared/config"
	"postern/shared/guard"
	"postern/shared/registry"
)

// Standing implements guard.Standings, with one read of all three.
func (r *Registry) Standing(ctx context.Context, host, api, owner string) (guard.Standing, error) {
	keys := []string{hostPrefix + host, apiPrefix + api}
	if owner != "" {
		keys = append(keys, ownerPrefix+owner)
	}
	if r.consistent {
		return r.readStanding(ctx, keys)
	}
	id, now := strings.Join(keys, "\n"), r.now()
	for _, known := range []*cache[guard.Standing]{r.states, r.orphans} {
		if is, ok := known.get(id, now); ok {
			return is, nil
		}
	}
	return r.stateReads.do(ctx, id, func(ctx context.Context) (guard.Standing, error) {
		is, err := r.readStanding(ctx, keys)
		switch {
		case err != nil:
		case is.NoOwner:
			r.orphans.add(id, is, now)
		default:
			r.states.add(id, is, now)
		}
		return is, err
	})
}

func (r *Registry) readStanding(ctx context.Context, keys []string) (is guard.Standing, err error) {
	items, err := r.t.batch(ctx, keys, r.consistent)
	if err != nil {
		return is, err
	}
	var s registry.States
	for i, flags := range []*config.Flags{&s.Host, &s.API, &s.Owner}[:len(keys)] {
		found := items[keys[i]]
		if found == nil {
			s.NoOwner = s.NoOwner || flags == &s.Owner
		} else if *flags, err = flagsOf(found); err != nil {
			return is, err
		}
	}
	return registry.Standing(s), nil
}

func flagsOf(i item) (flags config.Flags, err error) {
	if err := json.Unmarshal([]byte(textOf(i[docAttribute])), &flags); err != nil {
		return nil, fmt.Errorf("dynamo: item %s: %w", textOf(i[KeyAttribute]), err)
	}
	return flags, nil
}
