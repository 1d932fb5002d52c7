package admin_test

import "testing"

// scenarios are run on every kind of stores: they say and do the same.
func scenarios() map[string]func(*testing.T, stores) {
	return map[string]func(*testing.T, stores){
		"registry": wholeRegistry, "apps": apps, "plans": plans, "secrets": secrets, "keys": keys, "flags": flags, "grants": grants,
		"conditions": conditions, "races": races, "once": once, "once at a time": onceAtATime, "pages": pages, "quotas": quotas, "states": states,
	}
}

func TestInMemory(t *testing.T) {
	for name, scenario := range scenarios() {
		t.Run(name, func(t *testing.T) { scenario(t, inMemory()) })
	}
}
