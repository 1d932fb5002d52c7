package table_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/cmd/postern/host/table"
	"postern/shared/auth"
	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
	"postern/shared/config"
)

func open(t *testing.T) *dynamo.Table {
	t.Helper()
	s, err := table.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	env := map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "ENDPOINT": s.Endpoint}
	c := awsenv.Config(func(name string) (string, bool) { v, ok := env[name]; return v, ok }, "ENDPOINT")
	return &dynamo.Table{Client: dynamo.NewClient(c), Name: "registry", Attempt: 5 * time.Second}
}

// TestRegistry: what an operator writes is what a gateway reads, changes and removals included.
func TestRegistry(t *testing.T) {
	ctx := t.Context()
	at := open(t)
	admin := dynamo.NewAdmin(at, nil)
	reg := &config.Registry{
		Version: 1, Plans: map[string]config.Plan{"trial": {}},
		Apps: []config.App{{Name: "shop", Grants: map[string]config.Grant{"members": {Plan: "trial"}}, Keys: []config.Key{{Name: "current", Primary: "demoKeyPrimary01"}}}},
	}
	if err := admin.Apply(ctx, reg); err != nil {
		t.Fatal(err)
	}
	r := dynamo.NewRegistry(at, dynamo.RegistryOptions{})
	if key, err := r.Key(ctx, auth.KeyID("demoKeyPrimary01")); err != nil || key == nil || key.App != "shop" {
		t.Fatalf("the key is %+v, %v", key, err)
	}
	if err := admin.Remove(ctx, "app", "shop"); err != nil {
		t.Fatal(err)
	}
	if key, err := r.Key(ctx, auth.KeyID("demoKeyPrimary01")); err == nil {
		t.Errorf("the removed key is %+v", key)
	}
	left, err := admin.Read(ctx)
	if err != nil || len(left.Apps) != 0 || len(left.Plans) != 1 {
		t.Errorf("left is %+v, %v", left, err)
	}
}

// TestConditions: a write that comes second finds what was there.
func TestConditions(t *testing.T) {
	ctx := t.Context()
	at := open(t)
	put := func(ctx context.Context, condition *string, version, was string) error {
		in := &dynamodb.PutItemInput{
			TableName: &at.Name, ConditionExpression: condition, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			Item: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "k"}, "v": &types.AttributeValueMemberS{Value: version}},
		}
		if condition != nil {
			in.ExpressionAttributeNames = map[string]string{"#a": "v"}
		}
		if was != "" {
			in.ExpressionAttributeValues = map[string]types.AttributeValue{":was": &types.AttributeValueMemberS{Value: was}}
		}
		_, err := at.Client.PutItem(ctx, in)
		return err
	}
	absent, same := aws.String("attribute_not_exists(#a)"), aws.String("#a = :was")
	steps := []struct {
		condition    *string
		version, was string
		held         bool
	}{
		{same, "0", "none", false},
		{absent, "1", "", true},
		{absent, "2", "", false},
		{same, "3", "2", false},
		{same, "4", "1", true},
		{nil, "5", "", true},
	}
	for _, s := range steps {
		err := put(ctx, s.condition, s.version, s.was)
		var refused *types.ConditionalCheckFailedException
		if (err == nil) != s.held || err != nil && !errors.As(err, &refused) {
			t.Errorf("writing version %s: %v, want held %v", s.version, err, s.held)
		}
		if refused != nil && s.version == "2" && refused.Item["v"].(*types.AttributeValueMemberS).Value != "1" {
			t.Errorf("the refusal shows %v, want version 1", refused.Item)
		}
	}
}

// TestRefuses: what it cannot do it does not pretend to.
func TestRefuses(t *testing.T) {
	ctx := t.Context()
	at := open(t)
	_, update := at.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: &at.Name, Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "k"}}})
	_, nameless := at.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &at.Name, Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "k"}}})
	_, other := at.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &at.Name, ConditionExpression: aws.String("size(a) > 1"), Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "k"}},
	})
	for err, want := range map[error]string{update: "no state", nameless: "attribute pk", other: "size(a) > 1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
}
