package urlfunction

import "net/http"

// writer makes the library's writer behave as that of a server: the first status holds, an answer without any is a 200, and
// one to HEAD has no body.
type writer struct {
	http.ResponseWriter
	head    bool
	written bool
}

// WriteHeader implements http.ResponseWriter.
func (w *writer) WriteHeader(status int) {
	if !w.written {
		w.written = true
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (w *writer) Write(body []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.head || len(body) == 0 {
		return len(body), nil
	}
	return w.ResponseWriter.Write(body)
}

// end is for a handler that wrote nothing.
func (w *writer) end() { w.WriteHeader(http.StatusOK) }
