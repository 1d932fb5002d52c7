package front

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// restAnswer is what the function says. The status is required, as a number or a text.
type restAnswer struct {
	Status      any              `json:"statusCode"`
	Header      map[string]any   `json:"headers"`
	MultiHeader map[string][]any `json:"multiValueHeaders"`
	Cookies     []string         `json:"cookies"` // of a stream to a function URL
	Base64      bool             `json:"isBase64Encoded"`
	Body        *string          `json:"body"`
}

// answer reads an answer of the function. The error says why the client gets 502 instead.
func (d *REST) answer(x *exchange, data []byte) (*Response, error) {
	if d.Stream {
		said, body, err := readStream(data)
		if err != nil {
			return nil, err
		}
		return d.assembled(x, said, body)
	}
	var said restAnswer
	if err := json.Unmarshal(data, &said); err != nil {
		return nil, fmt.Errorf("the function's answer: %w", err)
	}
	var body []byte
	if said.Body != nil {
		body = []byte(*said.Body)
	}
	if said.Base64 && d.wantsBytes(x) {
		var err error
		if body, err = base64.StdEncoding.DecodeString(string(body)); err != nil {
			return nil, fmt.Errorf("the body of the function's answer: %w", err)
		}
	}
	return d.assembled(x, &said, body)
}

// wantsBytes says whether the client accepts one of binaryMediaTypes: without that it gets the base64 itself.
func (d *REST) wantsBytes(x *exchange) bool {
	accept := strings.Join(x.Values("Accept"), ",")
	first, _, _ := strings.Cut(accept, ",")
	first, _, _ = strings.Cut(first, ";")
	return d.binary(strings.ToLower(strings.TrimSpace(first)))
}

func (d *REST) assembled(x *exchange, said *restAnswer, body []byte) (*Response, error) {
	status, err := statusOf(said.Status)
	if err != nil {
		return nil, err
	}
	header, err := said.header()
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(header, func(f Field) bool { return strings.EqualFold(f.Name, "Content-Type") }) {
		header = append(header, Field{"Content-Type", "application/json"})
	}
	return &Response{Status: status, Reason: http.StatusText(status), Header: remapped(header), Body: body}, nil
}

func statusOf(v any) (int, error) {
	text, ok := v.(string)
	if !ok {
		text = fmt.Sprint(v)
	}
	status, err := strconv.Atoi(text)
	if err != nil || status < 200 || status > 599 {
		return 0, errors.New("the function's answer has no statusCode from 200 to 599")
	}
	return status, nil
}

// header is both maps together. Where both name a header, its values in the second one count.
func (a *restAnswer) header() (header []Field, err error) {
	all := map[string][]any{}
	for name, value := range a.Header {
		all[name] = []any{value}
	}
	for name, values := range a.MultiHeader {
		maps.DeleteFunc(all, func(n string, _ []any) bool { return strings.EqualFold(n, name) })
		all[name] = values
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, v := range all[name] {
			value, err := scalar(v)
			if err != nil || !token(name) || !text(value) {
				return nil, fmt.Errorf("the function's answer has a header %q: %v, which HTTP cannot carry", name, v)
			}
			header = append(header, Field{name, value})
		}
	}
	return header, nil
}

// scalar is a text, a number or a boolean as a text.
func scalar(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		return v.String(), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", errors.New("neither text, number nor boolean")
}

// remapped are the headers of an answer as a REST API passes them on: some under another name, some not. What a function URL
// does is not documented, but that of WWW-Authenticate the same is reported: it is taken to do all of it.
func remapped(header []Field) (kept []Field) {
	renamed := []string{"authorization", "connection", "content-length", "content-md5", "date", "server", "user-agent", "www-authenticate"}
	dropped := []string{
		"expect", "host", "keep-alive", "max-forwards", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade", "via",
	}
	for _, f := range header {
		name := strings.ToLower(f.Name)
		switch {
		case slices.Contains(renamed, name):
			kept = append(kept, Field{"x-amzn-Remapped-" + f.Name, f.Value})
		case !slices.Contains(dropped, name):
			kept = append(kept, f)
		}
	}
	return kept
}
