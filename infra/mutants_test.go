package infra_test

import "slices"

func mutants() []mutant {
	return slices.Concat(functionMutants(), environmentMutants(), loadBalancerMutants(), doorMutants(), apiMutants(),
		permissionMutants(), tableMutants(), policyMutants(), otherMutants())
}

func functionMutants() []mutant {
	return []mutant{
		{"build", "", "Runtime: provided.al2023", "Runtime: provided.al2"},
		{"build", "", "Handler: bootstrap", "Handler: main"},
		{"build", "ProxyFunction", "BuildMethod: makefile", "BuildMethod: go1.x"},
		{"build", "AdminFunction", "BuildMethod: makefile", "BuildMethod: go1.x"},
		{"build", "", "Architectures: [!Ref Architecture]", "Architectures: [x86_64]"},
		{"build", "Architecture", "Default: arm64", "Default: x86_64"},
		{"build", "AuthorizerFunction", "Timeout: 10", "Timeout: 10\n      Handler: main"},
		{"alias", "Targets", "Targets: [{Id: !Ref Function}]", "Targets: [{Id: !Ref VpcId}]"},
		{"alias", "ProxyFunction", "AutoPublishAliasAllProperties: true", "AutoPublishAliasAllProperties: false"},
		{"alias", "AuthorizerFunction", "AutoPublishAlias: live", "AutoPublishAlias: other"},
		{"timeouts", "", "{Function: 65, LoadBalancer: 70, ", "{Function: 60, LoadBalancer: 70, "},
		{"timeouts", "", "{Function: 65, LoadBalancer: 70, ", "{Function: 65, LoadBalancer: 60, "},
		{"timeouts", "", "StreamMilliseconds: 70000", "StreamMilliseconds: 65000"},
		{"timeouts", "", "{Function: 605, LoadBalancer: 610, ", "{Function: 905, LoadBalancer: 910, "},
		{"timeouts", "", `"300", "600"]`, `"300", "600", "900"]`},
		{"timeouts", "", "Timeout: !FindInMap [Timeouts, !Ref BackendTimeout, Function]", "Timeout: 3"},
		{"timeouts", "", "IdleTimeout: !FindInMap [Timeouts, !Ref BackendTimeout, LoadBalancer]", "IdleTimeout: 60"},
		{"timeouts", "", "timeout_seconds, Value: !Ref IdleTimeout", "timeout_seconds, Value: 60"},
		{"timeouts", "BackendTimeout", `Default: "60"`, `Default: "30"`},
		{"logs", "", "LogGroup: !Ref ProxyLog, ", "LogGroup: other, "},
		{"logs", "", "LogGroup: !Ref AuthorizerLog, ", "LogGroup: !Ref ProxyLog, "},
		{"logs", "AdminFunction", "LogFormat: JSON", "LogFormat: Text"},
		{"logs", "ProxyLog", "RetentionInDays: !Ref LogRetention", "KmsKeyId: none"},
		{"logs", "ApiLogGroup", "RetentionInDays: !Ref LogRetention", "RetentionInDays: 3653"},
		{"logs", "AdminLog", "!Ref AuditRetention", "!Ref LogRetention"},
	}
}

func environmentMutants() []mutant {
	return []mutant{
		{"environment", "ProxyFunction", "POSTERN_REGISTRY_CACHE: ", "POSTERN_REGISTRY_CACH: "},
		{"environment", "", "POSTERN_KEY_FILE: !Ref AWS::NoValue", "POSTERN_KEY_FILE: key"},
		{"environment", "", "POSTERN_STATE_TABLE: !Ref StateTable", "POSTERN_STATE_TABLE: !Ref RegistryTable"},
		{"environment", "", "AWS_ENDPOINT_URL_KMS: !Ref AWS::NoValue", "AWS_ENDPOINT_URL_KMS: http://127.0.0.1"},
		{"environment", "AuthorizerFunction", "POSTERN_DEFAULT_DIALECT: !Ref DefaultDialect", "POSTERN_DEFAULT_DIALECT: nhn"},
		{"environment", "AuthorizerFunction", "POSTERN_METRICS: ", "POSTERN_METRIC: "},
		{"environment", "AuthorizerFunction", "POSTERN_AUTHORIZER_MODE: ", "POSTERN_MODE: "},
		{"environment", "AuthorizerFunction", "POSTERN_AUTHORIZER_ANSWER: simple", "POSTERN_STREAM: !Ref Stream"},
		{"environment", "ProxyFunction", "POSTERN_STREAM: ", "POSTERN_STREAMED: "},
		{"siblings", "AuthorizerFunction", "MemorySize: !Ref MemorySize", "MemorySize: 128"},
		{"siblings", "AuthorizerFunction", "SecurityGroupIds: !Ref FunctionSecurityGroupIds", "SecurityGroupIds: []"},
		{"dialects", "DefaultDialect", `AllowedValues: ["", aliyun, nhn, toast]`, `AllowedValues: ["", aliyun, nhn]`},
	}
}

func loadBalancerMutants() []mutant {
	return []mutant{
		{
			"multi-value", "", `{Key: lambda.multi_value_headers.enabled, Value: "true"}`,
			`{Key: lambda.multi_value_headers.enabled, Value: "false"}`,
		},
		{"multi-value", "", "lambda.multi_value_headers.enabled", "lambda.multi_value_header.enabled"},
		{"multi-value", "", "TargetType: lambda", "TargetType: ip"},
		{"balanced", "", "DependsOn: Permission ", "DependsOn: LoadBalancer "},
		{"balanced", "", "${AWS::AccountId}:targetgroup/*", "*:targetgroup/*"},
		{"balanced", "", "Principal: elasticloadbalancing.amazonaws.com", `Principal: "*"`},
		{"balanced", "Permission", "FunctionName: !Ref Function", "FunctionName: other"},
		{"forwarded-for", "", "POSTERN_ALB_CLIENT: !Ref ForwardedFor", "POSTERN_ALB_CLIENT: append"},
		{
			"forwarded-for", "", "xff_header_processing.mode, Value: !Ref ForwardedFor",
			"xff_header_processing.mode, Value: preserve",
		},
		{"forwarded-for", "", "AllowedValues: [append, preserve, remove]", "AllowedValues: [append, preserve, drop]"},
		{"tls", "", "cipher_suite.enabled, Value: !Ref TrustTlsHeaders", `cipher_suite.enabled, Value: "false"`},
		{"tls", "", "POSTERN_TRUST_TLS_HEADERS: !Ref TrustTlsHeaders", `POSTERN_TRUST_TLS_HEADERS: "true"`},
		{"tls", "", `"off": {Trusted: "false"}`, `"off": {Trusted: "true"}`},
		{"tls", "", `verify: {Trusted: "true"}`, `verify: {Trusted: "false"}`},
		{"tls", "ProxyFunction", "!FindInMap [Certificates, !Ref ClientCertificates, Trusted]", `"true"`},
		{"tls", "", "Mode: !Ref ClientCertificates", `Mode: "off"`},
		{"host", "", `preserve_host_header.enabled, Value: "true"`, `preserve_host_header.enabled, Value: "false"`},
		{"wiring", "LoadBalancer", "ForwardedFor: !Ref ForwardedFor", "ForwardedFor: append"},
		{"wiring", "LoadBalancer", "        HealthCheck: !Ref HealthCheck\n", ""},
		{"wiring", "LoadBalancer", "Function: !Ref ProxyFunction.Alias", "Function: !GetAtt ProxyFunction.Arn"},
	}
}

func tableMutants() []mutant {
	return []mutant{
		{"keys", "RegistryTable", "KeyType: HASH", "KeyType: RANGE"},
		{"keys", "StateTable", "[{AttributeName: pk, KeyType: HASH}]", "[{AttributeName: key, KeyType: HASH}]"},
		{"ttl", "", "{AttributeName: exp, Enabled: true}", "{AttributeName: ttl, Enabled: true}"},
		{"ttl", "", "{AttributeName: exp, Enabled: true}", "{AttributeName: exp, Enabled: false}"},
		{
			"ttl", "", "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}",
			"TimeToLiveSpecification: {AttributeName: exp, Enabled: true}",
		},
		{
			"registry", "", "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}",
			"PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: false}",
		},
		{"registry", "", "SSEType: KMS, KMSMasterKeyId: !GetAtt RegistryKey.Arn", "SSEType: KMS"},
		{"registry", "", "DeletionProtectionEnabled: !Ref DeletionProtection", "DeletionProtectionEnabled: false"},
		{"registry", "RegistryKey", "    DeletionPolicy: Retain", "    DeletionPolicy: Delete"},
		{"registry", "RegistryTable", "UpdateReplacePolicy: Retain", "UpdateReplacePolicy: Delete"},
		{"registry", "", "EnableKeyRotation: true", "EnableKeyRotation: false"},
	}
}

func policyMutants() []mutant {
	return []mutant{
		{
			"policies", "ProxyRole", "Action: [dynamodb:GetItem, dynamodb:BatchGetItem]",
			"Action: [dynamodb:GetItem, dynamodb:BatchGetItem, dynamodb:PutItem]",
		},
		{"policies", "ProxyRole", "Action: [dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem]", "Action: dynamodb:*"},
		{"policies", "AuthorizerRole", "dynamodb:PutItem, ", "dynamodb:DeleteItem, "},
		{"policies", "ProxyRole", "Resource: !GetAtt StateTable.Arn", `Resource: "*"`},
		{"policies", "ProxyRole", "Resource: !GetAtt ProxyLog.Arn", "Resource: !Sub arn:aws:logs:*"},
		{"policies", "AuthorizerRole", "Resource: !GetAtt AuthorizerLog.Arn", "Resource: !GetAtt ProxyLog.Arn"},
		{
			"policies", "ProxyRole", `{"kms:EncryptionContext:postern": data-key}`,
			`{"kms:EncryptionContext:postern": !Ref RegistryTable}`,
		},
		{"policies", "AdminRole", `Condition: {StringEquals: {"kms:EncryptionContext:postern": data-key}}`, "Condition: {}"},
		{"policies", "AdminRole", "dynamodb:Scan, dynamodb:GetItem, dynamodb:PutItem, dynamodb:DeleteItem", "dynamodb:*"},
		{"backends", "BackendFunctionsPolicy", "Resource: !Ref BackendFunctions", `Resource: "*"`},
		{"backends", "BackendFunctionsPolicy", "Action: lambda:InvokeFunction", "Action: lambda:*"},
		{"backends", "BackendFunctionsPolicy", "Condition: BackendFunctionsGiven", "DependsOn: ProxyLog"},
		{"policies", "AdminRole", "[kms:GenerateDataKey, kms:Decrypt]", "[kms:GenerateDataKey, kms:Decrypt, kms:Encrypt]"},
		{"policies", "ProxyFunction", "Role: !GetAtt ProxyRole.Arn", "Policies: [AmazonDynamoDBFullAccess]"},
		{"policies", "AdminFunction", "Role: !GetAtt AdminRole.Arn", "Role: !GetAtt ProxyRole.Arn"},
		{"called", "AdminRole", ", dynamodb:DeleteItem]", ", dynamodb:DeleteTable]"},
		{"managed policies", "ProxyRole", "AWSLambdaENIManagementAccess", "AmazonDynamoDBFullAccess"},
		{"managed policies", "AdminRole", "      Policies:\n", "      ManagedPolicyArns: [AdministratorAccess]\n      Policies:\n"},
		{"stars", "AdminRole", "Resource: !GetAtt StateTable.Arn", `Resource: "*"`},
		{"stars", "AuthorizerRole", "Action: [dynamodb:GetItem, dynamodb:BatchGetItem]", "Action: dynamodb:*"},
		{"stars", "ProxyRole", "Resource: !GetAtt ProxyLog.Arn", "Resource: !Sub arn:aws:logs:*"},
	}
}

func otherMutants() []mutant {
	return []mutant{
		{"names", "Certificates", "Certificates:", "ClientCertificates:"},
		{"names", "Plain", "Plain:", "Targets:"},
		{"alarms", "", "Alarms: [!Ref CrashAlarm, !Ref DefectAlarm]", "Alarms: [!Ref CrashAlarm]"},
		{"alarms", "DefectFilter", "{MetricNamespace: postern, ", "{MetricNamespace: other, "},
		{"alarms", "AuthorizerDefectFilter", "-defects", "-verdicts"},
		{"alarms", "AuthorizerDefectFilter", "LogGroupName: !Ref AuthorizerLog", "LogGroupName: !Ref ProxyLog"},
		{"alarms", "CrashAlarm", "docs/runbook.md#crash", "docs/runbook.md#defect"},
		{"alarms", "DefectAlarm", "TreatMissingData: notBreaching", "TreatMissingData: breaching"},
		{"wiring", "Alarms", `!If [Alb, !GetAtt LoadBalancer.Outputs.FullName, ""]`, "!Ref AWS::StackName"},
		{"wiring", "Alarms", "BackendTimeout: !Ref BackendTimeout", "BackendTimeout: 60"},
		{"wiring", "Alarms", `!If [Rest, !Sub "${AWS::StackName}-rest", ""]`, `!If [Rest, !Ref RestApi, ""]`},
		{"wiring", "Queries", "${ProxyLog},${AuthorizerLog}", "${ProxyLog}"},
		{"wiring", "Dashboard", "Service: !Ref AWS::StackName", "Services: !Ref AWS::StackName"},
		{"parameters", "", "RefusalPercent, AlarmTopicArn]", "RefusalPercent]"},
		{"parameters", "ApiBurst", "    Description: Requests that each API lets in at one time\n", ""},
		{"parameters", "", "TlsPolicy: !Ref TlsPolicy", "TlsPolicy: ELBSecurityPolicy-2016-08"},
	}
}
