package admin

import "context"

// Operator is who calls, and how the door knows the call. A call without an ARN is refused.
type Operator struct {
	ARN       string // of the user or the role's session that signed
	Account   string
	AccessKey string // the id of what it was signed with
	Address   string // of the client
	RequestID string
	Defect    string // what the door found wrong with the call; "": nothing
}

type operatorKey struct{}

// WithOperator says who calls.
func WithOperator(ctx context.Context, o Operator) context.Context {
	return context.WithValue(ctx, operatorKey{}, o)
}

func operatorOf(ctx context.Context) Operator {
	o, _ := ctx.Value(operatorKey{}).(Operator)
	return o
}
