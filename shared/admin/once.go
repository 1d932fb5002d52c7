package admin

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"time"
)

const (
	claimTime = time.Minute    // for the work of one call; a function has less
	keepTime  = 24 * time.Hour // for its answer
	mostKept  = 300 << 10      // bytes of an answer; an item of a table has 400 KB
)

// note is what is kept under an Idempotency-Key. It says no secret: neither of the request, which it knows by its MAC under
// the key, that nobody keeps, nor of the answer, from which a new secret is left out.
type note struct {
	Attempt string      `json:"attempt"` // of its own kind
	Print   string      `json:"print"`   // of the request
	Status  int         `json:"status,omitempty"`
	Header  http.Header `json:"header,omitempty"`
	Body    string      `json:"body,omitempty"`
}

// once answers a request with an Idempotency-Key: the first with it is done, the same request gets the same answer again.
func (c *call) once(header string) *answer {
	key, err := idempotencyKey(header)
	if err != nil {
		return c.refuse(err)
	}
	mine := note{Attempt: rand.Text(), Print: c.print(key)}
	name := c.noteName(key)
	claim, err := encoded(mine)
	if err != nil {
		return c.refuse(err)
	}
	there, err := c.api.Notes.Put(c.Context(), name, nil, claim, c.at, c.at.Add(claimTime))
	if err != nil {
		return c.refuse(err)
	}
	if there != nil {
		return c.again(there, mine.Print)
	}
	out := c.act()
	c.keep(name, claim, mine, out)
	return out
}

// keep keeps an answer, or gives the key back where nothing was decided. Without it a repeated request is done once more.
func (c *call) keep(name string, claim []byte, mine note, out *answer) {
	until := c.at.Add(keepTime)
	if out.Status >= http.StatusInternalServerError {
		until = c.at
	} else {
		mine.Status, mine.Header, mine.Body = out.Status, out.Header, string(out.Body)
		if out.again != nil {
			mine.Body = string(out.again)
		}
		if len(mine.Body) > mostKept {
			mine.Body = ""
		}
	}
	kept, err := encoded(mine)
	if err == nil {
		_, err = c.api.Notes.Put(c.Context(), name, claim, kept, c.at, until)
	}
	if err != nil {
		c.api.Log.WarnContext(c.Context(), "an answer is not kept for its Idempotency-Key", "cause", err.Error())
	}
}

// again is the answer to a request whose key was used.
func (c *call) again(there []byte, print string) *answer {
	var known note
	if err := json.Unmarshal(there, &known); err != nil {
		return c.refuse(err)
	}
	switch {
	case !hmac.Equal([]byte(known.Print), []byte(print)):
		return c.refuse(problem(http.StatusUnprocessableEntity, "other-request",
			"this Idempotency-Key was used for another request", "take a new key for each request"))
	case known.Status == 0:
		out := c.refuse(problem(http.StatusConflict, "at-work",
			"the first request with this Idempotency-Key is not answered yet", "wait, and repeat it"))
		out.Header.Set("Retry-After", "1")
		return out
	}
	c.replayed = true
	out := &answer{Status: known.Status, Header: http.Header{}, Body: []byte(known.Body)}
	maps.Copy(out.Header, known.Header)
	out.Header.Set("Idempotency-Replayed", "true")
	if known.Status >= http.StatusBadRequest {
		out.raised = &Problem{}
		_ = json.Unmarshal(out.Body, out.raised)
	}
	return out
}

// idempotencyKey is the key of a header: as it is, or in the quotes of a structured field.
func idempotencyKey(header string) (string, error) {
	key := header
	if inner, ok := strings.CutPrefix(header, `"`); ok {
		key = strings.TrimSuffix(inner, `"`)
	}
	odd := func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' || r == ',' }
	if len(key) < 16 || len(key) > 128 || strings.ContainsFunc(key, odd) {
		return "", malformed("an Idempotency-Key has 16 to 128 visible characters, at random: a UUID will do")
	}
	return key, nil
}

// noteName is where the answer is kept: every operator has keys of his own.
func (c *call) noteName(key string) string {
	sum := sha256.Sum256([]byte(c.operator.ARN + "\x00" + key))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// print tells the request from others.
func (c *call) print(key string) string {
	var text bytes.Buffer
	for _, part := range []string{
		c.Method, c.URL.EscapedPath(), c.URL.RawQuery, c.Header.Get("If-Match"), c.Header.Get("If-None-Match"), string(c.body),
	} {
		sum := sha256.Sum256([]byte(part))
		text.Write(sum[:])
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(text.Bytes())
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
