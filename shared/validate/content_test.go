package validate_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/validate"
)

func judged(c validate.Content, types []string, body string) (kind fault.Kind, detail string) {
	r := &gateway.Request{Header: http.Header{"Content-Type": types}, Body: []byte(body), Length: int64(len(body))}
	err := c.Step().Run(context.Background(), &gateway.Exchange{Request: r})
	if err == nil {
		return "", ""
	}
	f := fault.From(err)
	return f.Kind, f.Args["type"] + f.Args["problem"]
}

func TestContent(t *testing.T) {
	const form, multi = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
	forms := validate.Content{Types: []string{form}}
	asked := validate.Content{JSON: true}
	for _, tt := range []struct {
		name, media, body string
		content           validate.Content
		kind              fault.Kind // "": accepted
		detail            string
	}{
		{name: "nothing"},
		{name: "no type", body: "x"},
		{name: "no type where some are asked for", body: "x", content: forms, kind: fault.RequestType},
		{name: "no body where types are asked for", media: "text/csv", content: forms},
		{name: "type", media: "text/csv; charset=utf-8", body: "x"},
		{name: "accepted type", media: "Application/X-WWW-form-urlencoded;charset=UTF-8", body: "a=1", content: forms},
		{name: "another type", media: "text/csv; a=b", body: "x", content: forms, kind: fault.RequestType, detail: "text/csv; a=b"},
		{name: "any type", media: "text/csv", body: "x", content: validate.Content{Types: []string{form, "*/*"}}},
		{name: "no subtype", media: "application/", body: "x", kind: fault.RequestType, detail: "application/"},
		{name: "no subtype without a body", media: "application/"},
		{name: "one word", media: "form-data", body: "x", kind: fault.RequestType, detail: "form-data"},
		{name: "two types", media: "text/csv, text/plain", body: "x", kind: fault.RequestType, detail: "text/csv, text/plain"},
		{name: "a parameter without value", media: "text/csv; charset", body: "x"},
		{name: "harm", media: "t\r\nX: 1é" + strings.Repeat("a", 200), body: "x", kind: fault.RequestType, detail: "tX: 1" + strings.Repeat("a", 95)},

		{name: "form", media: form, body: "a=%41+b&a&=&%e4"},
		{name: "broken escape", media: form, body: "a=%zz", kind: fault.RequestBody, detail: "form decode failed"},
		{name: "escape cut off", media: form, body: "a=%4", kind: fault.RequestBody, detail: "form decode failed"},
		{name: "broken escape of another type", media: "text/plain", body: "a=%zz"},
		{name: "many fields", media: form, body: strings.Repeat("a&", 4095) + "a"},
		{name: "too many fields", media: form, body: strings.Repeat("a&", 4096) + "a", kind: fault.RequestBody, detail: "too many fields"},

		{name: "multipart", media: multi, body: "--b\r\n\r\nx\r\n--b--\r\n"},
		{name: "multipart without the last line's end", media: multi, body: "--b\r\n\r\nx\r\n--b--"},
		{name: "multipart with blanks and more after it", media: multi, body: "--b\r\n\r\nx\r\n--b-- \t\r\nepilogue"},
		{name: "empty multipart", media: multi, body: "--b--"},
		{name: "no boundary", media: "multipart/form-data", body: "--b--", kind: fault.RequestType, detail: "multipart/form-data"},
		{name: "no boundary, no body", media: "Multipart/form-data; charset=utf-8"},
		{name: "a semicolon forgotten", media: "application/jsoncharset=utf-8", body: "{}"},
		{name: "an empty boundary", media: "multipart/mixed; boundary=\"\"", body: "--", kind: fault.RequestType, detail: `multipart/mixed; boundary=""`},
		{name: "not closed", media: multi, body: "--b\r\n\r\nx\r\n--b\r\n", kind: fault.RequestBody, detail: "multipart without closing boundary"},
		{name: "closed within a line", media: multi, body: "--b\r\n\r\nx --b--\r\n", kind: fault.RequestBody, detail: "multipart without closing boundary"},
		{name: "closed by a longer boundary", media: multi, body: "--b\r\n\r\nx\r\n--b--c\r\n", kind: fault.RequestBody, detail: "multipart without closing boundary"},

		{name: "JSON", media: "application/json", body: `{"k":[1,"a",null]} `, content: asked},
		{name: "no JSON", media: "application/json; charset=utf-8", body: `{"k":`, content: asked, kind: fault.RequestJSON, detail: "json syntax at offset 5"},
		{name: "no JSON, and none asked for", media: "application/json", body: `{"k":`},
		{name: "no JSON of another type", media: "text/plain", body: `{"k":`, content: asked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var types []string
			if tt.media != "" {
				types = []string{tt.media}
			}
			if kind, detail := judged(tt.content, types, tt.body); kind != tt.kind || detail != tt.detail {
				t.Errorf("Run() = %s %q, want %s %q", kind, detail, tt.kind, tt.detail)
			}
		})
	}
	if kind, _ := judged(asked, []string{"application/json", "text/plain"}, "{}"); kind != fault.RequestType {
		t.Errorf("two lines of a type = %q, want %s", kind, fault.RequestType)
	}
}

func TestContentStep(t *testing.T) {
	for _, tt := range []struct {
		media  string
		json   bool
		length int64
		want   bool
	}{
		{"application/x-www-form-urlencoded", false, 1, true},
		{"multipart/mixed", false, -1, true},
		{"application/json", true, 1, true},
		{"application/json", false, 1, false},
		{"application/x-www-form-urlencoded", true, 0, false},
		{"text/plain", true, 1, false},
	} {
		step := validate.Content{JSON: tt.json}.Step()
		got := step.Body(&gateway.Request{Header: http.Header{"Content-Type": {tt.media}}, Length: tt.length})
		if got != tt.want || step.Name != "content" || step.Again || step.Last {
			t.Errorf("%s of length %d: step %q needs the body: %v, want %v of content", tt.media, tt.length, step.Name, got, tt.want)
		}
	}
}

// FuzzContent: whatever multipart.Writer writes is accepted until its end is cut off, nothing panics, and what is said is short.
func FuzzContent(f *testing.F) {
	for _, media := range []string{"multipart/mixed; boundary=b", "application/json", "application/x-www-form-urlencoded", "a/b;c", ";", "/"} {
		f.Add(media, "--b--\r\na=%zz&{")
	}
	f.Fuzz(func(t *testing.T, media, body string) {
		kind, detail := judged(validate.Content{JSON: true}, []string{media}, body)
		if kind != "" && (len(detail) > 100 || strings.ContainsFunc(detail, unicode.IsControl)) {
			t.Errorf("Content of %q says %q", media, detail)
		}
		var message bytes.Buffer
		w := multipart.NewWriter(&message)
		part, err := w.CreateFormField("f")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(body))
		if kind, _ := judged(validate.Content{}, []string{w.FormDataContentType()}, message.String()); kind != fault.RequestBody {
			t.Errorf("an open message with %q = %q, want %s", body, kind, fault.RequestBody)
		}
		_ = w.Close()
		if kind, detail := judged(validate.Content{}, []string{w.FormDataContentType()}, message.String()); kind != "" {
			t.Errorf("a message with %q = %s %q, want it accepted", body, kind, detail)
		}
	})
}
