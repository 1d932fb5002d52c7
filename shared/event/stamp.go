package event

// Stamp is what an API Gateway tells requests apart by, and what no client can choose, unlike the request id of a REST API
// (API Gateway's guide, $context.requestId). The authorizer's event and that of the function behind it have the same.
type Stamp struct {
	Extended string `json:",omitempty"` // requestContext.extendedRequestId; of an HTTP API, which has one id alone, requestId
	Epoch    string `json:",omitempty"` // when the request came, in milliseconds, as the event has it
}

// Covers says whether an event with the stamp other can be of the same request. An empty stamp covers none.
func (s Stamp) Covers(other Stamp) bool {
	return s != (Stamp{}) && (s.Extended == "" || s.Extended == other.Extended) && (s.Epoch == "" || s.Epoch == other.Epoch)
}

func (m *members) stamp(requestID string) (s Stamp, err error) {
	extended, err := m.text("requestContext.extendedRequestId", m.extendedID)
	if s.Extended = string(extended); s.Extended == "" && m.version2() {
		s.Extended = requestID
	}
	if m.has(m.epoch) {
		s.Epoch = string(m.bytes(m.epoch))
	}
	return s, err
}
