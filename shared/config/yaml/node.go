package yaml

// position is a place in the text. Lines and columns count from 1, columns in characters.
type position struct{ line, column int }

type kind int

const (
	null kind = iota
	text
	number
	boolean
	list
	mapping
)

// String is what a message calls it.
func (k kind) String() string {
	return [...]string{"nothing", "a text", "a number", "a boolean", "a list", "a mapping"}[k]
}

// node is a value of the text. Nodes are shared between routes that inherit them: expanding makes new ones, and nothing
// changes them afterwards but the reader's mark that one is broken.
type node struct {
	kind    kind
	at      position // where a problem with it is shown; a list's and a mapping's is that of its key
	value   string   // of a scalar, without its quotes
	quoted  bool
	items   []*node
	entries []entry
	broken  bool // a problem with it was found
}

// entry is one key of a mapping.
type entry struct {
	key   string
	at    position
	value *node
}

func (n *node) scalar() bool { return n.kind < list }

// get is the value of a key; nil when n is no mapping or has no such key.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// damaged says that something is wrong with the node or inside it.
func (n *node) damaged() bool {
	if n.broken {
		return true
	}
	for _, item := range n.items {
		if item.damaged() {
			return true
		}
	}
	for _, e := range n.entries {
		if e.value.damaged() {
			return true
		}
	}
	return false
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
