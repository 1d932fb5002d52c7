// Recorder shows what the front doors of AWS make of requests and answers: it answers with the event that it got, in the way
// that the request asks for. docs/verify-on-aws.md says what to ask.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() { lambda.StartWithOptions(&recorder{key: os.Getenv("PROBE_KEY"), now: time.Now}) }
