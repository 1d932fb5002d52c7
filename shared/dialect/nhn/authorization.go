package nhn

import (
	"slices"
	"strings"
)

// maxNames bounds how many headers a signature may name.
const maxNames = 100

// authorization is what stands after "hmac" in the header: algorithm="…", headers="…", signature="…".
type authorization struct {
	algorithm, signature string
	headers              []string // in lower case, in the order given
	malformed            bool     // something in it is not to be understood
}

// parse understands as much as it can, so that the checks answer in the vendor's order: a malformed part and what comes after
// it count as missing. Values are quoted or bare; commas may have space on both sides; no parameter may come twice.
func parse(s string) authorization {
	var a authorization
	seen := make(map[string]bool)
	for s = strings.TrimLeft(s, " \t,"); s != ""; s = strings.TrimLeft(s, " \t,") {
		name, value, rest, ok := parameter(s)
		if !ok || seen[name] {
			a.malformed = true
			return a
		}
		seen[name], s = true, rest
		a.set(name, value)
	}
	return a
}

// parameter cuts name=value or name="value" off s; rest is empty or begins with a comma.
func parameter(s string) (name, value, rest string, ok bool) {
	name, rest, ok = strings.Cut(s, "=")
	name, rest = strings.TrimRight(name, " \t"), strings.TrimLeft(rest, " \t")
	if !ok || strings.ContainsAny(name, " \t,\"") {
		return "", "", "", false
	}
	if quoted, isQuoted := strings.CutPrefix(rest, `"`); isQuoted {
		value, rest, ok = strings.Cut(quoted, `"`)
		rest = strings.TrimLeft(rest, " \t")
		return name, value, rest, ok && (rest == "" || rest[0] == ',')
	}
	end := strings.IndexByte(rest, ',')
	if end < 0 {
		end = len(rest)
	}
	value = strings.TrimRight(rest[:end], " \t")
	return name, value, rest[end:], !strings.ContainsAny(value, " \t\"")
}

func (a *authorization) set(name, value string) {
	switch name {
	case "algorithm":
		a.algorithm = value
	case "signature":
		a.signature = value
	case "headers":
		a.headers, a.malformed = names(value)
	}
}

// names are those of a list. It is malformed when one comes twice, which would let a short request have a long string to
// sign, or when there are too many.
func names(list string) (headers []string, malformed bool) {
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case name == "":
			continue
		case len(headers) == maxNames || slices.Contains(headers, name):
			return nil, true
		}
		headers = append(headers, name)
	}
	return headers, false
}
