package aliyun

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"postern/shared/gateway"
)

// stages are the vendor's own, the usual one first.
func stages() []string { return []string{"release", "pre", "test"} }

// variable is a variable of a stage, as the vendor writes it in texts about backends: #name#.
var variable = regexp.MustCompile(`#([A-Za-z_][A-Za-z0-9_-]*)#`)

// pathVariable is a variable of the path, as the vendor writes it in paths: [name] (aliyun.md, 6.3).
var pathVariable = regexp.MustCompile(`\[([A-Za-z_][A-Za-z0-9_.-]*)\]`)

// stage is the one that the request names, in any case.
func stage(r *gateway.Request) (string, error) {
	name := strings.ToLower(strings.TrimSpace(value(r, stageHeader)))
	if name == "" {
		return stages()[0], nil
	}
	if !slices.Contains(stages(), name) {
		return "", fmt.Errorf("aliyun: there is no stage %q", name)
	}
	return name, nil
}
