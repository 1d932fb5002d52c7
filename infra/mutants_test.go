package infra_test

import "slices"

// mutant is a way to break the template, and the check that must notice.
type mutant struct{ check, from, to string }

func mutants() []mutant {
	return slices.Concat(functionMutants(), loadBalancerMutants(), tableMutants(), otherMutants())
}

func functionMutants() []mutant {
	return []mutant{
		{"build", "Runtime: provided.al2023", "Runtime: provided.al2"},
		{"build", "Handler: bootstrap", "Handler: main"},
		{"build", "BuildMethod: makefile", "BuildMethod: go1.x"},
		{"build", "Architectures: [!Ref Architecture]", "Architectures: [x86_64]"},
		{"build", "Default: arm64", "Default: x86_64"},
		{"alias", "Targets: [{Id: !Ref ProxyFunction.Alias}]", "Targets: [{Id: !GetAtt ProxyFunction.Arn}]"},
		{"alias", "AutoPublishAliasAllProperties: true", "AutoPublishAliasAllProperties: false"},
		{"alias", "FunctionName: !Ref ProxyFunction.Alias", "FunctionName: !Ref ProxyFunction"},
		{"timeouts", "{Function: 65, LoadBalancer: 70}", "{Function: 60, LoadBalancer: 70}"},
		{"timeouts", "{Function: 65, LoadBalancer: 70}", "{Function: 65, LoadBalancer: 60}"},
		{"timeouts", "{Function: 605, LoadBalancer: 610}", "{Function: 905, LoadBalancer: 910}"},
		{"timeouts", `"300", "600"]`, `"300", "600", "900"]`},
		{"timeouts", "Timeout: !FindInMap [Timeouts, !Ref BackendTimeout, Function]", "Timeout: 3"},
		{"timeouts", "Value: !FindInMap [Timeouts, !Ref BackendTimeout, LoadBalancer]", "Value: 60"},
		{"timeouts", `Default: "60"`, `Default: "30"`},
		{"environment", "POSTERN_REGISTRY_CACHE: ", "POSTERN_REGISTRY_CACH: "},
		{"environment", "POSTERN_KEY_FILE: !Ref AWS::NoValue", "POSTERN_KEY_FILE: key"},
		{"environment", "POSTERN_STATE_TABLE: !Ref StateTable", "POSTERN_STATE_TABLE: !Ref RegistryTable"},
		{"environment", "AWS_ENDPOINT_URL_KMS: !Ref AWS::NoValue", "AWS_ENDPOINT_URL_KMS: http://127.0.0.1"},
		{"dialects", `AllowedValues: ["", nhn, toast]`, `AllowedValues: ["", nhn]`},
		{"log", "LogGroup: !Ref ProxyLog, ", "LogGroup: other, "},
		{"log", "LogFormat: JSON", "LogFormat: Text"},
		{"log", "RetentionInDays: !Ref LogRetention", "KmsKeyId: none"},
	}
}

func loadBalancerMutants() []mutant {
	return []mutant{
		{
			"multi-value", `{Key: lambda.multi_value_headers.enabled, Value: "true"}`,
			`{Key: lambda.multi_value_headers.enabled, Value: "false"}`,
		},
		{"multi-value", "lambda.multi_value_headers.enabled", "lambda.multi_value_header.enabled"},
		{"permission", "DependsOn: ProxyPermission", "DependsOn: ProxyLog"},
		{"permission", "${AWS::AccountId}:targetgroup/*", "*:targetgroup/*"},
		{"permission", "Principal: elasticloadbalancing.amazonaws.com", `Principal: "*"`},
		{"forwarded-for", "POSTERN_ALB_CLIENT: !Ref ForwardedFor", "POSTERN_ALB_CLIENT: append"},
		{
			"forwarded-for", "xff_header_processing.mode, Value: !Ref ForwardedFor",
			"xff_header_processing.mode, Value: preserve",
		},
		{"forwarded-for", "AllowedValues: [append, preserve, remove]", "AllowedValues: [append, preserve, drop]"},
		{"tls", "cipher_suite.enabled, Value: !Ref TrustTlsHeaders", `cipher_suite.enabled, Value: "false"`},
		{"tls", "POSTERN_TRUST_TLS_HEADERS: !Ref TrustTlsHeaders", `POSTERN_TRUST_TLS_HEADERS: "true"`},
		{"host", `preserve_host_header.enabled, Value: "true"`, `preserve_host_header.enabled, Value: "false"`},
	}
}

func tableMutants() []mutant {
	return []mutant{
		{"keys", "KeyType: HASH}]\n      PointInTime", "KeyType: RANGE}]\n      PointInTime"},
		{
			"keys", "[{AttributeName: pk, KeyType: HASH}]\n      TimeToLive",
			"[{AttributeName: key, KeyType: HASH}]\n      TimeToLive",
		},
		{"ttl", "{AttributeName: exp, Enabled: true}", "{AttributeName: ttl, Enabled: true}"},
		{"ttl", "{AttributeName: exp, Enabled: true}", "{AttributeName: exp, Enabled: false}"},
		{
			"ttl", "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}",
			"TimeToLiveSpecification: {AttributeName: exp, Enabled: true}",
		},
		{
			"registry", "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}",
			"PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: false}",
		},
		{"registry", "SSEType: KMS, KMSMasterKeyId: !GetAtt RegistryKey.Arn", "SSEType: KMS"},
		{"registry", "DeletionProtectionEnabled: !Ref DeletionProtection", "DeletionProtectionEnabled: false"},
		{"registry", "AWS::KMS::Key\n    DeletionPolicy: Retain", "AWS::KMS::Key\n    DeletionPolicy: Delete"},
		{
			"registry", "UpdateReplacePolicy: Retain\n    Properties:\n      BillingMode",
			"UpdateReplacePolicy: Delete\n    Properties:\n      BillingMode",
		},
		{"registry", "EnableKeyRotation: true", "EnableKeyRotation: false"},
	}
}

func otherMutants() []mutant {
	return []mutant{
		{
			"policies", "Action: [dynamodb:GetItem, dynamodb:BatchGetItem]",
			"Action: [dynamodb:GetItem, dynamodb:BatchGetItem, dynamodb:PutItem]",
		},
		{"policies", "Action: [dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem]", "Action: dynamodb:*"},
		{"policies", "Resource: !GetAtt StateTable.Arn", `Resource: "*"`},
		{"policies", "Resource: !GetAtt ProxyLog.Arn", "Resource: !Sub arn:aws:logs:*"},
		{
			"policies", `{"kms:EncryptionContext:postern": data-key}`,
			`{"kms:EncryptionContext:postern": !Ref RegistryTable}`,
		},
		{"policies", "Role: !GetAtt ProxyRole.Arn", "Policies: [AmazonDynamoDBFullAccess]"},
		{"managed policies", "AWSLambdaENIManagementAccess", "AmazonDynamoDBFullAccess"},
		{"alarms", "Alarms: [!Ref CrashAlarm, !Ref DefectAlarm]", "Alarms: [!Ref CrashAlarm]"},
		{"alarms", "{MetricNamespace: postern, ", "{MetricNamespace: other, "},
		{
			"alarms", "Dimensions: [{Name: TableName, Value: !Ref StateTable}]",
			"Dimensions: [{Name: TableName, Value: !Ref RegistryTable}]",
		},
		{"parameters", "Parameters: [Deployment, LogRetention, Metrics, AlarmTopicArn]", "Parameters: [Deployment, LogRetention, Metrics]"},
		{"parameters", "Description: VPC of the load balancer", "Default: vpc-0"},
		{"parameters", "SslPolicy: !Ref TlsPolicy", "SslPolicy: ELBSecurityPolicy-2016-08"},
	}
}
