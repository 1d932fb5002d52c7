// Package table is a DynamoDB table on one machine, as far as a registry needs one: its items are got, put, deleted and scanned.
//
// It promises the conditions of single items that shared/aws/dynamo writes a registry with, one call after another, and to say
// of everything else that it is not there. It is no emulator: state is not kept in it. It imports the standard library alone.
package table

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// item is what is kept under a key, its attributes as DynamoDB writes them.
type item map[string]json.RawMessage

// Server is a table that is called by any name.
type Server struct {
	Endpoint string
	server   *http.Server

	mu    sync.Mutex
	keys  []string // in the order in which they came
	items map[string]item
}

// Open makes an empty table on a free port of 127.0.0.1. Whoever opens it closes it.
func Open() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	s := &Server{Endpoint: "http://" + l.Addr().String(), items: map[string]item{}}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

// Close ends the server and forgets the table.
func (s *Server) Close() { _ = s.server.Close() }

// failure is an error in DynamoDB's words.
type failure struct {
	Kind    string `json:"__type"`
	Message string `json:"message"`
	Item    item   `json:"Item,omitempty"`
}

func (f *failure) Error() string { return f.Kind + ": " + f.Message }

func refuse(kind, format string, args ...any) error {
	return &failure{Kind: "com.amazonaws.dynamodb.v20120810#" + kind, Message: fmt.Sprintf(format, args...)}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	_, operation, _ := strings.Cut(q.Header.Get("X-Amz-Target"), ".")
	var in input
	var out any
	err := json.NewDecoder(q.Body).Decode(&in)
	if err != nil {
		err = refuse("SerializationException", "%v", err)
	} else {
		out, err = s.call(operation, &in)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		out = err
	}
	_ = json.NewEncoder(w).Encode(out)
}
