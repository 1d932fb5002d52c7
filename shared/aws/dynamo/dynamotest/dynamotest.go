// Package dynamotest starts DynamoDB Local, Amazon's own server, for tests, and breaks what goes to it on purpose.
//
// The server is under Amazon's licence and no part of postern: POSTERN_DYNAMODB_LOCAL names the folder that it was unpacked in.
// It listens on every interface, since it has no option not to.
package dynamotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
)

// Folder is the environment variable that names where DynamoDBLocal.jar is.
const Folder = "POSTERN_DYNAMODB_LOCAL"

const (
	patience = 60 * time.Second
	attempt  = 10 * time.Second // for one copy of a call: the machine may be busy, and a test's faults are made, not waited for
)

// Server is a running DynamoDB Local.
type Server struct {
	Endpoint string
	process  *exec.Cmd
	output   bytes.Buffer  // to be read when ended is closed
	ended    chan struct{} // closed when the process has ended
}

// Start starts the server on a free port and waits until it answers. Whoever starts it stops it.
func Start(ctx context.Context) (*Server, error) {
	folder := os.Getenv(Folder)
	if folder == "" {
		return nil, fmt.Errorf("dynamotest: set %s to the folder of DynamoDBLocal.jar", Folder)
	}
	port, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("dynamotest: %w", err)
	}
	s := &Server{Endpoint: "http://127.0.0.1:" + port, ended: make(chan struct{})}
	s.process = exec.Command("java", "-Xmx512m", "-Djava.library.path="+filepath.Join(folder, "DynamoDBLocal_lib"),
		"-jar", filepath.Join(folder, "DynamoDBLocal.jar"), "-inMemory", "-sharedDb", "-disableTelemetry", "-port", port)
	s.process.Dir, s.process.Stdout, s.process.Stderr = folder, &s.output, &s.output
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("dynamotest: %w", err)
	}
	go func() {
		defer close(s.ended)
		_ = s.process.Wait()
	}()
	if err := s.wait(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint, nil)
		if err != nil {
			return fmt.Errorf("dynamotest: %w", err)
		}
		if answer, err := http.DefaultClient.Do(q); err == nil {
			return answer.Body.Close()
		}
		select {
		case <-s.ended:
			return fmt.Errorf("dynamotest: the server ended: %v: %s", s.process.ProcessState, bytes.TrimSpace(s.output.Bytes()))
		case <-ctx.Done():
			return errors.New("dynamotest: the server does not answer")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server and waits until it has ended.
func (s *Server) Stop() {
	_ = s.process.Process.Kill()
	<-s.ended
}

// Config is for clients of the server.
func (s *Server) Config() aws.Config {
	env := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "ENDPOINT": s.Endpoint,
	}
	return awsenv.Config(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "ENDPOINT")
}

// Table makes an empty table of this name. Nothing expires in it: a test moves its own clock.
func (s *Server) Table(ctx context.Context, name string) (*dynamo.Table, error) {
	client := dynamo.NewClient(s.Config())
	key := aws.String(dynamo.KeyAttribute)
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: key, KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: key, AttributeType: types.ScalarAttributeTypeS}},
	})
	if err != nil {
		return nil, fmt.Errorf("dynamotest: %w", err)
	}
	return &dynamo.Table{Client: client, Name: name, Attempt: attempt}, nil
}

// FaultyTable is the table of this name, which is there already, as called through f.
func (s *Server) FaultyTable(name string, f *Faults) *dynamo.Table {
	c := s.Config()
	c.HTTPClient = &http.Client{Transport: f}
	return &dynamo.Table{Client: dynamo.NewClient(c), Name: name, Attempt: attempt}
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}
