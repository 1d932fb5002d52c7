package function

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"postern/shared/event"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// What an authorizer leaves for the function behind it. API Gateway puts it into the event; no client can.
const (
	handoverVersion = "1"
	versionKey      = "postern.v"
	verdictKey      = "postern.verdict"
	maxVerdict      = 4096 // bytes as it travels: how much context API Gateway carries is not documented
)

var (
	errNoVerdict = errors.New("no verdict: no authorizer of ours is in front, in the mode annotate")
	errStamp     = errors.New("the verdict is for another request: are results of the authorizer cached?")
	errRemainder = errors.New("something follows the verdict")
	errRoom      = errors.New("the verdict is too large for the context of an authorizer")
)

// handover is a verdict on its way.
type handover struct {
	gateway.Verdict
	Stamp event.Stamp
}

// seal is the context that carries v. Where it is too large, a refusal loses what it would quote, and a caller the grant that
// was judged already; what is too large even so becomes a refusal of the request.
func seal(v gateway.Verdict, s event.Stamp) (map[string]string, error) {
	text, err := encode(handover{v, s})
	if errors.Is(err, errRoom) {
		text, err = encode(handover{shortened(v), s})
	}
	if err != nil {
		refusal := gateway.Verdict{
			Digest: v.Digest, RequestID: v.RequestID, Fault: fault.New(fault.Internal, nil, nil), Spent: v.Spent,
		}
		text, _ = encode(handover{refusal, s}) // "" is refused, too
	}
	return map[string]string{versionKey: handoverVersion, verdictKey: text}, err
}

// shortened is v without what the proxy can do without. A grant that it did ask for would be missing: it fails closed.
func shortened(v gateway.Verdict) gateway.Verdict {
	if v.Fault != nil {
		v.Fault = fault.New(v.Fault.Kind, nil, nil)
	}
	if v.Principal != nil {
		p := *v.Principal
		p.Grant, v.Principal = nil, &p
	}
	return v
}

func encode(h handover) (string, error) {
	data, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(data)
	if len(text) > maxVerdict {
		return "", fmt.Errorf("%w: %d bytes of %d", errRoom, len(text), maxVerdict)
	}
	return text, nil
}

// unseal is the verdict of a context, for an event with this stamp. The gateway checks what it says of request and
// definition.
func unseal(context map[string]string, s event.Stamp) (gateway.Verdict, error) {
	version, ok := context[versionKey]
	switch {
	case !ok:
		return gateway.Verdict{}, errNoVerdict
	case version != handoverVersion:
		return gateway.Verdict{}, fmt.Errorf("a verdict of version %.8q: want %s: deploy authorizer and proxy of one release",
			version, handoverVersion)
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(context[verdictKey])
	if err != nil {
		return gateway.Verdict{}, fmt.Errorf("the verdict: %w", err)
	}
	var h handover
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return gateway.Verdict{}, fmt.Errorf("the verdict: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return gateway.Verdict{}, errRemainder
	}
	if !h.Stamp.Covers(s) {
		return gateway.Verdict{}, errStamp
	}
	return h.Verdict, nil
}
