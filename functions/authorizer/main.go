// Authorizer is the Lambda function that a REST or HTTP API asks whether a request may pass: it admits.
package main

import (
	_ "time/tzdata" // the runtime provided.al2023 has no time zones, and quotas name some

	"postern/shared/function"
)

func main() { function.StartAuthorizer() }
