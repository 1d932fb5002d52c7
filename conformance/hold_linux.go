package conformance

import (
	"errors"
	"io"
	"net/netip"
	"os"
	"syscall"
)

// hold takes a free port of the loopback interface for as long as it is held, whether somebody listens there or not: two
// sockets with SO_REUSEADDR may share a port of which at most one listens, and nobody else gets a port that is bound.
func hold() (address string, held io.Closer, err error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", nil, err
	}
	file := os.NewFile(uintptr(fd), "held port")
	loopback := [4]byte{127, 0, 0, 1}
	err = errors.Join(
		syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1),
		syscall.Bind(fd, &syscall.SockaddrInet4{Addr: loopback}),
	)
	if err != nil {
		return "", nil, errors.Join(err, file.Close())
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return "", nil, errors.Join(err, file.Close())
	}
	port := name.(*syscall.SockaddrInet4).Port
	return netip.AddrPortFrom(netip.AddrFrom4(loopback), uint16(port)).String(), file, nil
}
