package forward

import (
	"crypto/tls"
	"errors"
	"net"
	"sync/atomic"
)

var errEnded = errors.New("forward: the backend has ended a kept connection")

// kept is a connection that may be kept for another call. net/http sees that a backend has closed one when a goroutine of its
// own comes to read it; in a process that was frozen (a Lambda environment between two invocations), one may send before.
type kept struct {
	net.Conn
	ended atomic.Bool // nothing is written any more
}

// Write implements net.Conn.
func (k *kept) Write(data []byte) (int, error) {
	if k.ended.Load() {
		return 0, errEnded
	}
	return k.Conn.Write(data)
}

// look says whether the backend has ended an idle connection, and keeps the next request from it then.
func look(c net.Conn) (ended bool) {
	if secured, ok := c.(*tls.Conn); ok {
		c = secured.NetConn()
	}
	k, ok := c.(*kept)
	if ok && readable(k.Conn) {
		k.ended.Store(true)
	}
	return ok && k.ended.Load()
}
