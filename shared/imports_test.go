package shared_test

import "slices"

// rule is what a package and those below it may import beside the standard library, and why no more.
type rule struct {
	pkg     string
	imports []string
	because string
}

// rules are looked up by the longest package that fits. A package without one fails the test.
func rules() []rule {
	step := []string{"postern/shared/fault", "postern/shared/gateway"}
	with := func(more ...string) []string { return append(slices.Clone(step), more...) }
	return []rule{
		{"shared/fault", nil, "the vocabulary of failure depends on nobody"},
		{"shared/meter", nil, "it counts"},
		{"shared/gateway", []string{"postern/shared/fault", "postern/shared/meter"}, "the core knows no step, no store and no vendor"},
		{"shared/catalogue", []string{"postern/shared/fault"}, "rows are data"},
		{"shared/config", nil, "the definition is types; std only"},
		{"shared/config/yaml", []string{"postern/shared/config", "github.com/goccy/go-yaml"}, "YAML stays out of the functions"},
		{"shared/config/schema", []string{"postern/shared/config"}, "the schema comes from the types"},
		{"shared/auth", with("github.com/golang-jwt/jwt/v5", "golang.org/x/sync"), "steps import no store, dialect or other step"},
		{"shared/replay", step, "steps import no store, dialect or other step"},
		{"shared/limit", step, "steps import no store, dialect or other step"},
		{"shared/guard", step, "steps import no store, dialect or other step"},
		{"shared/route", step, "steps import no store, dialect or other step"},
		{"shared/transform", step, "steps import no store, dialect or other step"},
		{"shared/forward", step, "steps import no store, dialect or other step"},
		{"shared/validate", step, "steps import no store, dialect or other step"},
		{"shared/dialect", with("postern/shared/auth", "postern/shared/catalogue", "postern/shared/dialect"), "dialects have no network and no store"},
		{
			"shared/memory",
			[]string{
				"postern/shared/auth", "postern/shared/config", "postern/shared/forward", "postern/shared/guard", "postern/shared/limit",
				"postern/shared/registry", "postern/shared/replay",
			},
			"stores import the packages whose interfaces they satisfy",
		},
		{"shared/registry", []string{"postern/shared/auth", "postern/shared/config", "postern/shared/guard", "postern/shared/limit"}, "it turns entries into what steps ask for"},
		{"shared/operate", []string{"postern/shared/auth", "postern/shared/config", "postern/shared/registry"}, "operators' acts know no store"},
		{"shared/operate/table", []string{"postern/shared/aws/dynamo", "postern/shared/config", "postern/shared/operate"}, "it is where the two meet"},
		{
			"shared/admin",
			[]string{"postern/docs/openapi", "postern/shared/config", "postern/shared/limit", "postern/shared/operate"},
			"the API is an http.Handler on interfaces",
		},
		{
			"shared/admin/urlfunction",
			[]string{
				"postern/shared/accesslog", "postern/shared/admin", "postern/shared/aws", "postern/shared/config", "postern/shared/limit",
				"postern/shared/memory", "postern/shared/operate", "github.com/aws/aws-lambda-go", "github.com/awslabs/aws-lambda-go-api-proxy",
				"github.com/aws/aws-sdk-go-v2",
			},
			"it wires a function",
		},
		{"docs/openapi", nil, "it is a document"},
		{"functions/admin", []string{"postern/shared/admin/urlfunction"}, "a few lines of wiring"},
		{"shared/seal", nil, "encryption is the standard library's"},
		{
			"shared/store",
			[]string{
				"postern/shared/auth", "postern/shared/config", "postern/shared/fault", "postern/shared/forward", "postern/shared/guard",
				"postern/shared/limit", "postern/shared/replay",
			},
			"a contract knows no implementation",
		},
		{"shared/event", step, "a door knows the core alone"},
		{
			"shared/aws/dynamo",
			[]string{
				"postern/shared/auth", "postern/shared/config", "postern/shared/forward", "postern/shared/guard", "postern/shared/limit",
				"postern/shared/meter", "postern/shared/registry", "postern/shared/replay", "postern/shared/seal",
				"github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go", "github.com/hashicorp/golang-lru/v2",
			},
			"stores import the packages whose interfaces they satisfy",
		},
		{"shared/aws/dynamo/dynamotest", []string{"postern/shared/aws", "github.com/aws/aws-sdk-go-v2"}, "it starts a server for tests"},
		{
			"shared/aws/lambda",
			with("postern/shared/aws/awsenv", "postern/shared/forward", "github.com/aws/aws-sdk-go-v2"),
			"it calls functions in the place of backends, over the connections that forward opens",
		},
		{"shared/aws/kms", []string{"postern/shared/aws/awsenv", "postern/shared/seal", "github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"}, "it wraps data keys"},
		{"shared/aws", []string{"github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go", "postern/shared/meter"}, "the only users of the AWS SDK"},
		{"shared/function", []string{"postern/shared", "github.com/aws/aws-lambda-go", "github.com/aws/aws-sdk-go-v2"}, "it wires a function; no YAML, no command line"},
		{"functions", []string{"postern/shared/function"}, "a few lines of wiring"},
		{"functions/internal/functiontest", []string{"postern/shared/config"}, "tests run functions through it as Lambda does"},
		{"shared/serve", with("postern/shared/limit"), "a door knows the core alone; its admin address shows what limits counted"},
		{"shared/accesslog", []string{"postern/shared/gateway"}, "it writes records and reads nothing"},
		{"shared/metrics", []string{"postern/shared/gateway"}, "it measures records"},
		{"shared/app", []string{"postern/shared"}, "the one place that knows everything, but no library of its own"},
		{"cmd", []string{"postern", "github.com/spf13/cobra", "github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"}, "the command line wires"},
		{"cmd/postern/registryfile", []string{"postern/shared/config", "github.com/goccy/go-yaml"}, "it edits a text, whatever for"},
		{"infra/probe", []string{"github.com/aws/aws-lambda-go"}, "it shows what AWS does, not what postern does"},
		{"conformance", []string{"postern", "golang.org/x/tools/txtar"}, "cases run against everything"},
	}
}
