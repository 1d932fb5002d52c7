package conformance

import (
	"crypto/hmac"
	"crypto/sha1" // the vendors' clients may choose it
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
)

// expand fills in what a case leaves to the runner: ${name} and ${name arguments}. Every other ${…} belongs to the dialect, or
// to what the client sends, and stays; but one that has arguments must be known.
func expand(text string, address func(backend string) (string, error)) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, args, after, err := expression(rest)
		if err != nil {
			return "", fmt.Errorf("${%.40s: %w", rest, err)
		}
		value, known, err := evaluate(name, args, address)
		switch {
		case err != nil:
			return "", fmt.Errorf("${%s …}: %w", name, err)
		case known:
			out.WriteString(value)
			text = after
		case len(args) > 0:
			return "", fmt.Errorf("${%s …}: unknown", name)
		default:
			out.WriteString("${")
			text = rest
		}
	}
}

// expression reads "name argument…}" where an argument is a word or a Go string. Without a brace there is no expression.
func expression(text string) (name string, args []string, rest string, err error) {
	end := strings.IndexFunc(text, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') })
	if end < 0 || text[end] != ' ' && text[end] != '}' {
		return "", nil, "", nil
	}
	name, text = text[:end], text[end:]
	for {
		text = strings.TrimLeft(text, " ")
		switch {
		case strings.HasPrefix(text, "}"):
			return name, args, text[1:], nil
		case strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "`"):
			quoted, err := strconv.QuotedPrefix(text)
			if err != nil {
				return "", nil, "", errors.New("a string does not end")
			}
			arg, err := strconv.Unquote(quoted)
			if err != nil {
				return "", nil, "", err
			}
			args, text = append(args, arg), text[len(quoted):]
		default:
			end := strings.IndexAny(text, " }")
			if end < 0 {
				return "", nil, "", errors.New("it does not end")
			}
			args, text = append(args, text[:end]), text[end:]
		}
	}
}

func evaluate(name string, args []string, address func(string) (string, error)) (value string, known bool, err error) {
	takes := map[string]int{
		"backend": 1, "mac": 3, "jwt": 3, "jwt-rs256": 2, "pem": 0, "ca": 0, "b64": 1, "repeat": 2, "bytes": 1,
	}
	n, known := takes[name]
	if !known {
		return "", false, nil
	}
	if len(args) != n {
		return "", true, fmt.Errorf("it takes %d arguments, not %d", n, len(args))
	}
	switch name {
	case "backend":
		value, err = address(args[0])
	case "mac":
		value, err = mac(args[0], args[1], args[2])
	case "jwt":
		value, err = tokenHS256(args[0], args[1], args[2])
	case "jwt-rs256":
		value, err = tokenRS256(args[0], args[1])
	case "pem":
		value, err = publicKeyPEM()
		value = oneLine(value)
	case "ca":
		value = oneLine(certificatePEM())
	case "b64":
		value = base64.RawURLEncoding.EncodeToString([]byte(args[0]))
	case "repeat":
		var times int
		times, err = strconv.Atoi(args[0])
		value = strings.Repeat(args[1], max(times, 0))
	case "bytes":
		value = args[0]
	}
	return value, true, err
}

func mac(algorithm, key, text string) (string, error) {
	hashes := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New}
	h, ok := hashes[algorithm]
	if !ok {
		return "", fmt.Errorf("%s is none of sha1, sha256", algorithm)
	}
	return base64.StdEncoding.EncodeToString(sum(h, key, text)), nil
}

func sum(h func() hash.Hash, key, text string) []byte {
	m := hmac.New(h, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// oneLine is for a double-quoted YAML string.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", `\n`) }
