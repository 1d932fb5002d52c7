package guard_test

import (
	"net/http"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

func TestUpgrade(t *testing.T) {
	refused := string(fault.RequestUpgrade)
	tests := []struct {
		name   string
		method string
		header http.Header
		want   string
	}{
		{name: "plain", method: "GET", header: header("Accept", "*/*")},
		{name: "kept alive", method: "GET", header: header("Connection", "keep-alive")},
		{name: "CONNECT", method: "CONNECT", want: refused},
		{
			name: "WebSocket", method: "GET", want: refused,
			header: header("Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Key", "x",
				"Sec-WebSocket-Version", "13"),
		},
		{name: "WebSocket whose hop-by-hop headers are gone", method: "GET", header: header("Sec-WebSocket-Version",
			"13"), want: refused},
		{
			name: "h2c is an offer, not a demand", method: "GET",
			header: header("Connection", "Upgrade, HTTP2-Settings", "Upgrade", "h2c", "HTTP2-Settings",
				"AAMAAABkAARAAAAAAAIAAAAA"),
		},
		{name: "unknown protocol", method: "POST", header: header("Connection", "keep-alive,\tUPGRADE", "Upgrade",
			"foo/2"), want: refused},
		{name: "second line", method: "GET", header: header("Connection", "close", "Connection", "upgrade", "Upgrade",
			"foo"), want: refused},
		{name: "Upgrade that Connection does not name", method: "GET", header: header("Upgrade", "websocket", "Connection",
			"keep-alive")},
		{name: "Connection without Upgrade", method: "GET", header: header("Connection", "upgrade")},
		{name: "Connection that names something like it", method: "GET", header: header("Upgrade", "x", "Connection",
			"upgrade-x")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{Request: &gateway.Request{Method: tt.method, Header: tt.header}}
			step := guard.Upgrade()
			if got := run(t, step, x); got != tt.want || step.Name != "upgrade" {
				t.Errorf("%s(%s %v) = %q, want %q", step.Name, tt.method, tt.header, got, tt.want)
			}
		})
	}
}
