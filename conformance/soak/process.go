//go:build dynamodb && linux

package soak

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// process is one that `postern lambda` has started, or a claimant.
type process struct {
	pid    int
	handle *os.Process // of this very process: the number may be another's one day
	name   string
	state  byte // as of proc(5): T is stopped, Z is dead and not waited for
}

// children are the processes that pid has started. They are to be released.
func children(pid int) (all []process, err error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	for _, name := range stats {
		if p, parent, ok := stat(name); ok && parent == pid {
			if p.handle, err = os.FindProcess(p.pid); err != nil {
				continue
			}
			if _, parent, ok := stat(name); ok && parent == pid { // it is still the same
				all = append(all, p)
			}
		}
	}
	return all, nil
}

func stat(name string) (p process, parent int, ok bool) {
	data, err := os.ReadFile(name)
	if err != nil {
		return p, 0, false // it is gone
	}
	open, end := bytes.IndexByte(data, '('), bytes.LastIndexByte(data, ')')
	if open < 0 || end < open {
		return p, 0, false
	}
	rest := strings.Fields(string(data[end+1:]))
	p.pid, _ = strconv.Atoi(strings.TrimSpace(string(data[:open])))
	p.name, p.state = string(data[open+1:end]), rest[0][0]
	parent, _ = strconv.Atoi(rest[1])
	return p, parent, true
}

// signal reports whether the process was there to get it.
func (p process) signal(s syscall.Signal) bool {
	return !errors.Is(p.handle.Signal(s), os.ErrProcessDone)
}

func release(all []process) {
	for _, p := range all {
		_ = p.handle.Release()
	}
}

// descriptors is how many files a process has open.
func descriptors(pid int) (int, error) {
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return len(entries), err
}
