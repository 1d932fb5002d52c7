package function

import (
	"slices"

	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
)

// voicesOf are those that a definition speaks with, who answers for unknown hosts first.
func voicesOf(def *config.Definition) []config.Voice {
	var voices []config.Voice
	if def.Default.Name != "" {
		voices = append(voices, def.Default)
	}
	for i := range def.APIs {
		voices = append(voices, def.APIs[i].Dialect)
	}
	return voices
}

func dialects(voices ...config.Voice) []*dialect.Dialect {
	return builtin.Only(func(name, profile string) bool {
		return slices.Contains(voices, config.Voice{Name: name, Profile: profile})
	})
}
