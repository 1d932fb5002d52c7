//go:build linux || darwin || freebsd

package forward

import (
	"errors"
	"net"
	"syscall"
)

// readable says whether a connection has something to read: its end, its failure, or what nobody has asked for. It takes
// nothing, and does not wait.
func readable(c net.Conn) (yes bool) {
	s, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	err = raw.Control(func(fd uintptr) { // Read would wait for the reader that there is already
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		yes = !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	})
	return yes || err != nil
}
