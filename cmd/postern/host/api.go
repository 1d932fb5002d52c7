package host

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Limits of Lambda, in bytes. With a longer answer an invocation fails.
const (
	EventLimit  = 6_291_456
	AnswerLimit = 6_291_556
	StreamLimit = 200 << 20
)

// runtimeAPI is what a process sees of Lambda.
func (e *environment) runtimeAPI() *http.Server {
	mux := http.NewServeMux()
	const version = "/2018-06-01/runtime/"
	mux.HandleFunc("GET "+version+"invocation/next", e.next)
	mux.HandleFunc("POST "+version+"invocation/{id}/response", e.response)
	mux.HandleFunc("POST "+version+"invocation/{id}/error", e.functionError)
	mux.HandleFunc("POST "+version+"init/error", e.initError)
	mux.HandleFunc("POST /2020-01-01/extension/register", e.register)
	mux.HandleFunc("GET /2020-01-01/extension/event/next", e.nextForExtension)
	return &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
}

func (e *environment) next(w http.ResponseWriter, q *http.Request) {
	work := make(chan *invocation)
	select {
	case e.polls <- work:
	case <-q.Context().Done():
		return
	}
	select {
	case i := <-work:
		i.writeTo(w)
	case <-q.Context().Done():
	}
}

func (e *environment) response(w http.ResponseWriter, q *http.Request) {
	limit := e.answerLimit()
	answer, err := io.ReadAll(io.LimitReader(q.Body, limit+1))
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	if int64(len(answer)) > limit {
		rest, _ := io.Copy(io.Discard, q.Body)
		text := fmt.Sprintf("Response payload size (%d bytes) exceeded maximum allowed payload size (%d bytes).",
			int64(len(answer))+rest, limit)
		if e.end(w, q, nil, &FunctionError{"Function.ResponseSizeTooLarge", text}) {
			refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", text)
		}
		return
	}
	if e.end(w, q, answer, brokenOff(q)) {
		accept(w)
	}
}

// answerLimit is that of what is being answered.
func (e *environment) answerLimit() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.current != nil && e.current.stream {
		return StreamLimit
	}
	return AnswerLimit
}

// brokenOff is the error that follows an answer which could not be finished; nil: it is whole.
func brokenOff(q *http.Request) error {
	if kind := q.Trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		return &FunctionError{kind, "the answer broke off"}
	}
	return nil
}

func (e *environment) functionError(w http.ResponseWriter, q *http.Request) {
	if e.end(w, q, nil, reported(q)) {
		accept(w)
	}
}

// end ends the invocation that the request names, or refuses the request.
func (e *environment) end(w http.ResponseWriter, q *http.Request, answer []byte, err error) bool {
	e.mu.Lock()
	i := e.current
	e.mu.Unlock()
	if i == nil || i.id != q.PathValue("id") || !i.end(answer, err) {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "there is no such invocation, or it is over")
		return false
	}
	return true
}

func (e *environment) initError(w http.ResponseWriter, q *http.Request) {
	err := reported(q)
	accept(w)
	e.fail(err)
}

// register knows extensions for one reason: a function with one gets SIGTERM.
func (e *environment) register(w http.ResponseWriter, _ *http.Request) {
	e.mu.Lock()
	e.sigterm = true
	e.mu.Unlock()
	w.Header().Set("Lambda-Extension-Identifier", hexadecimal(32))
	write(w, http.StatusOK, map[string]string{"functionName": e.function.Name, "functionVersion": "$LATEST", "handler": "bootstrap"})
}

// nextForExtension never has an event.
func (e *environment) nextForExtension(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }

// reported is the error that a process reports.
func reported(q *http.Request) error {
	var body struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}
	if err := json.NewDecoder(io.LimitReader(q.Body, 1<<20)).Decode(&body); err != nil {
		body.Type, body.Message = q.Header.Get("Lambda-Runtime-Function-Error-Type"), "no readable message"
	}
	return &FunctionError{body.Type, body.Message}
}

func accept(w http.ResponseWriter) { write(w, http.StatusAccepted, map[string]string{"status": "OK"}) }

func refuse(w http.ResponseWriter, status int, kind, message string) {
	write(w, status, map[string]string{"errorMessage": message, "errorType": kind})
}

func write(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
