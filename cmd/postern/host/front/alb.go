package front

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
)

// ALB is an Application Load Balancer whose one target group is a function. Invoke is required. The zero value of the rest is
// what AWS sets where nobody sets anything.
//
// Sources: the guide of Application Load Balancers (lambda-functions, x-forwarded-headers, edit-load-balancer-attributes,
// load-balancer-troubleshooting, load-balancer-limits), and events captured from real ones.
type ALB struct {
	Invoke       func(event []byte) ([]byte, error)
	Port         int    // of the listener; 0: 80, or 443 with TLS
	TargetGroup  string // its ARN; "": one that is made up
	MultiValue   bool   // lambda.multi_value_headers.enabled
	PreserveHost bool   // routing.http.preserve_host_header.enabled
	ClientMode   string // routing.http.xff_header_processing.mode: append, preserve, remove; "": append
	Log          *slog.Logger
}

const (
	megabyte      = 1 << 20
	maxHeader     = 32 << 10 // of an answer
	maxForwarders = 30       // addresses in X-Forwarded-For
)

// Limits are the load balancer's.
func (*ALB) Limits() Limits {
	return Limits{Line: 16 << 10, Field: 16 << 10, Head: 64 << 10, Body: megabyte}
}

// Answer asks the function. Whatever fails there is the load balancer's 502, which says nothing: see Log.
func (d *ALB) Answer(q *Request) *Response {
	event, err := d.event(q)
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		return d.Refuse(refusal)
	}
	data, err := d.Invoke(event)
	if err != nil {
		return d.badGateway(err.Error())
	}
	a, err := d.answer(data)
	if err != nil {
		return d.badGateway(err.Error())
	}
	return a
}

func (d *ALB) badGateway(why string) *Response {
	return d.Refuse(&Refusal{Status: http.StatusBadGateway, Why: why})
}

// Refuse is a page of the load balancer, or, where nobody knows whether there is one, a text of ours.
func (d *ALB) Refuse(r *Refusal) *Response {
	if d.Log != nil {
		d.Log.Warn("the load balancer answers by itself", "status", r.Status, "why", r.Why)
	}
	if r.Undocumented {
		return r.explained("load balancer")
	}
	title := strings.TrimSpace(strconv.Itoa(r.Status) + " " + http.StatusText(r.Status))
	page := fmt.Sprintf("<html>\r\n<head><title>%s</title></head>\r\n<body bgcolor=\"white\">\r\n<center><h1>%s</h1></center>\r\n"+
		"</body>\r\n</html>\r\n", title, title)
	return &Response{
		Status: r.Status, Reason: http.StatusText(r.Status),
		Header: []Field{{"Server", "awselb/2.0"}, {"Content-Type", "text/html"}}, Body: []byte(page),
	}
}
