package infra_test

import "postern/shared/aws/dynamo"

func keys(root object) (c complaints) {
	for _, name := range []string{"RegistryTable", "StateTable"} {
		p := properties(root, name)
		c.same("the key of "+name, p["KeySchema"], []any{object{"AttributeName": dynamo.KeyAttribute, "KeyType": "HASH"}})
		c.same("the attributes of "+name, p["AttributeDefinitions"],
			[]any{object{"AttributeName": dynamo.KeyAttribute, "AttributeType": "S"}})
		c.same("the billing of "+name, text(p, "BillingMode"), "PAY_PER_REQUEST")
	}
	return c
}

func ttl(root object) (c complaints) {
	c.same("the expiry of the state", properties(root, "StateTable")["TimeToLiveSpecification"],
		object{"AttributeName": dynamo.TTLAttribute, "Enabled": "true"})
	c.same("the expiry of the registry", properties(root, "RegistryTable")["TimeToLiveSpecification"], nil)
	return c
}

// registry: who may call must survive a mistake. Without the key the table is of no use.
func registry(root object) (c complaints) {
	p := properties(root, "RegistryTable")
	c.same("PITR", text(p, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"), "true")
	c.same("the protection", p["DeletionProtectionEnabled"], ref("DeletionProtection"))
	c.same("the encryption", p["SSESpecification"],
		object{"SSEEnabled": "true", "SSEType": "KMS", "KMSMasterKeyId": attribute("RegistryKey.Arn")})
	c.same("the rotation of the key", text(properties(root, "RegistryKey"), "EnableKeyRotation"), "true")
	for _, name := range []string{"RegistryTable", "RegistryKey"} {
		for _, policy := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
			c.same(policy+" of "+name, text(root, "Resources", name, policy), "Retain")
		}
	}
	state := properties(root, "StateTable")
	c.same("PITR of the state", text(state, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"), "false")
	return c
}
