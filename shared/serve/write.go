package serve

import (
	"maps"
	"net/http"
	"strconv"

	"postern/shared/gateway"
)

// write sends an answer as it is: no content type is guessed, no body is sent where HTTP has none.
func write(w http.ResponseWriter, q *http.Request, a *gateway.Response) error {
	header := w.Header()
	maps.Copy(header, a.Header)
	if _, ok := header["Content-Type"]; !ok {
		header["Content-Type"] = nil
	}
	bodiless := a.Status < 200 || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified
	if !bodiless && q.Method != http.MethodHead {
		header.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	w.WriteHeader(a.Status)
	if bodiless || q.Method == http.MethodHead {
		return nil
	}
	if _, err := w.Write(a.Body); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}
