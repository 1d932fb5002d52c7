//go:build dynamodb

package cli_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"

	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/aws/kms"
)

// TestEndpointOnTables does with an admin API on tables what the other tests do with files.
func TestEndpointOnTables(t *testing.T) {
	server, err := dynamotest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	for name, scenario := range map[string]func(*testing.T, *keeper){
		"apply": applying, "refuse": refusing, "remove": removing, "keys": rotating, "switches": switching, "flags": flagging, "secrets": setting,
		"round trip": returning, "at once": changingAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			awsEnvironment(t, "eu-west-1", "")
			table, state, key := rand.Text(), rand.Text(), filepath.Join(t.TempDir(), "key")
			for _, name := range []string{table, state} {
				if _, err := server.Table(t.Context(), name); err != nil {
					t.Fatal(err)
				}
			}
			if err := kms.CreateFile(key); err != nil {
				t.Fatal(err)
			}
			log := &logged{}
			url := function(t, log, map[string]string{
				"POSTERN_REGISTRY_TABLE": table, "POSTERN_STATE_TABLE": state, "POSTERN_KEY_FILE": key, "AWS_REGION": "eu-west-1",
				"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": plantedSecret, "AWS_ENDPOINT_URL_DYNAMODB": server.Endpoint,
			}).URL
			k := &keeper{t: t, store: []string{"--endpoint", url}}
			scenario(t, k)
			k.printed.WriteString(log.String())
			k.silent()
		})
	}
}
