package config_test

import (
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/config"
)

func TestCompiled(t *testing.T) {
	age := config.Duration(0)
	def := &config.Definition{Version: 1, APIs: []config.API{{
		Name: "a", Hosts: []config.Host{{Name: "h", Kind: "inner"}}, Dialect: config.Voice{Name: "d", Profile: "p"},
		Models: map[string]config.Model{"M": {Schema: map[string]any{"maximum": 1e21, "enum": []any{nil, true, "<&>"}}}},
		Policy: config.Policy{
			Auth: []config.Auth{{APIKey: &config.APIKey{}}, {HMAC: &config.HMAC{Secret: "${secret:s}", Skew: config.Duration(time.Minute)}}},
			CORS: &config.CORS{Origins: []string{"*"}, MaxAge: &age},
			Limits: map[string]config.Limit{
				"l": {Per: "api", Rate: config.Rate{N: 5, Per: time.Second}, Quota: config.Quota{N: 1, Unit: "day", Zone: "Asia/Seoul"}},
				"w": {Per: "route", Window: config.Window{N: 1, For: 10 * time.Second}},
			},
		},
	}}}
	files := map[string]string{"m.json": "{}\n", "b": "é"}
	data, err := config.Compile(def, files)
	if err != nil {
		t.Fatal(err)
	}
	again, err := config.Compile(def, files)
	if err != nil || string(again) != string(data) {
		t.Errorf("compiled twice: %v\n%s\n%s", err, data, again)
	}
	got, err := config.ReadCompiled(data)
	if err != nil || !reflect.DeepEqual(got.Definition, def) {
		t.Errorf("ReadCompiled = %+v, %v, want %+v", got, err, def)
	}
	if text, err := got.File("b"); string(text) != "é" || err != nil {
		t.Errorf("File = %q, %v", text, err)
	}
	if _, err := got.File("c"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("File of an unknown name = %v, want ErrNotExist", err)
	}
}

func TestReadCompiledRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":         "",
		"no JSON":         "version: 1",
		"cut":             `{"version":1,"definition":{"version":1`,
		"another version": `{"version":2,"definition":{"version":1,"apis":[]}}`,
		"no version":      `{"definition":{"version":1,"apis":[]}}`,
		"no definition":   `{"version":1,"files":{}}`,
		"unknown key":     `{"version":1,"definition":{"version":1,"apis":[],"stagez":{}}}`,
		"bad unit":        `{"version":1,"definition":{"version":1,"apis":[{"name":"a","backend":{"timeout":"5"}}]}}`,
		"more after it":   `{"version":1,"definition":{"version":1,"apis":[]}} {}`,
	} {
		if c, err := config.ReadCompiled([]byte(text)); err == nil || c != nil {
			t.Errorf("%s: ReadCompiled = %v, %v, want an error", name, c, err)
		}
	}
}

func TestSecretNames(t *testing.T) {
	for text, want := range map[string]string{
		"":            "",
		"${secret:a}": "a",
		`"x ${secret:b} ${secret:a/1.x} ${secret:b}"`: "b a/1.x",
		"${secret:open": "",
	} {
		if got := config.SecretNames(text); !slices.Equal(got, strings.Split(want, " ")) && !(want == "" && got == nil) {
			t.Errorf("SecretNames(%q) = %q, want %q", text, got, want)
		}
	}
}
