// Package operate is what operators do with a registry: the same acts for the command line and for the admin API.
//
// It promises that no act leaves a registry that contradicts itself, and that no error, difference or shown registry says a
// secret. It imports auth, config and registry, and knows no store.
package operate

import (
	"context"
	"errors"
	"maps"
	"slices"

	"postern/shared/config"
)

// Store is where a registry is kept.
type Store interface {
	// Read is all there is. A secret that never comes out is shown as config.Sealed and a tag.
	Read(context.Context) (*config.Registry, error)
	// Change lets edit change the registry as Read shows it, and writes what edit made of it. With an error of edit nothing
	// changes. edit is called once more where somebody else was faster; ErrChanged: somebody always was.
	Change(ctx context.Context, edit func(*config.Registry) error) error
	// Diff is the entries of a registry that the store does not have, or has otherwise.
	Diff(context.Context, *config.Registry) ([]Entry, error)
}

// ErrChanged says that somebody else changed what was about to be written.
var ErrChanged = errors.New("changed meanwhile; read again")

// Why an act is refused.
var (
	ErrNotFound = errors.New("not found")             // what it is about is not there
	ErrConflict = errors.New("conflict")              // something else is in its way
	ErrInvalid  = errors.New("invalid")               // the registry would not be one
	ErrTwice    = errors.New("found twice")           // an API key and an access key have the name
	ErrRotating = errors.New("rotated, not finished") // two secrets are valid already

)

// Refusal is an act that cannot be done, in words for the operator.
type Refusal struct {
	Because error  // one of the errors above
	Text    string // names no secret
	Meant   string // the known name that was most likely meant; "": none
}

func (r *Refusal) Error() string { return r.Text }

// Unwrap is why.
func (r *Refusal) Unwrap() error { return r.Because }

// Kind is a kind of what a registry holds.
type Kind string

// The kinds; the last three are parts of an app.
const (
	Secret    Kind = "secret"
	Plan      Kind = "plan"
	App       Kind = "app"
	Host      Kind = "host"
	API       Kind = "api"
	Owner     Kind = "owner"
	APIKey    Kind = "api-key"
	AccessKey Kind = "access-key"
	Grant     Kind = "grant"
)

// Entry is one thing that a registry holds by a name.
type Entry struct {
	Kind Kind
	Name string
}

func (e Entry) String() string { return string(e.Kind) + " " + e.Name }

// Entries are those of a registry: secrets, plans, hosts, APIs and owners by name, apps in their order.
func Entries(reg *config.Registry) (all []Entry) {
	for _, name := range slices.Sorted(maps.Keys(reg.Secrets)) {
		all = append(all, Entry{Secret, name})
	}
	for _, name := range slices.Sorted(maps.Keys(reg.Plans)) {
		all = append(all, Entry{Plan, name})
	}
	for _, kind := range config.Named() {
		for _, name := range slices.Sorted(maps.Keys(*reg.Named(kind))) {
			all = append(all, Entry{Kind(kind), name})
		}
	}
	for i := range reg.Apps {
		all = append(all, Entry{App, reg.Apps[i].Name})
	}
	return all
}
