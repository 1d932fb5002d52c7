//go:build !conformance

package function

// outside is what a function takes from outside its events: nothing.
func outside(o Options) Options { return o }
