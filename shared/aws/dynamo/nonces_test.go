package dynamo_test

import (
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/replay"
)

// mine is the id of claim as items keep it.
const mine = `{"pk":{"S":"n"},"by":{"S":"AAECAwQFBgc"},"exp":{"N":"1"}}`

// TestClaim: the item and the condition are those of dynamodb.md, 2. SHA-256 of "abc" is an example of FIPS 180.
func TestClaim(t *testing.T) {
	for until, exp := range map[time.Duration]string{
		time.Minute: "2237112061", time.Minute + time.Nanosecond: "2237112062", 61*time.Second - 1: "2237112062",
	} {
		table, service := answers(t, ok(""))
		c := claim()
		c.At, c.Until = noon.Add(999*time.Millisecond), noon.Add(until)
		if free, err := dynamo.NewNonces(table).Claim(t.Context(), c); !free || err != nil {
			t.Fatalf("Claim() = %v, %v, want true", free, err)
		}
		want := question{"PutItem", map[string]any{
			"TableName": "state",
			"Item": map[string]any{
				"pk":  map[string]any{"S": "n#members#ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"},
				"exp": map[string]any{"N": exp},
				"by":  map[string]any{"S": "AAECAwQFBgc"},
			},
			"ConditionExpression":                 "attribute_not_exists(#key) OR #exp <= :now",
			"ExpressionAttributeNames":            map[string]any{"#key": "pk", "#exp": "exp"},
			"ExpressionAttributeValues":           map[string]any{":now": map[string]any{"N": "2237112000"}},
			"ReturnValuesOnConditionCheckFailure": "ALL_OLD",
		}}
		if got := service.sent(); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("sent %v, want %v", got, want)
		}
	}
}

// TestClaimAnswers: a claim that finds itself has the nonce, whatever it believes to have sent.
func TestClaimAnswers(t *testing.T) {
	others := strings.Replace(mine, "Bgc", "Bgd", 1)
	tests := []struct {
		name    string
		answers []reply
		want    bool
	}{
		{"taken by another", []reply{refused(others)}, false},
		{"taken by an item without a name", []reply{refused(`{"pk":{"S":"n"},"by":{"N":"1"}}`)}, false},
		{"found itself", []reply{refused(mine)}, true},
		{"found itself after a lost answer", []reply{broken(syscall.ECONNRESET), refused(mine)}, true},
		{"found another after a lost answer", []reply{broken(syscall.ECONNRESET), refused(others)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, _ := answers(t, tt.answers...)
			if got, err := dynamo.NewNonces(table).Claim(t.Context(), claim()); got != tt.want || err != nil {
				t.Errorf("Claim() = %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

// TestClaimFails: of an unknown outcome nobody says that the nonce was free.
func TestClaimFails(t *testing.T) {
	table, _ := answers(t, broken(syscall.ECONNRESET))
	var nonces replay.Nonces = dynamo.NewNonces(table)
	if free, err := nonces.Claim(t.Context(), claim()); free || err == nil {
		t.Errorf("Claim() = %v, %v, want false and an error", free, err)
	}
}
