//go:build dynamodb && !race

package conformance_test

// generate is how many requests TestIdentical sends.
const generate = everyLoss
