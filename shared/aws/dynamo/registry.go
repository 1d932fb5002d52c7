package dynamo

import (
	"context"
	"time"

	"postern/shared/auth"
	"postern/shared/guard"
	"postern/shared/limit"
)

// How much is remembered. Callers who try keys at random push each other out, and nobody who has one.
const (
	maxKeys    = 4_096
	maxUnknown = 4_096
	maxPlans   = 1_000
	maxStates  = 4_096
)

// RegistryOptions say how fresh a registry is. The zero value reads everything anew, consistently.
type RegistryOptions struct {
	Cache    time.Duration    // how long what was found holds; 0: not at all, and reads are consistent
	Negative time.Duration    // how long it holds that a key or an owner is not there; never with a Cache of 0
	Now      func() time.Time // nil: time.Now
	Keyring  Keyring          // nil: secrets cannot be read
}

// Registry is the registry as the gateway reads it. What has to be read costs a cold caller two reads one after the other:
// where the key belongs, then its app and plans together. What was read long ago is never taken for want of an answer. It is
// safe for concurrent use; NewRegistry makes one.
type Registry struct {
	t          *Table
	consistent bool
	now        func() time.Time
	dataKeys   *dataKeys

	keys    *cache[*auth.Key]
	unknown *cache[struct{}]
	plans   *cache[[]limit.Window]
	states  *cache[guard.Standing]
	orphans *cache[guard.Standing] // of APIs whose owner is not there

	keyReads   flights[*auth.Key]
	planReads  flights[[]limit.Window]
	stateReads flights[guard.Standing]
}

var (
	_ auth.Keys   = (*Registry)(nil)
	_ limit.Plans = (*Registry)(nil)

	_ guard.Standings = (*Registry)(nil)
)

// NewRegistry reads the table t.
func NewRegistry(t *Table, o RegistryOptions) *Registry {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Cache == 0 {
		o.Negative = 0
	}
	return &Registry{
		t: t, consistent: o.Cache == 0, now: o.Now, dataKeys: newDataKeys(t, o.Keyring),
		keys:    newCache[*auth.Key](maxKeys, o.Cache),
		unknown: newCache[struct{}](maxUnknown, o.Negative),
		plans:   newCache[[]limit.Window](maxPlans, o.Cache),
		states:  newCache[guard.Standing](maxStates, o.Cache),
		orphans: newCache[guard.Standing](maxStates, o.Negative),
	}
}

// Plan implements limit.Plans. A plan that is granted and does not exist is an error.
func (r *Registry) Plan(ctx context.Context, name string) ([]limit.Window, error) {
	if r.consistent {
		return r.readPlan(ctx, name)
	}
	now := r.now()
	if windows, ok := r.plans.get(name, now); ok {
		return windows, nil
	}
	return r.planReads.do(ctx, name, func(ctx context.Context) ([]limit.Window, error) {
		windows, err := r.readPlan(ctx, name)
		if err == nil {
			r.plans.add(name, windows, now)
		}
		return windows, err
	})
}

func (r *Registry) readPlan(ctx context.Context, name string) ([]limit.Window, error) {
	found, err := r.t.get(ctx, planPrefix+name, r.consistent)
	if err != nil {
		return nil, err
	}
	return planWindows(name, found)
}

// Secrets are what ${secret:NAME} stands for, by name. Names that nothing is stored under are left out. Nothing is kept: who
// wants them fresh asks again.
func (r *Registry) Secrets(ctx context.Context, names []string) (map[string]string, error) {
	if len(names) == 0 {
		return map[string]string{}, nil
	}
	keys := make([]string, 0, len(names)+1)
	for _, name := range names {
		keys = append(keys, secretPrefix+name)
	}
	if r.dataKeys.none() {
		keys = append(keys, currentDataKey) // that most will need
	}
	items, err := r.t.batch(ctx, keys, r.consistent)
	if err != nil {
		return nil, err
	}
	r.keep(items, r.now())
	secrets := make(map[string]string, len(names))
	for _, name := range names {
		found, ok := items[secretPrefix+name]
		if !ok {
			continue
		}
		if secrets[name], err = r.dataKeys.open(ctx, secretPrefix+name, textOf(found[sealedAttribute])); err != nil {
			return nil, err
		}
	}
	return secrets, nil
}
