package aliyun_test

import (
	"crypto"
	"slices"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/gateway"
)

const (
	appKey    = "203753385"
	appSecret = "TestSecret0123456789abcdefABCDEF"
	bothForms = "application/x-www-form-urlencoded; charset=utf-8"
	javaJSON  = "accept: application/json; charset=utf-8"
)

// lines are those of a string to sign, its line feeds written as the vendor does.
func lines(s string) string { return strings.ReplaceAll(s, "⏎", "\n") }

// node is a request of npm aliyun-api-gateway.
func node(line, nonce, signature string, more ...string) *gateway.Request {
	return request(line, append([]string{
		"accept: application/json", "x-ca-key: " + appKey, "x-ca-timestamp: 1525872629832", "x-ca-nonce: " + nonce, "x-ca-stage: RELEASE",
		"x-ca-signature-headers: x-ca-key,x-ca-nonce,x-ca-stage,x-ca-timestamp", "x-ca-signature: " + signature,
	}, more...)...)
}

func nodeText(method, md5, contentType, nonce, resource string) string {
	return method + "\napplication/json\n" + md5 + "\n" + contentType + "\n\nx-ca-key:203753385\nx-ca-nonce:" + nonce +
		"\nx-ca-stage:RELEASE\nx-ca-timestamp:1525872629832\n" + resource
}

// java is a request of the Java client.
func java(line, date, timestamp, nonce, list, signature string, more ...string) *gateway.Request {
	return request(line, append([]string{
		javaJSON, "ca_version: 1.1.2", "user-agent: ALIYUN-ANDROID-DEMO", "date: " + date, "x-ca-key: " + appKey,
		"x-ca-timestamp: " + timestamp, "x-ca-nonce: " + nonce, "x-ca-signature-headers: " + list, "x-ca-signature: " + signature,
	}, more...)...)
}

type vector struct {
	name    string
	secret  string
	request *gateway.Request
	texts   []string // the canonical one first
	refused bool
}

// vectors are those of aliyun.md, 8.4.
func vectors() []vector {
	const (
		n1, n2, n3 = "bf68c5bf-728f-4bfa-916e-55953b3d4e36", "a2522c7e-154a-4310-8acb-92f42a4954ed", "22028e0a-797e-4d93-b31f-0171d60ee4b4"
		n7, n8     = "dbd76b3b-6682-49db-b405-8bbb01a10c83", "7684d9b7-f962-4924-a3e4-8e2826367e3e"
		upperForm  = "application/x-www-form-urlencoded; charset=UTF-8"
		n1Text     = "GET⏎application/json⏎⏎⏎⏎x-ca-key:203753385⏎x-ca-nonce:bf68c5bf-728f-4bfa-916e-55953b3d4e36⏎x-ca-stage:RELEASE⏎x-ca-timestamp:1525872629832⏎x-custom-tag:blue⏎/v1/users/42?a=1&b=2&"
		j1Text     = "GET⏎application/json; charset=utf-8⏎⏎application/x-www-form-urlencoded; charset=utf-8⏎Fri, 20 Nov 2026 09:15:07 GMT⏎x-ca-key:203753385⏎x-ca-nonce:c1faaf2c-05ca-4f8b-a9e4-182d7e60ff26⏎x-ca-signature-method:HmacSHA256⏎x-ca-timestamp:1795166107522⏎/j/users/42?a=1&arr=x&b=2&"
		py1Head    = "POST⏎application/json⏎⏎application/x-www-form-urlencoded⏎⏎"
		py1Tail    = "⏎/py/form?password=p@ss word&1&username=xiaoming&z=9"
	)
	n1Request := node("GET /v1/users/42?b=2&a=1&name=%E6%B5%8B%E8%AF%95&empty=&sp=a%20b%2Bc", n1, "9GNbc6kh9kWFWDYxs4xgIercaQhToosKRpKuv227Zzo=", "x-custom-tag: blue")
	n1Request.Header.Set("X-Ca-Signature-Headers", "x-ca-key,x-ca-nonce,x-ca-stage,x-ca-timestamp,x-custom-tag")
	return []vector{
		{name: "N1", request: n1Request, texts: []string{lines(n1Text + "empty&name=测试&sp=a b+c"), lines(n1Text + "empty=&name=测试&sp=a b+c")}},
		{
			name: "N2", request: node("POST /v1/form?z=9&username=fromquery", n2, "jQA/VbwlgfL7GktCguqyQ2hn/Z5C3ouuC5Vs5cKMx6Q=",
				"content-type: "+upperForm, "", "username=xiaoming&password=p%40ss%20word%261&blank="),
			texts: []string{
				nodeText("POST", "", upperForm, n2, "/v1/form?blank&password=p@ss word&1&username=xiaoming&z=9"),
				nodeText("POST", "", upperForm, n2, "/v1/form?blank&password=p@ss word&1&username=fromquery&z=9"),
				nodeText("POST", "", upperForm, n2, "/v1/form?blank=&password=p@ss word&1&username=xiaoming&z=9"),
				nodeText("POST", "", upperForm, n2, "/v1/form?blank=&password=p@ss word&1&username=fromquery&z=9"),
			},
		},
		{
			name: "N3", request: node("POST /v1/json?q=1", n3, "++lj2f6dXzESKwGO1/o8tJPzGKxiBpW4igULZLGrTIw=",
				"content-type: application/json", "content-md5: BP2dDmlTgSA789F+24i78A==", "", `{"k":"v","n":1}`),
			texts: []string{nodeText("POST", "BP2dDmlTgSA789F+24i78A==", "application/json", n3, "/v1/json?q=1")},
		},
		{
			name: "N7, which joins the values of a key", request: node("GET /v1/dup?a=1&a=2", n7, "cNXefXueTsoniI+K5xI9hlHX9AKd9LmKV1grVQ9wyyU="),
			texts: []string{nodeText("GET", "", "", n7, "/v1/dup?a=1")}, refused: true,
		},
		{
			name: "N8, which signs the path as sent", request: node("GET /v1/path%20with%20space/%E6%B5%8B", n8, "zDxiBvXCgMLjJwMe6RMaAp4TxZNLDbUDaMQfwOQ2KUA="),
			texts: []string{nodeText("GET", "", "", n8, "/v1/path%20with%20space/%E6%B5%8B"), nodeText("GET", "", "", n8, "/v1/path with space/测")},
		},
		{
			name: "PY1", request: request("POST /py/form?z=9", "Accept: application/json", "Content-Type: application/x-www-form-urlencoded",
				"X-Ca-Key: "+appKey, "X-Ca-Timestamp: 1795165995028", "X-Ca-Nonce: 6932a6d3-01a0-44bd-a2ed-28de70c268a2",
				"X-Ca-Signature-Headers: X-Ca-Key,X-Ca-Nonce,X-Ca-Timestamp", "X-Ca-Signature: wso1EshZIAGFpNWXH1NeeezF4i7DdoeKqb8GCBmYhyA=",
				"", "username=xiaoming&password=p%40ss+word%261&z=9"),
			texts: []string{
				lines(py1Head + "X-Ca-Key:203753385⏎X-Ca-Nonce:6932a6d3-01a0-44bd-a2ed-28de70c268a2⏎X-Ca-Timestamp:1795165995028" + py1Tail),
				lines(py1Head + "x-ca-key:203753385⏎x-ca-nonce:6932a6d3-01a0-44bd-a2ed-28de70c268a2⏎x-ca-timestamp:1795165995028" + py1Tail),
			},
		},
		{
			name: "J1", request: java("GET /j/users/42?arr=x&arr=y&a=1&b=2&name=%E6%B5%8B%E8%AF%95&empty=", "Fri, 20 Nov 2026 09:15:07 GMT",
				"1795166107522", "c1faaf2c-05ca-4f8b-a9e4-182d7e60ff26", "x-ca-nonce,x-ca-timestamp,x-ca-key,x-ca-signature-method",
				"KM4l7IRUas4VKtZVwv15Z3JMpzNcocz3/SpyXiXRsdc=", "content-type: "+bothForms, "x-ca-signature-method: HmacSHA256"),
			texts: []string{lines(j1Text + "empty&name=测试"), lines(j1Text + "empty=&name=测试")},
		},
		{
			name: "J2, SHA-1", request: java("PUT /j/put", "Fri, 20 Nov 2026 09:15:08 GMT",
				"1795166108651", "fba20f30-45a6-4579-afaa-ac33ed26b269", "x-ca-nonce,x-ca-timestamp,x-ca-key,x-ca-signature-method",
				"gOabIxDV0O/M1cRI+R5R4Ag5bpQ=", "content-type: application/json; charset=utf-8", "content-md5: RCRM4aFe5tTcJwABVky3WQ==",
				"x-ca-signature-method: HmacSHA1", "", `{"k":"v"}`),
			texts: []string{lines("PUT⏎application/json; charset=utf-8⏎RCRM4aFe5tTcJwABVky3WQ==⏎application/json; charset=utf-8⏎Fri, 20 Nov 2026 09:15:08 GMT⏎x-ca-key:203753385⏎x-ca-nonce:fba20f30-45a6-4579-afaa-ac33ed26b269⏎x-ca-signature-method:HmacSHA1⏎x-ca-timestamp:1795166108651⏎/j/put")},
		},
		{
			name: "J5, stage", request: java("POST /j/body", "Fri, 20 Nov 2026 09:15:08 GMT",
				"1795166108621", "06376519-3e24-4b3e-ad24-3468eb41df45", "x-ca-nonce,x-ca-key,x-ca-timestamp,x-ca-signature-method,x-ca-stage",
				"gSni22QAoNYmM4Ayhoyfrc1ZHc6f6iApAmsziZVDCoQ=", "content-type: application/octet-stream; charset=utf-8",
				"content-md5: RCRM4aFe5tTcJwABVky3WQ==", "x-ca-signature-method: HmacSHA256", "x-ca-stage: TEST", "x-custom-tag: blue", "", `{"k":"v"}`),
			texts: []string{lines("POST⏎application/json; charset=utf-8⏎RCRM4aFe5tTcJwABVky3WQ==⏎application/octet-stream; charset=utf-8⏎Fri, 20 Nov 2026 09:15:08 GMT⏎x-ca-key:203753385⏎x-ca-nonce:06376519-3e24-4b3e-ad24-3468eb41df45⏎x-ca-signature-method:HmacSHA256⏎x-ca-stage:TEST⏎x-ca-timestamp:1795166108621⏎/j/body")},
		},
		webSocket("W1", "POST /ws/register", "Fri, 20 Nov 2026 09:16:38 GMT", "1795166198727", "6490e317-6fad-41b4-8a0e-68702a3a9388", "0",
			"NkR9HaBwW7uGD/6cfNpALuQfZQNi+Og1DHDH6pf7LfE=", "/ws/register?user=u1", "x-ca-websocket_api_type: REGISTER", "content-type: "+bothForms, "", "user=u1"),
		webSocket("W2", "GET /ws/get?a=1", "Fri, 20 Nov 2026 09:16:41 GMT", "1795166201052", "3c15200b-a82a-4906-af68-90b0cf03ec8a", "1",
			"3jvm+V297krwjAFY06rkTiBHzro4FdWAEIuu1Pr1Vuk=", "/ws/get?a=1", "content-type: "+bothForms),
		webSocket("W3", "POST /ws/body", "Fri, 20 Nov 2026 09:16:41 GMT", "1795166201069", "21c0aa78-9c70-44fe-a29e-b1689fa5dd3b", "2",
			"ikypKOlNYrJVr3DL3vTQD89zZSiagqoj0Hkhau4hllo=", "/ws/body", "content-type: application/octet-stream; charset=utf-8", "content-md5: RCRM4aFe5tTcJwABVky3WQ==", "", `{"k":"v"}`),
		{
			name: "H1", secret: "appSecret", request: request("GET /Third/Tools/checkSign", "accept: application/json", "content-type: application/json",
				"x-ca-key: appKey", "x-ca-nonce: 787dd0c2-7bd8-41cd-9c19-62c05ea524a2", "x-ca-timestamp: 1646365291734",
				"x-ca-signature-headers: x-ca-key,x-ca-nonce,x-ca-timestamp", "x-ca-signature: EdJSFAMOWyXZOpXhevZnjuS0ZafnwnCqaSk5hz+tXo8="),
			texts: []string{lines("GET⏎application/json⏎⏎application/json⏎⏎x-ca-key:appKey⏎x-ca-nonce:787dd0c2-7bd8-41cd-9c19-62c05ea524a2⏎x-ca-timestamp:1646365291734⏎/Third/Tools/checkSign")},
		},
		{
			name: "H2, no header listed", secret: "appSecret", request: request("GET /Third/Tools/checkSign", "accept: application/json", "x-ca-key: appKey",
				"x-ca-signature: ZpJhkHdtjLTJiR6CJWHL8ikLtPB2z6CoztG21wG3PT4="),
			texts: []string{lines("GET⏎application/json⏎⏎⏎⏎/Third/Tools/checkSign"), lines("GET⏎application/json⏎⏎⏎⏎X-Ca-Key:appKey⏎/Third/Tools/checkSign")},
		},
		{
			name: "H4", secret: "123456", request: request("POST /http2test/test?param1=test", javaJSON, "content-type: "+bothForms,
				"date: Wed, 09 May 2018 13:30:29 GMT+00:00", "x-ca-key: "+appKey, "x-ca-nonce: c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44",
				"x-ca-signature-method: HmacSHA256", "x-ca-timestamp: 1525872629832",
				"x-ca-signature-headers: x-ca-timestamp,x-ca-key,x-ca-nonce,x-ca-signature-method",
				"x-ca-signature: FJbhmAFYz9zfl1FrThxzxBt79BvaHQIzy8Wpctn+xXE=", "", "username=xiaoming&password=123456789"),
			texts: []string{lines("POST⏎application/json; charset=utf-8⏎⏎application/x-www-form-urlencoded; charset=utf-8⏎Wed, 09 May 2018 13:30:29 GMT+00:00⏎x-ca-key:203753385⏎x-ca-nonce:c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44⏎x-ca-signature-method:HmacSHA256⏎x-ca-timestamp:1525872629832⏎/http2test/test?param1=test&password=123456789&username=xiaoming")},
		},
	}
}

// webSocket is what a frame of the Java client asks, as a request of HTTP.
func webSocket(name, line, date, timestamp, nonce, sequence, signature, resource string, more ...string) vector {
	list, kind := "x-ca-key,x-ca-nonce,x-ca-seq,x-ca-signature-method,x-ca-timestamp", ""
	if strings.HasPrefix(more[0], "x-ca-websocket_api_type") {
		list, kind = list+",x-ca-websocket_api_type", "x-ca-websocket_api_type:REGISTER\n"
	}
	r := java(line, date, timestamp, nonce, list, signature, append([]string{"x-ca-seq: " + sequence, "x-ca-signature-method: HmacSHA256"}, more...)...)
	text := r.Method + "\napplication/json; charset=utf-8\n" + r.Header.Get("Content-Md5") + "\n" + r.Header.Get("Content-Type") + "\n" + date +
		"\nx-ca-key:203753385\nx-ca-nonce:" + nonce + "\nx-ca-seq:" + sequence + "\nx-ca-signature-method:HmacSHA256\nx-ca-timestamp:" +
		timestamp + "\n" + kind + resource
	return vector{name: name, request: r, texts: []string{text}}
}

func TestVectors(t *testing.T) {
	read := reader(t, "hmac", auth.Rules{Hashes: []crypto.Hash{crypto.SHA256, crypto.SHA1}})
	for _, tt := range vectors() {
		t.Run(tt.name, func(t *testing.T) {
			c, err := read(tt.request)
			if err != nil {
				t.Fatalf("read = %v, want a credential", err)
			}
			if got := candidates(c); !slices.Equal(got, tt.texts) {
				t.Errorf("candidates = %q, want %q", got, tt.texts)
			}
			if want := strings.ReplaceAll(tt.texts[0], "\n", "#"); c.StringToSign != want {
				t.Errorf("the answer quotes %q, want %q", c.StringToSign, want)
			}
			if tt.secret == "" {
				tt.secret = appSecret
			}
			if got := verifies(tt.secret, c); got == tt.refused {
				t.Errorf("the signature holds: %v, want %v", got, !tt.refused)
			}
		})
	}
}

// verifies is the core's comparison.
func verifies(secret string, c *gateway.Credential) bool {
	s := auth.NewSecret(secret)
	for _, text := range candidates(c) {
		if s.Verify(c.Hash, text, c.MAC) {
			return true
		}
	}
	return false
}

// candidates are all that the MAC may be over.
func candidates(c *gateway.Credential) []string {
	if c.Others == nil {
		return c.Candidates
	}
	return slices.AppendSeq(slices.Clone(c.Candidates), c.Others)
}
