package serve_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/shared/gateway"
	"postern/shared/serve"
)

// echo answers with the body, or with the error that reading it made.
func echo(limit int64) func(context.Context, *gateway.Exchange) error {
	return func(_ context.Context, x *gateway.Exchange) error {
		body, err := x.Request.ReadBody(limit)
		if err != nil {
			return err
		}
		x.Answer = &gateway.Response{Status: 200, Body: body}
		return nil
	}
}

func TestBody(t *testing.T) {
	post := func(head, body string) string { return "POST / HTTP/1.1\r\nHost: h\r\n" + head + "\r\n\r\n" + body }
	long := strings.Repeat("x", 100_000)
	tests := []struct {
		name, raw string
		options   serve.Options
		limit     int64
		status    int
		body      string
	}{
		{"announced", post("Content-Length: 3", "abc"), serve.Options{}, 3, 200, "abc"},
		{"over the limit, announced", post("Content-Length: 4", ""), serve.Options{}, 3, 400, "internal"},
		{"chunked", post("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n"), serve.Options{}, 3, 200, "abc"},
		{"over the limit, chunked", post("Transfer-Encoding: chunked", "4\r\nabcd\r\n0\r\n\r\n"), serve.Options{}, 3, 400, "internal"},
		{"malformed chunk", post("Transfer-Encoding: chunked", "zz\r\nabc\r\n"), serve.Options{}, 3, 400, "internal"},
		{"long", post(fmt.Sprint("Content-Length: ", len(long)), long), serve.Options{}, 1 << 20, 200, long},
		{"over the cap of all bodies", post(fmt.Sprint("Content-Length: ", len(long)), long), serve.Options{BufferedBytes: 50_000}, 1 << 20, 400, "internal.busy"},
		{"at the cap of all bodies", post("Connection: close\r\nContent-Length: 7", "seven77"), serve.Options{BufferedBytes: 8}, 7, 200, "seven77"},
		{"too slow", post("Content-Length: 3", "a"), serve.Options{BodyTimeout: 50 * time.Millisecond}, 3, 400, "internal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t, tt.options, echo(tt.limit))
			for range 2 { // the cap is given back
				if status, _, body := d.call(tt.raw); status != tt.status || body != tt.body {
					t.Errorf("got %d %.40q, want %d %.40q", status, body, tt.status, tt.body)
				}
			}
		})
	}
}
