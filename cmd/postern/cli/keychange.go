package cli

import (
	"cmp"
	"context"
	"fmt"

	"postern/shared/config"
	"postern/shared/operate"
)

// newKey is what is printed of a key once.
type newKey struct {
	App    string       `json:"app"`
	Kind   operate.Kind `json:"kind"`
	Name   string       `json:"name"`
	Secret string       `json:"secret,omitempty"` // "": it was given
	done   string       // what was done to it
}

func (w World) createKey(ctx context.Context, f *keyFlags) error {
	return w.changeSecret(ctx, f, func(app *config.App, given string) (*newKey, error) {
		k, secret, err := operate.AddKey(app, cmp.Or(operate.Kind(f.kind), operate.APIKey), f.name, given)
		if err != nil {
			return nil, err
		}
		return &newKey{app.Name, k.Kind, k.Name, secret, "created " + k.String()}, nil
	})
}

func (w World) rotateKey(ctx context.Context, f *keyFlags) error {
	return w.changeSecret(ctx, f, func(app *config.App, given string) (*newKey, error) {
		k, err := operate.FindKey(app, operate.Kind(f.kind), f.name)
		if err != nil {
			return nil, err
		}
		secret, fresh, err := k.Rotate(given)
		if err != nil {
			return nil, err
		}
		done := "has had this secret: "
		if fresh {
			done = "rotated "
		}
		return &newKey{app.Name, k.Kind, k.Name, secret, done + k.String()}, nil
	})
}

// secretChange gives a key of an app a secret: the given one or, where that is "", a new one.
type secretChange func(app *config.App, given string) (*newKey, error)

// changeSecret changes an app, and prints the secret that change made, unless it was given.
func (w World) changeSecret(ctx context.Context, f *keyFlags, change secretChange) error {
	s, err := f.openFor(ctx)
	if err != nil {
		return err
	}
	given := ""
	if f.from != "" {
		if given, err = w.secretFrom(f.from); err != nil {
			return err
		}
	}
	var made *newKey
	err = operate.EditApp(ctx, s, f.app, func(app *config.App) (err error) {
		made, err = change(app, given)
		return err
	})
	if err != nil {
		return err
	}
	if given != "" {
		made.Secret = ""
	}
	return w.printKey(made, f.asJSON)
}

// printKey prints a new secret alone on the standard output, and what it is of beside it.
func (w World) printKey(k *newKey, asJSON bool) error {
	if asJSON {
		return w.printJSON(k)
	}
	if k.Secret == "" {
		_, err := fmt.Fprintf(w.Out, "%s of app %s\n", k.done, k.App)
		return err
	}
	fmt.Fprintf(w.Err, "%s of app %s; its secret is shown this once:\n", k.done, k.App)
	_, err := fmt.Fprintln(w.Out, k.Secret)
	return err
}

// finishKey ends a rotation.
func finishKey(k *operate.Key) string {
	if !k.Finish() {
		return fmt.Sprintf("%s has one secret: there is nothing to drop", k)
	}
	return fmt.Sprintf("dropped the old secret of %s", k)
}

// editKey changes a key, and prints what change says that it did.
func (w World) editKey(ctx context.Context, f *keyFlags, change func(*operate.Key) (done string)) error {
	s, err := f.openFor(ctx)
	if err != nil {
		return err
	}
	var done string
	err = operate.EditApp(ctx, s, f.app, func(app *config.App) error {
		k, err := operate.FindKey(app, operate.Kind(f.kind), f.name)
		if err != nil {
			return err
		}
		done = change(k)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Out, "%s of app %s\n", done, f.app)
	return err
}

// openFor opens the store for a change of keys.
func (f *keyFlags) openFor(ctx context.Context) (operate.Store, error) {
	if f.kind != "" && f.kind != string(operate.APIKey) && f.kind != string(operate.AccessKey) {
		return nil, usagef("--kind %q: choose api-key or access-key", f.kind)
	}
	return f.open(ctx)
}
