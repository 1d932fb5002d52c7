// Empty is what any function in Go costs: aws-lambda-go and nothing else.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda"
)

type answer struct {
	Status int    `json:"statusCode"`
	Body   string `json:"body"`
}

func main() {
	lambda.Start(func(context.Context, json.RawMessage) (answer, error) { return answer{200, "hello"}, nil })
}
