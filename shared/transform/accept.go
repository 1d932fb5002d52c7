package transform

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// How much of an Accept header is looked at; the rest is ignored.
const (
	maxAccept = 8 << 10 // bytes
	maxRanges = 64
)

// mediaRange is one element of an Accept header (RFC 9110, 12.5.1).
type mediaRange struct {
	main, sub string // lower case; * is any
	quality   float64
}

// Choose is the offered content type that a client likes best, by its Accept headers. Without any that can be read it likes
// all the same. Of equals application/json is chosen first, then by name. It is not ok where the client accepts none.
func Choose(accept, offers []string) (chosen string, ok bool) {
	ranges := parseAccept(strings.Join(accept, ","))
	if len(ranges) == 0 {
		ranges = []mediaRange{{"*", "*", 1}}
	}
	best := 0.0
	for _, offer := range slices.SortedFunc(slices.Values(offers), jsonFirst) {
		if q := quality(ranges, offer); q > best {
			chosen, best = offer, q
		}
	}
	return chosen, best > 0
}

func jsonFirst(a, b string) int {
	rank := func(offer string) int {
		if main, sub := media(offer); main == "application" && sub == "json" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

// quality is what the most specific range says of an offer; 0: it is not accepted.
func quality(ranges []mediaRange, offer string) (q float64) {
	main, sub := media(offer)
	closest := -1
	for _, r := range ranges {
		specific := -1
		switch {
		case r.main == main && r.sub == sub:
			specific = 2
		case r.main == main && r.sub == "*":
			specific = 1
		case r.main == "*" && r.sub == "*":
			specific = 0
		}
		if specific > closest {
			closest, q = specific, r.quality
		}
	}
	return q
}

// parseAccept leaves out the elements that it cannot read. Parameters other than q are not looked at.
func parseAccept(text string) (ranges []mediaRange) {
	text = text[:min(len(text), maxAccept)]
	for element := range strings.SplitSeq(text, ",") {
		if len(ranges) == maxRanges {
			break
		}
		main, sub := media(element)
		q, ok := weight(element)
		if main != "" && sub != "" && ok {
			ranges = append(ranges, mediaRange{main, sub, q})
		}
	}
	return ranges
}

// weight is the q of an element, 1 where it has none.
func weight(element string) (float64, bool) {
	_, parameters, _ := strings.Cut(element, ";")
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		return q, err == nil && q >= 0 && q <= 1
	}
	return 1, true
}

// media is the type and the subtype, in lower case; both are empty where it is none.
func media(contentType string) (main, sub string) {
	text, _, _ := strings.Cut(contentType, ";")
	main, sub, ok := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "/")
	if !ok || main == "*" && sub != "*" {
		return "", ""
	}
	return main, sub
}
