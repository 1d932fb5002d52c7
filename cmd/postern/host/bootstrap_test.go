//go:build unix

package host_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// TestMain is the bootstrap, too: the tests run this binary as a function.
func TestMain(m *testing.M) {
	switch os.Getenv("BOOTSTRAP") {
	case "":
		os.Exit(m.Run())
	case "function":
		lambda.Start(obey)
	case "polite":
		lambda.StartWithOptions(obey, lambda.WithEnableSIGTERM(func() { fmt.Println("bye"); os.Exit(0) }))
	case "deaf":
		lambda.StartWithOptions(obey, lambda.WithEnableSIGTERM(func() { fmt.Println("no") }))
	case "unregistered":
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		go func() { <-asked; fmt.Println("bye"); os.Exit(0) }()
		lambda.Start(obey)
	case "refusing":
		post("init/error", `{"errorType":"Own.Type","errorMessage":"no definition"}`)
	case "broken":
		fmt.Print("no line end")
		os.Exit(3)
	case "careless":
		careless()
	}
}

// obey does what an event says.
func obey(ctx context.Context, event string) (any, error) {
	verb, arg, _ := strings.Cut(event, " ")
	switch verb {
	case "echo":
		return arg, nil
	case "pid":
		return strconv.Itoa(os.Getpid()), nil
	case "context":
		c, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return []string{c.AwsRequestID, c.InvokedFunctionArn, time.Until(deadline).Round(time.Second).String()}, nil
	case "env":
		return os.Environ(), nil
	case "big":
		n, err := strconv.Atoi(arg)
		return strings.NewReader(strings.Repeat("x", n)), err
	case "half":
		return io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New(arg))), nil
	case "error":
		return nil, errors.New(arg)
	case "panic":
		panic(arg)
	case "exit":
		os.Exit(1)
	case "call": // somebody, who may take long to answer
		a, err := http.Get(arg)
		if err != nil {
			return nil, err
		}
		return a.Status, a.Body.Close()
	}
	return nil, fmt.Errorf("%s: unknown", verb)
}

func post(path, body string) int {
	a, err := http.Post("http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01/runtime/"+path, "application/json", strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	_ = a.Body.Close()
	return a.StatusCode
}

// careless breaks the rules of the Runtime API, and answers with what it got for it.
func careless() {
	for {
		a, err := http.Get("http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/next")
		if err != nil {
			return
		}
		event, _ := io.ReadAll(a.Body)
		if string(event) == `"nothing"` {
			continue
		}
		id := a.Header.Get("Lambda-Runtime-Aws-Request-Id")
		first := post("invocation/someone-elses/response", "stolen")
		unreadable := post("invocation/none/error", "{")
		fmt.Println(first, unreadable, post("invocation/"+id+"/response", "mine"), post("invocation/"+id+"/error", `{}`))
	}
}
