package aliyun

import (
	"slices"
	"strings"

	"postern/shared/gateway"
)

// signedHeader is one that the signature covers beside those that it always does.
type signedHeader struct {
	name  string // as the client lists it
	lower string
	value string // as received; "": empty, or not sent
}

// signedHeaders are those that the request lists, sorted by name: each once, whatever its case, so that a short list cannot
// make a long text; without those that have their own place in the text, or none (aliyun.md, 1.1 and 1.2).
func signedHeaders(r *gateway.Request) ([]signedHeader, error) {
	list := value(r, listHeader)
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	all := make([]signedHeader, 0, strings.Count(list, ",")+1)
	mixed := false
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		switch {
		case name == "":
			continue
		case !isName(name):
			return nil, invalid(listHeader, "not a list of headers")
		}
		h := signedHeader{name: name, lower: strings.ToLower(name)}
		if !listable(h.lower) {
			continue
		}
		all, mixed = append(all, h), mixed || h.lower != h.name
	}
	slices.SortStableFunc(all, func(a, b signedHeader) int { return strings.Compare(a.lower, b.lower) })
	all = slices.CompactFunc(all, func(a, b signedHeader) bool { return a.lower == b.lower })
	for i := range all {
		all[i].value = value(r, all[i].lower)
	}
	if mixed {
		slices.SortFunc(all, byName)
	}
	return all, nil
}

func byName(a, b signedHeader) int { return strings.Compare(a.name, b.name) }

// listable says whether a header, in lower case, is signed because it is listed.
func listable(lower string) bool {
	return lower != "x-ca-signature" && lower != "x-ca-signature-headers" && !fixed(lower)
}

// fixed says whether a header, in lower case, is signed whether it is listed or not.
func fixed(lower string) bool {
	switch lower {
	case "accept", "content-md5", "content-type", "date":
		return true
	}
	return false
}
