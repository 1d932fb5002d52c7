package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// authorizerMode is how a definition is used in an authorizer: "" for none.
type authorizerMode string

const (
	annotated authorizerMode = "annotate"
	enforced  authorizerMode = "enforce"
)

func (m *authorizerMode) flag(c *cobra.Command) {
	c.Flags().Var(m, "authorizer", "what it is for besides: annotate or enforce; enforce refuses routes that need a body")
}

// String implements pflag.Value.
func (m *authorizerMode) String() string { return string(*m) }

// Set implements pflag.Value.
func (m *authorizerMode) Set(text string) error {
	switch mode := authorizerMode(text); mode {
	case annotated, enforced:
		*m = mode
		return nil
	}
	return fmt.Errorf("write %s or %s", annotated, enforced)
}

// Type implements pflag.Value.
func (m *authorizerMode) Type() string { return "mode" }
