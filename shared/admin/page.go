package admin

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	usualPage = 100
	mostPage  = 1000
)

// paging are the parameters of lists.
func paging(more ...string) []string { return append([]string{"limit", "cursor"}, more...) }

// page is a part of a list. Next is the cursor of what follows; "": nothing does.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// list answers a part of a list, in the order of keys: what follows the cursor, also where things came and went meanwhile.
func list[T any](c *call, all []T, key func(T) string) (*answer, error) {
	limit, err := c.limit()
	if err != nil {
		return nil, err
	}
	after, err := c.cursor()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	if c.query.Get("cursor") != "" {
		all = slices.DeleteFunc(all, func(item T) bool { return key(item) <= after })
	}
	out := page[T]{Items: all}
	if len(all) > limit {
		out.Items = all[:limit]
		out.Next = base64.RawURLEncoding.EncodeToString([]byte(cursorMark + key(all[limit-1])))
	}
	if out.Items == nil {
		out.Items = []T{}
	}
	return tagged(http.StatusOK, out)
}

// cursorMark begins what a cursor says: the key of the last thing that was shown follows.
const cursorMark = "1:"

func (c *call) limit() (int, error) {
	text := c.query.Get("limit")
	if text == "" {
		return usualPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostPage {
		return 0, badParameter("limit", "write a number from 1 to "+strconv.Itoa(mostPage))
	}
	return n, nil
}

func (c *call) cursor() (string, error) {
	text := c.query.Get("cursor")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	after, ok := strings.CutPrefix(string(raw), cursorMark)
	if text != "" && (err != nil || !ok) {
		return "", badParameter("cursor", "give the next of the page before as it is")
	}
	return after, nil
}

func badParameter(name, detail string) error {
	p := malformed("the query cannot be understood")
	p.Errors = []Defect{{Parameter: name, Detail: detail}}
	return p
}
