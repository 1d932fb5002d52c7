package front

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// write sends an answer to q; nil: to what could not be read as a request.
func (a *Response) write(w io.Writer, q *Request, last bool) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 %d %s\r\n", a.Status, a.Reason)
	if !slices.ContainsFunc(a.Header, func(f Field) bool { return strings.EqualFold(f.Name, "Date") }) {
		fmt.Fprintf(&out, "Date: %s\r\n", time.Now().UTC().Format(http.TimeFormat))
	}
	for _, f := range a.Header {
		fmt.Fprintf(&out, "%s: %s\r\n", f.Name, f.Value)
	}
	bodiless := a.Status == http.StatusNoContent || a.Status == http.StatusNotModified
	if !bodiless {
		fmt.Fprintf(&out, "Content-Length: %d\r\n", len(a.Body))
	}
	connection := "keep-alive"
	if last {
		connection = "close"
	}
	fmt.Fprintf(&out, "Connection: %s\r\n\r\n", connection)
	if !bodiless && (q == nil || q.Method != http.MethodHead) {
		out.Write(a.Body)
	}
	_, err := w.Write(out.Bytes())
	return err
}
