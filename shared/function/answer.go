package function

import (
	"strconv"
	"strings"
)

// answer is what the runtime is given.
type answer struct {
	data   []byte
	stream bool // of event.StreamType; else JSON
}

// bare is an answer that needs neither gateway nor event. It has the headers of all doors: each takes those that it wants. A
// load balancer does without a description of the status; a REST API may take no answer that has one.
// The message must need no escapes.
func (f *Function) bare(status int, message string) answer {
	code, header, lists, body := strconv.Itoa(status), "", "", ""
	if message != "" {
		header, lists = `"Content-Type":"application/json"`, `"Content-Type":["application/json"]`
		body = `{"message":"` + message + `"}`
	}
	head := `{"statusCode":` + code + `,"headers":{` + header + `}`
	if f.settings.Events.Stream {
		return answer{data: []byte(head + "}" + strings.Repeat("\x00", 8) + body), stream: true}
	}
	return answer{data: []byte(head + `,"multiValueHeaders":{` + lists + `},"isBase64Encoded":false,"body":"` + strings.ReplaceAll(body, `"`, `\"`) + `"}`)}
}
