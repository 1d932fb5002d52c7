// Proxy is the Lambda function behind an Application Load Balancer, a REST or HTTP API, or a function URL: it admits, forwards
// and answers.
package main

import (
	_ "time/tzdata" // the runtime provided.al2023 has no time zones, and quotas name some

	"postern/shared/function"
)

func main() { function.Start() }
