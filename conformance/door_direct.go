package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"postern/shared/gateway"
)

// direct calls the gateway with the request that it parsed itself.
type direct struct {
	*inside
	door  gateway.Door
	proxy *gateway.Gateway // that goes on after an authorizer
	serve func(context.Context, *direct, *gateway.Request, []byte, func(*gateway.Response) error) error
}

func openDirect(s *setting) (house, error) {
	i, err := newInside(s)
	return &direct{i, gateway.Door{Name: "direct", Cuts: true}, nil, whole}, err
}

// openSplit is an authorizer in front of a proxy: the verdict travels as JSON, and only the proxy gets the body.
func openSplit(s *setting) (house, error) {
	i, err := newInside(s)
	if err != nil {
		return nil, err
	}
	definition := s.definition
	if s.resuming != nil {
		definition = s.resuming
	}
	proxy, err := i.compile(s, definition)
	return &direct{i, gateway.Door{Name: "split"}, proxy, split}, err
}

func (d *direct) do(ctx context.Context, raw []byte) (*Answer, error) {
	r, body, err := parseRequest(raw)
	if err != nil {
		return nil, err
	}
	r.ID, r.Received, r.Door = requestID, d.Now(), d.door
	var sent *Answer
	err = d.serve(ctx, d, r, body, func(a *gateway.Response) error {
		if sent != nil {
			return errors.New("a second answer")
		}
		switch {
		case a.Cut && d.door.Cuts:
			sent = &Answer{Cut: true}
		case r.Method == http.MethodHead:
			sent = &Answer{Status: a.Status, Header: a.Header.Clone()}
		default:
			sent = &Answer{Status: a.Status, Header: a.Header.Clone(), Body: a.Body}
		}
		return ctx.Err()
	})
	return sent, errors.Join(err, ctx.Err())
}

func whole(ctx context.Context, d *direct, r *gateway.Request, body []byte, send func(*gateway.Response) error) error {
	r.Load = load(body)
	d.gateway.Serve(ctx, r, send)
	return nil
}

var errNoBody = errors.New("an authorizer has no body to read")

func split(ctx context.Context, d *direct, r *gateway.Request, body []byte, send func(*gateway.Response) error) error {
	seen := *r
	seen.Header = r.Header.Clone()
	if r.Length != 0 {
		seen.Load = func(int64) ([]byte, error) { return nil, errNoBody }
	}
	data, err := json.Marshal(d.gateway.Authorize(ctx, &seen))
	if err != nil {
		return err
	}
	var v gateway.Verdict
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	if v.Fault != nil && v.Fault.Err != nil {
		return errors.New("the cause of a fault travelled")
	}
	r.Load = load(body)
	d.proxy.Resume(ctx, r, v, send)
	return nil
}
