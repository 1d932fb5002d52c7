package event_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
)

// TestNetworks: a private REST API says where its requests come from. A client cannot.
func TestNetworks(t *testing.T) {
	for _, tt := range []struct {
		context, more string
		want          []string
	}{
		{`,"identity":{"sourceIp":"10.0.0.1","vpcId":"vpc-1","vpceId":"vpce-2"}`, ``, []string{"vpc-1", "vpce-2"}},
		{`,"identity":{"sourceIp":"10.0.0.1","vpceId":"vpce-2"}`, ``, []string{"vpce-2"}},
		{`,"identity":{"sourceIp":"192.0.2.1"}`, `,"headers":{"vpcId":"vpc-1"},"multiValueHeaders":{"vpcId":["vpc-1"]}`, nil},
		{`,"identity":{"vpcId":"","vpceId":null}`, ``, nil},
	} {
		e, err := event.REST([]byte(restEvent(tt.context, tt.more)), time.Unix(0, 0), event.Options{})
		if err != nil || !slices.Equal(e.Request.Networks, tt.want) {
			t.Errorf("%s: networks %v, %v, want %v", tt.context, e.Request.Networks, err, tt.want)
		}
	}
	for _, id := range []string{"vpcId", "vpceId"} {
		_, err := event.REST([]byte(restEvent(`,"identity":{"`+id+`":1}`, "")), time.Unix(0, 0), event.Options{})
		if err == nil || !strings.Contains(err.Error(), id+" is no string") {
			t.Errorf("%s is a number: %v", id, err)
		}
	}
	e, err := event.HTTP([]byte(v2Event("h", `,"identity":{"vpcId":"vpc-1"}`, "")), time.Unix(0, 0), event.Options{})
	if err != nil || e.Request.Networks != nil {
		t.Errorf("an HTTP API: %v, %v, want no network", e, err)
	}
}
