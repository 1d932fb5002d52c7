// Package awsenv makes the configuration of AWS clients of the environment variables that Lambda sets.
//
// The SDK's own config package would read files, ask services and double the time to start: it stays out of the functions.
package awsenv

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

var errCredentials = errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")

// Config is made of AWS_REGION and the credentials in the environment. endpoint is the variable of the service's endpoint,
// like AWS_ENDPOINT_URL_DYNAMODB; not set or empty: AWS's own.
func Config(env func(name string) (value string, ok bool), endpoint string) aws.Config {
	value := func(name string) string { v, _ := env(name); return v }
	c := aws.Config{
		Region:      value("AWS_REGION"),
		Credentials: credentials(value),
		HTTPClient:  client(),
	}
	if url := value(endpoint); url != "" {
		c.BaseEndpoint = &url
	}
	return c
}

// Endpoint is AWS's own of a service in a region (AWS General Reference, "Service endpoints and quotas").
func Endpoint(service, region string) string {
	domain := "amazonaws.com"
	switch {
	case strings.HasPrefix(region, "cn-"):
		domain = "amazonaws.com.cn"
	case strings.HasPrefix(region, "eusc-"):
		domain = "amazonaws.eu"
	}
	return "https://" + service + "." + region + "." + domain
}

// credentials are read at every use: a function's may change while it runs.
func credentials(value func(string) string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		c := aws.Credentials{
			AccessKeyID: value("AWS_ACCESS_KEY_ID"), SecretAccessKey: value("AWS_SECRET_ACCESS_KEY"),
			SessionToken: value("AWS_SESSION_TOKEN"), Source: "environment",
		}
		if !c.HasKeys() {
			return aws.Credentials{}, errCredentials
		}
		return c, nil
	})
}

// client drops connections early: those of a frozen environment are dead when it wakes.
func client() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.IdleConnTimeout = 30 * time.Second
		t.MaxIdleConnsPerHost = 64
		t.Proxy = nil
	})
}
