// Package guard holds the checks that need neither a caller nor a count: protocol, client address, origin and size.
//
// It promises that a forwarded address is believed as far as trusted hops vouch for it and no further, and that no body is
// read past its limit. It imports fault, gateway and the standard library.
package guard
