package cli

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"postern/cmd/postern/host/front"
	"postern/cmd/postern/host/table"
	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
	"postern/shared/aws/kms"
	"postern/shared/config"
)

// lambdaEnvironment is what functions are told by environment variables, and the table that they read callers from.
type lambdaEnvironment struct {
	variables map[string]string
	registry  *table.Server // nil: it is in DynamoDB
}

const (
	registryTable = "POSTERN_REGISTRY_TABLE"
	stateTable    = "POSTERN_STATE_TABLE"
)

// passed are the variables that functions get as they are here.
func passed() []string {
	return []string{
		registryTable, stateTable, "POSTERN_KEY_FILE", "POSTERN_REGISTRY_CACHE", "POSTERN_NEGATIVE_CACHE",
		"POSTERN_DEFAULT_DIALECT", "POSTERN_ALB_CLIENT", "POSTERN_TRUST_TLS_HEADERS", "POSTERN_TRUST_MTLS_HEADERS", "POSTERN_SERVICE", "POSTERN_METRICS",
		"POSTERN_AUTHORIZER_HOST", "POSTERN_AUTHORIZER_HEADER",
		"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_KMS",
	}
}

// lambdaEnvironment compiles the definition into dir, keeps which variables it asks for, and finds the tables.
func (w World) lambdaEnvironment(ctx context.Context, f *lambdaFlags, dir string) (*lambdaEnvironment, error) {
	e := &lambdaEnvironment{variables: map[string]string{"POSTERN_METRICS": "none"}} // nobody reads them here
	compiler := w
	compiler.Env = func(name string) (string, bool) {
		value, ok := w.Env(name)
		if ok {
			e.variables[name] = value
		}
		return value, ok
	}
	definition := filepath.Join(dir, compiledFile)
	if err := compiler.compileTo(f.files, definition); err != nil {
		return nil, err
	}
	e.variables["POSTERN_DEFINITION"] = definition
	for _, name := range passed() {
		if value, _ := w.Env(name); value != "" {
			e.variables[name] = value
		}
	}
	_, registry := e.variables[registryTable]
	_, state := e.variables[stateTable]
	switch {
	case registry != state:
		return nil, usagef("%s and %s go together: set both, or none for a registry's file", registryTable, stateTable)
	case registry:
		return e, nil
	}
	if err := e.serveRegistry(ctx, f, dir); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// serveRegistry puts the registry's file where functions look for callers: into a table, sealed with a key of its own.
func (e *lambdaEnvironment) serveRegistry(ctx context.Context, f *lambdaFlags, dir string) (err error) {
	s, err := f.read()
	if err != nil {
		return err
	}
	if e.registry, err = table.Open(); err != nil {
		return err
	}
	key := filepath.Join(dir, "key")
	if err := kms.CreateFile(key); err != nil {
		return err
	}
	maps.Copy(e.variables, map[string]string{
		registryTable: "registry", stateTable: "memory", "POSTERN_KEY_FILE": key, "POSTERN_REGISTRY_CACHE": "0s",
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL_DYNAMODB": e.registry.Endpoint,
	})
	ring, err := kms.OpenFile(key)
	if err != nil || s.registry == nil {
		return err
	}
	return e.apply(ctx, ring, s.registry)
}

func (e *lambdaEnvironment) apply(ctx context.Context, ring dynamo.Keyring, reg *config.Registry) error {
	client := dynamo.NewClient(awsenv.Config(e.lookup, "AWS_ENDPOINT_URL_DYNAMODB"))
	admin := dynamo.NewAdmin(&dynamo.Table{Client: client, Name: e.variables[registryTable]}, ring)
	if err := admin.Apply(ctx, reg); err != nil {
		return fmt.Errorf("the registry: %w", err)
	}
	return nil
}

func (e *lambdaEnvironment) lookup(name string) (string, bool) {
	value, ok := e.variables[name]
	return value, ok
}

func (e *lambdaEnvironment) close() {
	if e.registry != nil {
		e.registry.Close()
	}
}

// list is the variables with more, as a process takes them.
func (e *lambdaEnvironment) list(more map[string]string) (all []string) {
	variables := maps.Clone(e.variables)
	maps.Copy(variables, more)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		all = append(all, name+"="+variables[name])
	}
	return all
}

// proxy is the environment of the function.
func (e *lambdaEnvironment) proxy(f *lambdaFlags) []string {
	more := map[string]string{}
	if f.stream {
		more["POSTERN_STREAM"] = "true"
	}
	if f.files.authorizer == annotated {
		more["POSTERN_AUTHORIZER"] = string(annotated)
	}
	return e.list(more)
}

// authorizer is the environment of the authorizer.
func (e *lambdaEnvironment) authorizer(f *lambdaFlags) []string {
	more := map[string]string{"POSTERN_AUTHORIZER_MODE": string(f.files.authorizer), "POSTERN_AUTHORIZER_ANSWER": "simple"}
	if f.front.http != front.KindSimple {
		more["POSTERN_AUTHORIZER_ANSWER"] = "policy"
	}
	return e.list(more)
}
