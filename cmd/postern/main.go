// Command postern is the gateway as a plain server, and the tools around it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"postern/cmd/postern/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	code := cli.Run(ctx, os.Args[1:], cli.World{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.LookupEnv, Reload: reload,
	})
	stop()
	os.Exit(code)
}
