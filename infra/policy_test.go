package infra_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"postern/shared/aws/awsenv"
	"postern/shared/aws/kms"
)

// role is that of a function, and what it may do with the tables and the key beside what all may.
type role struct {
	function, name, log    string
	state, registry, seals string
}

func roles() []role {
	serves := role{
		state:    "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem",
		registry: "dynamodb:BatchGetItem dynamodb:GetItem",
		seals:    "kms:Decrypt",
	}
	proxy, authorizer := serves, serves
	proxy.function, proxy.name, proxy.log = "ProxyFunction", "ProxyRole", "ProxyLog"
	authorizer.function, authorizer.name, authorizer.log = "AuthorizerFunction", "AuthorizerRole", "AuthorizerLog"
	return []role{proxy, authorizer, {
		function: "AdminFunction", name: "AdminRole", log: "AdminLog",
		state:    "dynamodb:GetItem dynamodb:PutItem dynamodb:Scan dynamodb:UpdateItem",
		registry: "dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Scan",
		seals:    "kms:Decrypt kms:GenerateDataKey",
	}}
}

// granted is all that a role may do. The key opens and makes data keys, and opens the table that DynamoDB encrypts with it.
func (r role) granted() map[string]object {
	key, purpose := attribute("RegistryKey.Arn"), object{}
	for name, value := range encryptionContext() {
		purpose["kms:EncryptionContext:"+name] = value
	}
	return map[string]object{
		"State":    {"Action": r.state, "Resource": attribute("StateTable.Arn")},
		"Registry": {"Action": r.registry, "Resource": attribute("RegistryTable.Arn")},
		"Secrets":  {"Action": r.seals, "Resource": key, "Condition": object{"StringEquals": purpose}},
		"EncryptedRegistry": {
			"Action": "kms:Decrypt", "Resource": key,
			"Condition": object{"StringEquals": object{
				"kms:ViaService": object{"!Sub": "dynamodb.${AWS::Region}.${AWS::URLSuffix}"},
			}},
		},
		"Log": {"Action": "logs:CreateLogStream logs:PutLogEvents", "Resource": attribute(r.log + ".Arn")},
	}
}

// encryptionContext is what the functions send to KMS, whether they open a data key or make one; nil: that differs.
func encryptionContext() map[string]string {
	sent := map[string]map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var call struct{ EncryptionContext map[string]string }
		_ = json.NewDecoder(r.Body).Decode(&call)
		sent[fmt.Sprint(call.EncryptionContext)] = call.EncryptionContext
	}))
	env := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL_KMS": server.URL,
	}
	config := awsenv.Config(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "AWS_ENDPOINT_URL_KMS")
	ring := kms.New(config, "key")
	_, _ = ring.Unwrap(context.Background(), []byte("wrapped"))
	_, _, _ = ring.NewKey(context.Background())
	server.Close()
	for _, one := range sent {
		if len(sent) == 1 {
			return one
		}
	}
	return nil
}

// policies: each function has its own role, and its role no more than the function asks for. What that is stands in
// docs/registry.md and docs/admin.md.
func policies(root object) (c complaints) {
	for _, r := range roles() {
		c.same("the role of "+r.function, properties(root, r.function)["Role"], attribute(r.name+".Arn"))
		want, statements := r.granted(), statementsOf(root, r.name)
		for sid, statement := range want {
			c.same("the statement "+sid+" of "+r.name, statements[sid], statement)
		}
		c.same("the number of statements of "+r.name, len(statements), len(want))
		if at(properties(root, r.function), "Policies") != nil {
			c.add("%s has policies beside its role", r.function)
		}
	}
	return c
}

// backends: functions that are backends may be called where some are named, by the proxy alone.
func backends(root object) (c complaints) {
	policy := properties(root, "BackendFunctionsPolicy")
	c.same("whose policy it is", policy["RoleName"], object{"!Ref": "ProxyRole"})
	c.same("when it holds", at(root, "Resources", "BackendFunctionsPolicy", "Condition"), "BackendFunctionsGiven")
	statements := items(policy, "PolicyDocument", "Statement")
	want := object{"Sid": "Backends", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": object{"!Ref": "BackendFunctions"}}
	if len(statements) != 1 {
		c.add("%d statements, want one", len(statements))
		return c
	}
	c.same("its statement", statements[0], want)
	return c
}

// called: what the roles may do with tables is what the code does.
func called(root object) (c complaints) {
	granted := map[string]bool{}
	for _, r := range roles() {
		for _, statement := range statementsOf(root, r.name) {
			for action := range strings.FieldsSeq(text(statement, "Action")) {
				if operation, ok := strings.CutPrefix(action, "dynamodb:"); ok {
					granted[operation] = true
				}
			}
		}
	}
	files, _ := filepath.Glob("../shared/aws/dynamo/*.go")
	calls := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			c.add("%v", err)
		}
		for _, call := range regexp.MustCompile(`\.Client\.([A-Z]\w+)\(`).FindAllStringSubmatch(string(source), -1) {
			if !strings.HasSuffix(file, "_test.go") {
				calls[call[1]] = true
			}
		}
	}
	c.same("what is granted", granted, calls)
	return c
}

func statementsOf(root object, role string) map[string]object {
	statements := map[string]object{}
	for _, policy := range items(properties(root, role), "Policies") {
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
	return statements
}

// managed: AWS's policies say * for everything. The one that is used lets Lambda put a function into a VPC, when it is to be
// there.
func managed(root object) (c complaints) {
	eni := object{"!Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"}
	want := choice("InVpc", []any{eni}, ref("AWS::NoValue"))
	for name, policies := range map[string]any{"ProxyRole": want, "AuthorizerRole": want, "AdminRole": nil} {
		c.same("the managed policies of "+name, properties(root, name)["ManagedPolicyArns"], policies)
	}
	return c
}

// stars: no statement of a role is for everything, in no template. The key's own policy says whom its account may let.
func stars(root object) (c complaints) {
	for name, resource := range objects(root, "Resources") {
		if text(resource, "Type") == "AWS::KMS::Key" {
			continue
		}
		every(resource, func(v any) {
			if _, ok := at(v, "Effect").(string); !ok {
				return
			}
			for _, field := range []string{"Action", "Resource"} {
				for _, value := range append(texts(v, field), text(v, field, "!Sub")) {
					if strings.Contains(value, "*") {
						c.add("%s may %s %s", name, field, value)
					}
				}
			}
		})
	}
	return c
}
