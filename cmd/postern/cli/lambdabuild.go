package cli

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// build builds a function of postern's own source for this machine, with the tags of a deployed one.
func (w World) build(ctx context.Context, name, dir string) (string, error) {
	advice := fmt.Sprintf("name a built one with --%s, or run this in a folder of postern's source, with Go installed", name)
	const module = "postern"
	at, err := exec.CommandContext(ctx, "go", "list", "-m").Output()
	if err != nil || strings.TrimSpace(string(at)) != module {
		return "", fmt.Errorf("there is no %s to run: %s", name, advice)
	}
	path := filepath.Join(dir, name, "bootstrap")
	fmt.Fprintf(w.Err, "building functions/%s\n", name)
	var said bytes.Buffer
	build := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc,nethttpomithttp2", "-o", path, module+"/functions/"+name)
	build.Stdout, build.Stderr = &said, &said
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("functions/%s cannot be built: %w\n%s", name, err, bytes.TrimSpace(said.Bytes()))
	}
	return path, nil
}
