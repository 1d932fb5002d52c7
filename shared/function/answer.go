package function

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// bare is an answer that needs neither gateway nor event. It has the headers of both forms of a load balancer's answer: each
// load balancer takes the one that it wants.
func bare(status int, message string) []byte {
	answer := struct {
		Status      int                 `json:"statusCode"`
		Description string              `json:"statusDescription"`
		Header      map[string]string   `json:"headers"`
		MultiHeader map[string][]string `json:"multiValueHeaders"`
		Base64      bool                `json:"isBase64Encoded"`
		Body        string              `json:"body"`
	}{
		Status:      status,
		Description: fmt.Sprintf("%d %s", status, http.StatusText(status)),
		Header:      map[string]string{},
		MultiHeader: map[string][]string{},
	}
	if message != "" {
		const name, value = "Content-Type", "application/json"
		answer.Header[name], answer.MultiHeader[name] = value, []string{value}
		body, _ := json.Marshal(map[string]string{"message": message}) // texts always can be
		answer.Body = string(body)
	}
	data, _ := json.Marshal(answer)
	return data
}
