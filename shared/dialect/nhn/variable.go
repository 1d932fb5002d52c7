package nhn

import (
	"net/url"
	"strconv"
	"strings"

	"postern/shared/gateway"
)

// variable is the value of a context variable in an exchange. It is not ok where there is none.
type variable func(x *gateway.Exchange) (value string, ok bool)

// lookup is the variable of a name. The names are those of the console guide, and no others.
func lookup(name string) (variable, bool) {
	for prefix, of := range families() {
		if member, ok := strings.CutPrefix(name, prefix); ok && member != "" {
			return of(member), true
		}
	}
	v, ok := singles()[name]
	return v, ok
}

// families are the variables that end in a name of the API's own. Several values of one name are joined by commas.
func families() map[string]func(member string) variable {
	return map[string]func(string) variable{
		"request.path.": func(member string) variable {
			member = strings.TrimSuffix(member, "+") // {name+} takes the rest of the path
			return func(x *gateway.Exchange) (string, bool) { value, ok := x.Params[member]; return value, ok }
		},
		"request.queryString.": func(member string) variable {
			return func(x *gateway.Exchange) (string, bool) { return queryValue(x.Request.RawQuery, member) }
		},
		"request.header.": func(member string) variable {
			return func(x *gateway.Exchange) (string, bool) {
				return value(x.Request, member), values(x.Request, member) != nil
			}
		},
	}
}

func singles() map[string]variable {
	return map[string]variable{
		"request.clientIp": func(x *gateway.Exchange) (string, bool) { return x.Client.String(), x.Client.IsValid() },
		"request.host":     func(x *gateway.Exchange) (string, bool) { return x.Request.Host, x.Request.Host != "" },
		"request.uri": func(x *gateway.Exchange) (string, bool) {
			return x.Request.Scheme + "://" + x.Request.Host + x.Request.Path, true
		},
		"request.uriPath":    func(x *gateway.Exchange) (string, bool) { return x.Request.Path, true },
		"request.uriPattern": uriPattern,
		"request.scheme":     func(x *gateway.Exchange) (string, bool) { return x.Request.Scheme, true },
		"request.httpMethod": func(x *gateway.Exchange) (string, bool) { return x.Request.Method, true },
		"request.timestamp":  timestamp,
		"response.httpStatus": func(x *gateway.Exchange) (string, bool) {
			if x.Answer == nil {
				return "", false
			}
			return strconv.Itoa(x.Answer.Status), true
		},
		"error.resultCode":    ofRefusal(func(r *gateway.Refusal) string { return r.Code }),
		"error.resultMessage": ofRefusal(func(r *gateway.Refusal) string { return r.Message }),
	}
}

func uriPattern(x *gateway.Exchange) (string, bool) {
	if x.Route == nil {
		return "", false
	}
	return x.Route.Path, true
}

// timestamp is in the one notation of time that the vendor's data plane documents; its own is not known.
func timestamp(x *gateway.Exchange) (string, bool) {
	return x.Request.Received.UTC().Format("2006-01-02T15:04:05Z"), true
}

func ofRefusal(field func(*gateway.Refusal) string) variable {
	return func(x *gateway.Exchange) (string, bool) {
		if x.Refusal == nil {
			return "", false
		}
		return field(x.Refusal), true
	}
}

// queryValue is what the raw query says for a name, still percent-encoded.
func queryValue(query, name string) (string, bool) {
	var found []string
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(key); err == nil && decoded == name {
			found = append(found, value)
		}
	}
	return strings.Join(found, ","), found != nil
}
