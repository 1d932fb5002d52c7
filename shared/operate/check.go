package operate

import (
	"fmt"
	"strconv"
	"strings"

	"postern/shared/config"
)

// Consistent says what is wrong with a registry, apps by their names.
func Consistent(reg *config.Registry) error {
	problems := config.CheckRegistry(reg, nil)
	if len(problems) == 0 {
		return nil
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = namedPath(reg, p.Path) + ": " + p.Text
	}
	return &Refusal{Because: ErrInvalid, Text: "the registry would not be one:\n" + strings.Join(texts, "\n")}
}

// namedPath is a problem's path with the app's name in the place of its number.
func namedPath(reg *config.Registry, path string) string {
	rest, ofApp := strings.CutPrefix(path, "apps[")
	number, rest, closed := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	if !ofApp || !closed || err != nil || i < 0 || i >= len(reg.Apps) {
		return path
	}
	return fmt.Sprintf("app %q%s", reg.Apps[i].Name, rest)
}

// Unmasked says that a registry holds secrets, not what is shown in their place.
func Unmasked(reg *config.Registry) error {
	for name, value := range reg.Secrets {
		if value == Mask {
			return masked("secrets."+name, "put the secret itself there or, to keep it, leave the line out")
		}
	}
	for i := range reg.Apps {
		if err := UnmaskedApp(&reg.Apps[i]); err != nil {
			return err
		}
	}
	return nil
}

// UnmaskedApp says that an app holds secrets, not what is shown in their place.
func UnmaskedApp(app *config.App) error {
	for _, k := range app.AccessKeys {
		if k.Secret == Mask || k.Secondary == Mask {
			return masked(fmt.Sprintf("access key %s of app %q", k.ID, app.Name), "put the secret itself there")
		}
	}
	return nil
}

func masked(place, advice string) error {
	return &Refusal{Because: ErrInvalid, Text: place + ": it is masked, as postern shows it: " + advice}
}
