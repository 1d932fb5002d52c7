package aliyun

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/shared/catalogue"
	"postern/shared/gateway"
)

// envelope has no body: code and message are headers (aliyun.md, 3.1).
func envelope(row catalogue.Row, message string, _ *gateway.Exchange) *gateway.Response {
	return &gateway.Response{
		Status: row.Status,
		Header: http.Header{codeHeader: {row.Code}, messageHeader: {line(message)}},
	}
}

// line is message as a header can carry it: UTF-8 as it is, without control characters and blanks at its end.
func line(message string) string {
	message = strings.Map(printable, message)
	if len(message) > maxMessage {
		cut := maxMessage
		for !utf8.RuneStart(message[cut]) {
			cut--
		}
		message = message[:cut]
	}
	return strings.TrimRight(message, " ")
}

func printable(r rune) rune {
	if unicode.IsControl(r) {
		return -1
	}
	return r
}

// mark gives every answer its request's id. A code means that the gateway made the status: what a backend sends under that
// name is dropped.
func mark(_ context.Context, x *gateway.Exchange) error {
	x.SetHeader(requestIDHeader, requestID(x.Request))
	if x.Refusal == nil {
		x.Answer.Header.Del(codeHeader)
	}
	if strings.EqualFold(strings.TrimSpace(value(x.Request, modeHeader)), "debug") {
		x.SetHeader(debugHeader, fmt.Sprintf(`{"ServiceLatency":%d,"TotalLatency":%d}`,
			x.BackendTime.Milliseconds(), max(x.Elapsed(), x.BackendTime).Milliseconds()))
	}
	return nil
}

var uuid = regexp.MustCompile(`^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)

// requestID is the request's as a UUID in upper case. One that is none is hashed into one, always the same (RFC 9562, 5.8).
func requestID(r *gateway.Request) string {
	id := strings.ToUpper(r.ID)
	if uuid.MatchString(id) {
		return id
	}
	sum := sha256.Sum256([]byte(r.ID))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	digits := strings.ToUpper(hex.EncodeToString(sum[:16]))
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}
