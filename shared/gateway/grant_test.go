package gateway_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// TestVerdictTravels: what an authorizer found out of a caller is the same behind it. No list of routes is all of them, an
// empty one is none.
func TestVerdictTravels(t *testing.T) {
	for _, v := range []gateway.Verdict{
		{},
		{Done: 7, Principal: &gateway.Principal{App: "shop", KeyID: "1", Plan: "gold", Owner: "acme"}},
		{Principal: &gateway.Principal{App: "shop", Grant: &gateway.Grant{}}},
		{Principal: &gateway.Principal{Grant: &gateway.Grant{
			Plan: "gold", Routes: []string{"GET /a"}, Stages: []string{}, Until: time.Date(2027, 1, 31, 9, 0, 0, 1, time.UTC),
		}}},
		{Fault: fault.New(fault.AuthHMACMismatch, fault.Args{"string-to-sign": "GET#é\x00`"}, nil)},
	} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var got gateway.Verdict
		if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("%s is read as %+v, %v, want %+v", data, got, err, v)
		}
	}
}
