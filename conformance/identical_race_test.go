//go:build dynamodb && race

package conformance_test

// generate is how many requests TestIdentical sends: the race detector makes them slow.
const generate = 2000
