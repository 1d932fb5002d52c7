package config

// Registry is who may call. It changes while the gateway runs.
type Registry struct {
	Version int               `json:"version" doc:"version of this format: 1" enum:"1" required:"true"`
	Secrets map[string]string `json:"secrets,omitempty" doc:"what ${secret:NAME} stands for, by name"`
	Plans   map[string]Plan   `json:"plans,omitempty" doc:"usage plans, by name"`
	Apps    []App             `json:"apps,omitempty" doc:"who calls"`
}

// Plan is what a caller may use.
type Plan struct {
	Rate  Rate  `json:"rate,omitzero" doc:"token bucket, like 20/s"`
	Quota Quota `json:"quota,omitzero" doc:"calendar window, like 1000/day"`
}

// App is a caller.
type App struct {
	Name   string            `json:"name" doc:"unique" required:"true"`
	Keys   []Key             `json:"keys,omitempty" doc:"its API keys"`
	Grants map[string]string `json:"grants,omitempty" doc:"the APIs that it may call, each with a plan or none"`
}

// Key is an API key with its two values, either of which authenticates. A value is the key itself or sha256: and the
// hexadecimal digest of it.
type Key struct {
	Name      string `json:"name" doc:"unique in the app; shown in logs" required:"true"`
	Primary   string `json:"primary" doc:"the key, or sha256:HEX" required:"true"`
	Secondary string `json:"secondary,omitempty" doc:"the other key, for rotation"`
	Inactive  bool   `json:"inactive,omitempty" doc:"switched off"`
}
