package infra_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/kms"
)

// granted is all that the function may do. The key opens data keys, and the table that DynamoDB encrypts with it.
func granted() map[string]object {
	key, purpose := attribute("RegistryKey.Arn"), object{}
	for name, value := range encryptionContext() {
		purpose["kms:EncryptionContext:"+name] = value
	}
	return map[string]object{
		"State":    {"Action": "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem", "Resource": attribute("StateTable.Arn")},
		"Registry": {"Action": "dynamodb:BatchGetItem dynamodb:GetItem", "Resource": attribute("RegistryTable.Arn")},
		"Secrets":  {"Action": "kms:Decrypt", "Resource": key, "Condition": object{"StringEquals": purpose}},
		"EncryptedRegistry": {
			"Action": "kms:Decrypt", "Resource": key,
			"Condition": object{"StringEquals": object{
				"kms:ViaService": object{"!Sub": "dynamodb.${AWS::Region}.${AWS::URLSuffix}"},
			}},
		},
		"Log": {"Action": "logs:CreateLogStream logs:PutLogEvents", "Resource": attribute("ProxyLog.Arn")},
	}
}

// encryptionContext is what the function sends to KMS when it opens a data key.
func encryptionContext() map[string]string {
	var sent struct{ EncryptionContext map[string]string }
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&sent)
	}))
	env := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL_KMS": server.URL,
	}
	config := awsenv.Config(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "AWS_ENDPOINT_URL_KMS")
	_, _ = kms.New(config, "").Unwrap(context.Background(), []byte("wrapped"))
	server.Close()
	return sent.EncryptionContext
}

func policies(root object) (c complaints) {
	c.same("the function's role", properties(root, "ProxyFunction")["Role"], attribute("ProxyRole.Arn"))
	statements := map[string]object{}
	for _, policy := range items(properties(root, "ProxyRole"), "Policies") {
		for _, s := range items(policy, "PolicyDocument", "Statement") {
			statement := object{"Resource": at(s, "Resource")}
			actions := texts(s, "Action")
			slices.Sort(actions)
			statement["Action"] = strings.Join(actions, " ")
			if condition := at(s, "Condition"); condition != nil {
				statement["Condition"] = condition
			}
			statements[text(s, "Sid")] = statement
		}
	}
	for sid, want := range granted() {
		c.same("the statement "+sid, statements[sid], want)
	}
	c.same("the number of statements", len(statements), len(granted()))
	return c
}

// managed: AWS's policies say * for everything. The one that is used lets Lambda put a function into a VPC, when it is to be
// there.
func managed(root object) (c complaints) {
	eni := object{"!Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"}
	c.same("the managed policies", properties(root, "ProxyRole")["ManagedPolicyArns"],
		object{"!If": []any{"InVpc", []any{eni}, ref("AWS::NoValue")}})
	return c
}
