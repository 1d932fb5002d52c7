package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/event"
	"postern/shared/gateway"
)

// minimal is an event of a door with this method.
func minimal(door, method string) string {
	data := map[string]string{
		"rest": restEvent(``, ``), "http": v2Event("h", ``, ``), "url": v2Event("h.lambda-url.x.on.aws", ``, ``),
		"alb": albEvent(``, ``),
	}[door]
	return strings.Replace(data, `"GET"`, `"`+method+`"`, 1)
}

// answerAt encodes an answer for a request at a door.
func answerAt(t testing.TB, door, method string, stream bool, a *gateway.Response) (*event.Event, []byte, error) {
	t.Helper()
	e, err := event.Read([]byte(minimal(door, method)), received, event.Options{Stream: stream})
	if err != nil {
		t.Fatal(err)
	}
	data, err := e.Encode(a)
	return e, data, err
}

const nul = "\x00\x00\x00\x00\x00\x00\x00\x00"

func TestGatewayAnswer(t *testing.T) {
	type h = http.Header
	header := h{
		"Vary": {"A", "B"}, "Set-Cookie": {"a=1", "b=2"}, "set-cookie": {"c=\"3\""}, "Content-Length": {"1"}, "connection": {"close"},
		"Www-Authenticate": {"x"}, "X-Amzn-Remapped-Date": {"d"}, "x-amzn-remapped-server": {"s"}, "X-Amzn-Remapped-": {"none"},
		"Empty": nil, "B C": {"1"}, "Z": {" 1\r\n2\xff "},
	}
	const (
		lists = `"multiValueHeaders":{"Set-Cookie":["a=1","b=2"],"Vary":["A","B"],"Www-Authenticate":["x"],"X-Amzn-Remapped-":["none"],` +
			`"X-Amzn-Remapped-Date":["d"],"Z":["1  2` + "\ufffd" + `"],"set-cookie":["c=\"3\""],"x-amzn-remapped-server":["s"]}`
		single = `"headers":{"Vary":"A, B","Www-Authenticate":"x","X-Amzn-Remapped-":"none",` +
			`"X-Amzn-Remapped-Date":"d","Z":"1  2` + "\ufffd" + `","x-amzn-remapped-server":"s"},"cookies":["a=1","b=2","c=\"3\""]`
		atURL = `"headers":{"Vary":"A, B","Www-Authenticate":"x","X-Amzn-Remapped-":"none","Z":"1  2` + "\ufffd" + `"},` +
			`"cookies":["a=1","b=2","c=\"3\""]`
	)
	tests := []struct {
		name, door, method string
		stream             bool
		answer             gateway.Response
		want               string
	}{
		{
			"headers", "rest", "GET", false,
			gateway.Response{Status: 200, Header: header, Body: []byte("é\n\"")},
			`{"statusCode":200,"isBase64Encoded":false,` + lists + `,"body":"é\n\""}`,
		},
		{
			"headers", "http", "GET", false,
			gateway.Response{Status: 200, Header: header, Body: []byte("x")},
			`{"statusCode":200,"isBase64Encoded":false,` + single + `,"body":"x"}`,
		},
		{
			"headers", "url", "GET", false,
			gateway.Response{Status: 200, Header: header, Body: []byte("x")},
			`{"statusCode":200,"isBase64Encoded":false,` + atURL + `,"body":"x"}`,
		},
		{
			"headers", "rest", "GET", true,
			gateway.Response{Status: 200, Header: header, Body: []byte("é\n\"\xff")},
			`{"statusCode":200,` + lists + `}` + nul + "é\n\"\xff",
		},
		{
			"headers", "url", "GET", true,
			gateway.Response{Status: 200, Header: header, Body: []byte{0, 1}},
			`{"statusCode":200,` + atURL + `}` + nul + "\x00\x01",
		},
		{
			"an HTTP API does not stream", "http", "GET", true,
			gateway.Response{Status: 200, Body: []byte{0xff}},
			`{"statusCode":200,"isBase64Encoded":true,"headers":{},"body":"/w=="}`,
		},
		{
			"a load balancer does not stream", "alb", "GET", true,
			gateway.Response{Status: 200, Body: []byte{0xff}},
			`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":true,"multiValueHeaders":{},"body":"/w=="}`,
		},
		{
			"HEAD", "rest", "HEAD", false,
			gateway.Response{Status: 200, Body: []byte("x")},
			`{"statusCode":200,"isBase64Encoded":false,"multiValueHeaders":{}}`,
		},
		{
			"HEAD", "http", "HEAD", false,
			gateway.Response{Status: 200, Body: []byte("x")},
			`{"statusCode":200,"isBase64Encoded":false,"headers":{}}`,
		},
		{
			"HEAD", "url", "HEAD", true,
			gateway.Response{Status: 200, Body: []byte("x")},
			`{"statusCode":200,"headers":{}}` + nul,
		},
		{
			"no content", "url", "GET", true,
			gateway.Response{Status: 204, Body: []byte("x")},
			`{"statusCode":204,"headers":{}}` + nul,
		},
		{
			"not modified", "rest", "GET", true,
			gateway.Response{Status: 304, Body: []byte("x")},
			`{"statusCode":304,"multiValueHeaders":{}}` + nul,
		},
		{
			"status that HTTP does not know", "http", "GET", false,
			gateway.Response{Status: 481},
			`{"statusCode":481,"isBase64Encoded":false,"headers":{}}`,
		},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.door, "/", tt.name, "/", tt.stream), func(t *testing.T) {
			for range 3 { // each time the same
				e, got, err := answerAt(t, tt.door, tt.method, tt.stream, &tt.answer)
				if err != nil || string(got) != tt.want {
					t.Errorf("Encode = %s, %v\nwant %s", got, err, tt.want)
				}
				if e.Stream != strings.Contains(tt.want, nul) {
					t.Errorf("Stream = %v", e.Stream)
				}
			}
		})
	}
}

// TestStreamLikeLambdaGo: aws-lambda-go writes the same answer.
func TestStreamLikeLambdaGo(t *testing.T) {
	answer := &gateway.Response{
		Status: 201, Header: http.Header{"Content-Type": {"text/plain"}, "Set-Cookie": {"a=1", "b=2"}}, Body: []byte("body\x00"),
	}
	body := func() io.Reader { return bytes.NewReader(answer.Body) }
	url := &events.LambdaFunctionURLStreamingResponse{
		StatusCode: 201, Headers: map[string]string{"Content-Type": "text/plain"}, Cookies: []string{"a=1", "b=2"}, Body: body(),
	}
	rest := &events.APIGatewayProxyStreamingResponse{StatusCode: 201, MultiValueHeaders: answer.Header, Body: body()}
	for door, theirs := range map[string]interface {
		io.Reader
		ContentType() string
	}{"url": url, "rest": rest} {
		want, err := io.ReadAll(theirs)
		if err != nil {
			t.Fatal(err)
		}
		_, got, err := answerAt(t, door, "GET", true, answer)
		if err != nil || !bytes.Equal(got, want) || theirs.ContentType() != event.StreamType {
			t.Errorf("%s: Encode = %q, %v, want %q as %s", door, got, err, want, theirs.ContentType())
		}
	}
}

// TestLambdaGoGatewayAnswers: aws-lambda-go's types take the answers, and know every member.
func TestLambdaGoGatewayAnswers(t *testing.T) {
	answer := &gateway.Response{
		Status: 201, Header: http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {"a=1", "b=2"}}, Body: []byte{0xff},
	}
	single := map[string]string{"Content-Type": "application/json"}
	for door, want := range map[string]any{
		"rest": &events.APIGatewayProxyResponse{StatusCode: 201, MultiValueHeaders: answer.Header, Body: "/w==", IsBase64Encoded: true},
		"http": &events.APIGatewayV2HTTPResponse{
			StatusCode: 201, Headers: single, Cookies: []string{"a=1", "b=2"}, Body: "/w==", IsBase64Encoded: true,
		},
		"url": &events.LambdaFunctionURLResponse{
			StatusCode: 201, Headers: single, Cookies: []string{"a=1", "b=2"}, Body: "/w==", IsBase64Encoded: true,
		},
	} {
		_, data, err := answerAt(t, door, "GET", false, answer)
		if err != nil {
			t.Fatal(err)
		}
		got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if err := d.Decode(got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", door, got, err, want)
		}
	}
}

// TestGatewayAnswerSize: each door's limits are kept to the byte.
func TestGatewayAnswerSize(t *testing.T) {
	const (
		multi  = len(`{"statusCode":200,"isBase64Encoded":false,"multiValueHeaders":{},"body":""}`)
		single = len(`{"statusCode":200,"isBase64Encoded":false,"headers":{},"body":""}`)
	)
	tests := []struct {
		door   string
		stream bool
		room   int
	}{
		{"rest", false, event.MaxLambdaAnswer - multi},
		{"http", false, event.MaxLambdaAnswer - single},
		{"url", false, event.MaxLambdaAnswer - single},
		{"rest", true, event.MaxRESTStream},
		{"http", true, event.MaxLambdaAnswer - single},
		{"url", true, event.MaxURLStream},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.door, tt.stream), func(t *testing.T) {
			for over := range 2 {
				_, data, err := answerAt(t, tt.door, "GET", tt.stream, &gateway.Response{Status: 200, Body: bytes.Repeat([]byte("x"), tt.room+over)})
				if errors.Is(err, gateway.ErrTooLarge) != (over == 1) || err == nil && len(data) < tt.room {
					t.Errorf("%d bytes over the limit: %d bytes, %v", over, len(data), err)
				}
			}
			for over := range 2 {
				value := strings.Repeat("v", event.MaxGatewayHeader-len("A: \r\n")-len("Set-Cookie: c\r\n")+over)
				_, _, err := answerAt(t, tt.door, "GET", tt.stream, &gateway.Response{
					Status: 200, Header: http.Header{"A": {value}, "Set-Cookie": {"c"}, "Connection": {value}},
				})
				if errors.Is(err, gateway.ErrTooLarge) != (over == 1) || err != nil && over == 0 {
					t.Errorf("header of %d bytes over the limit: %v", over, err)
				}
			}
		})
	}
}
