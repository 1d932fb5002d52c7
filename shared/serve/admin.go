package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"postern/shared/limit"
)

// Counters is the state of limits that an operator may see and reset.
type Counters interface {
	// Usage is what the owners whose keys begin with prefix have used of the windows that are not over, in order.
	Usage(prefix string, at time.Time) []limit.Usage
	// Reset forgets what an owner has used of a limit, of all where its name is "", and says how many windows those were.
	Reset(owner, name string) (windows int)
}

// UsagePath is where Admin shows and resets counters.
const UsagePath = "/-/usage"

// Admin answers what operators ask. It belongs on an address of its own, which clients cannot reach:
//
//	GET    /-/health            the process runs
//	GET    /-/ready             it serves a definition and is not draining
//	GET    /-/usage?owner=O     what the owners whose keys begin with O have used: a list of limit.Usage
//	DELETE /-/usage?owner=O&limit=L   forget what the owner O has used of L, of all limits without L: {"windows": 1}
func Admin(ready func() (digest string, ok bool), counters Counters) http.Handler {
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
	mux.HandleFunc("GET "+UsagePath, func(w http.ResponseWriter, r *http.Request) {
		used := counters.Usage(r.FormValue("owner"), time.Now())
		if used == nil {
			used = []limit.Usage{}
		}
		answer(w, used)
	})
	mux.HandleFunc("DELETE "+UsagePath, func(w http.ResponseWriter, r *http.Request) {
		owner := r.FormValue("owner")
		if owner == "" {
			http.Error(w, "whose? add ?owner=KEY", http.StatusBadRequest)
			return
		}
		answer(w, Forgotten{counters.Reset(owner, r.FormValue("limit"))})
	})
	return mux
}

// Forgotten is the answer to DELETE.
type Forgotten struct {
	Windows int `json:"windows"`
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // an operator who left misses nothing
}
