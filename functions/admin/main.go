// Admin is the Lambda function of the operators' API, behind a Function URL that lets in who signs with AWS credentials.
package main

import (
	_ "time/tzdata" // the runtime provided.al2023 has no time zones, and quotas name some

	"postern/shared/admin/urlfunction"
)

func main() { urlfunction.Start() }
