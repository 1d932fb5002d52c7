//go:build dynamodb && linux

package soak

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/replay"
)

const stateTable = "POSTERN_STATE_TABLE"

// Claimant claims each nonce that it reads, a line each, by the step "replay" over the table: as a function does whose dialect
// has nonces. It writes what became of each.
func Claimant(in io.Reader, out io.Writer) {
	table := &dynamo.Table{
		Client: dynamo.NewClient(awsenv.Config(os.LookupEnv, "AWS_ENDPOINT_URL_DYNAMODB")), Name: os.Getenv(stateTable),
	}
	step := replay.Rules{Scope: "soak", Required: true, Life: 24 * time.Hour}.Step(0, dynamo.NewNonces(table))
	var claiming sync.WaitGroup
	var mu sync.Mutex
	for lines := bufio.NewScanner(in); lines.Scan(); {
		nonce := lines.Text()
		claiming.Go(func() {
			verdict := claim(step, nonce)
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintln(out, nonce, verdict)
		})
	}
	claiming.Wait()
}

func claim(step gateway.Step, nonce string) string {
	err := step.Run(context.Background(), &gateway.Exchange{
		Request: &gateway.Request{Received: time.Now().Round(0)}, Credentials: []*gateway.Credential{{Nonce: nonce}},
	})
	switch {
	case err == nil:
		return accepted
	case fault.From(err).Kind == fault.AuthReplayUsed:
		return used
	default:
		return failed
	}
}
