package memory

import (
	"slices"
	"strings"
	"time"

	"postern/shared/limit"
)

// Usage is what the owners whose keys begin with prefix have used of the windows that are not over, in order. Nobody is
// counted while it is collected.
func (c *Counter) Usage(prefix string, at time.Time) []limit.Usage {
	used := c.usage(prefix, at)
	slices.SortFunc(used, limit.Usage.Compare)
	return used
}

func (c *Counter) usage(prefix string, at time.Time) (used []limit.Usage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, o := range c.owners {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		for i := range o.slots {
			if s := &o.slots[i]; s.End > at.UnixNano() {
				used = append(used, limit.Usage{
					Owner: key, Limit: s.name, Unit: s.counts(), Used: s.Used, Ends: time.Unix(0, s.End).UTC(),
				})
			}
		}
	}
	return used
}

// counts is what the slot counts, as limit.Usage says it.
func (s *slot) counts() string {
	switch s.shape {
	case limit.Rate:
		return limit.RateUnit
	case limit.FirstCall:
		return limit.FirstCallUnit
	default:
		return string(s.unit)
	}
}

// Reset forgets what an owner has used of the windows of a limit, of all limits where its name is "". It says how many
// windows those were.
func (c *Counter) Reset(owner, name string) (windows int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.owners[owner]
	if o == nil {
		return 0
	}
	before := len(o.slots)
	o.slots = slices.DeleteFunc(o.slots, func(s slot) bool { return name == "" || s.name == name })
	return before - len(o.slots)
}
