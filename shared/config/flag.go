package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Flag is a state that an operator sets.
type Flag string

// The flags.
const (
	Disabled Flag = "disabled" // of an app: all its keys are refused as inactive
	Legal    Flag = "legal"    // of a host or an API: it is closed for legal reasons
	Moved    Flag = "moved"    // of an API: another deployment serves it
	Expired  Flag = "expired"  // of an API: its definition is withdrawn
	Overdue  Flag = "overdue"  // of an owner: it owes money
)

// Flagged is a kind of what has flags: app, host, api or owner.
type Flagged string

// The kinds of what has flags.
const (
	FlaggedApp   Flagged = "app"
	FlaggedHost  Flagged = "host"
	FlaggedAPI   Flagged = "api"
	FlaggedOwner Flagged = "owner"
)

func allFlagged() []Flagged { return []Flagged{FlaggedApp, FlaggedHost, FlaggedAPI, FlaggedOwner} }

// Flags are those that things of the kind may have; nil: things of no such kind have any.
func (k Flagged) Flags() []Flag {
	switch k {
	case FlaggedApp:
		return []Flag{Disabled}
	case FlaggedHost:
		return []Flag{Legal}
	case FlaggedAPI:
		return []Flag{Legal, Moved, Expired}
	case FlaggedOwner:
		return []Flag{Overdue}
	default:
		return nil
	}
}

// Named are the kinds that Registry.Named has.
func Named() []Flagged { return []Flagged{FlaggedHost, FlaggedAPI, FlaggedOwner} }

// Named are the things of a kind by name, with their flags: hosts, APIs or owners; nil for other kinds.
func (r *Registry) Named(kind Flagged) *map[string]Flags {
	switch kind {
	case FlaggedHost:
		return &r.Hosts
	case FlaggedAPI:
		return &r.APIs
	case FlaggedOwner:
		return &r.Owners
	default:
		return nil
	}
}

// Check says what is wrong with a flag for a thing of the kind.
func (k Flagged) Check(flag Flag) error {
	if slices.Contains(k.Flags(), flag) {
		return nil
	}
	var others []string
	for _, other := range allFlagged() {
		if slices.Contains(other.Flags(), flag) {
			others = append(others, other.plural())
		}
	}
	own := make([]string, len(k.Flags()))
	for i, f := range k.Flags() {
		own[i] = string(f)
	}
	what := fmt.Sprintf("there is no flag %q", flag)
	if others != nil {
		what = fmt.Sprintf("the flag %s is for %s", flag, strings.Join(others, " and "))
	}
	return fmt.Errorf("%s: %s have %s", what, k.plural(), strings.Join(own, ", "))
}

func (k Flagged) plural() string {
	if k == FlaggedAPI {
		return "APIs"
	}
	return string(k) + "s"
}

// UnmarshalText reads one of the known flags.
func (f *Flag) UnmarshalText(text []byte) error {
	for _, kind := range allFlagged() {
		if slices.Contains(kind.Flags(), Flag(text)) {
			*f = Flag(text)
			return nil
		}
	}
	return fmt.Errorf("there is no flag %q: write disabled (apps), legal (hosts, APIs), moved or expired (APIs) or overdue (owners)", text)
}

// Pattern is what the JSON Schema says of the form.
func (Flag) Pattern() string { return `^(disabled|legal|moved|expired|overdue)$` }

// Flags are the states of a thing, which may be there without any.
type Flags []Flag

// MarshalJSON implements json.Marshaler: no flags are an empty list.
func (f Flags) MarshalJSON() ([]byte, error) {
	return json.Marshal(append([]Flag{}, f...))
}
