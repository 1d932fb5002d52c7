package dynamo

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// textOf is the text of an attribute; "": it is none, or absent.
func textOf(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// numberOf is the whole number of an attribute; false: it is none, or absent.
func numberOf(v types.AttributeValue) (int64, bool) {
	if s, ok := v.(*types.AttributeValueMemberN); ok {
		n, err := strconv.ParseInt(s.Value, 10, 64)
		return n, err == nil
	}
	return 0, false
}

// attemptID is the id of an attempt as items keep it: 11 characters.
func attemptID(id uint64) string {
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, id))
}
