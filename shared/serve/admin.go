package serve

import (
	"fmt"
	"net/http"
)

// Admin answers /-/health (the process runs) and /-/ready (it serves a definition and is not draining). It belongs on an
// address of its own, which clients cannot reach.
func Admin(ready func() (digest string, ok bool)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /-/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		digest, ok := ready()
		if !ok {
			http.Error(w, "draining", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, digest)
	})
	return mux
}
