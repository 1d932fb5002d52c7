//go:build !linux

package conformance

import (
	"io"
	"net"
)

// hold only hopes that nobody takes the port meanwhile.
func hold() (address string, held io.Closer, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	return l.Addr().String(), io.NopCloser(nil), l.Close()
}
