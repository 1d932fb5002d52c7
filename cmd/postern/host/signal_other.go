//go:build !unix

package host

import (
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return nil }

// There is no freezing here, and no way to ask.
func freeze(*os.Process)    {}
func thaw(*os.Process)      {}
func terminate(*os.Process) {}
