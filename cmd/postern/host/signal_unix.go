//go:build unix

package host

import (
	"os"
	"syscall"
)

// attributes give a process a group of its own: when this program dies, the kernel wakes and ends the frozen ones (SIGHUP to
// stopped members of an orphaned group).
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// freeze stops a process as Lambda does between invocations.
func freeze(p *os.Process) { _ = p.Signal(syscall.SIGSTOP) }

func thaw(p *os.Process) { _ = p.Signal(syscall.SIGCONT) }

// terminate asks a process, frozen or not, to end.
func terminate(p *os.Process) {
	_ = p.Signal(syscall.SIGTERM)
	thaw(p)
}
