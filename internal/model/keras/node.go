package keras

// kind is what a value of a configuration is.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

// node is a value of a configuration, from JSON or YAML.
type node struct {
	kind kind
	off  int // in the source
	text string
	keys []string // of an object
	kids []*node  // values of an object, or items of a list
	done bool     // its functions were judged with the layer that it configures
	left int      // items of a long list of plain values that are not kept
}

const (
	maxNodes  = 200_000 // of one configuration
	maxNested = 500     // values inside each other; Python's own reader gives up at about 1000
	maxPlain  = 256     // plain values of a list that are kept
	maxSource = 16 << 20
)

// get returns the value of a key, the last as Python's reader does, or nil.
func (n *node) get(key string) *node {
	if n == nil || n.kind != object {
		return nil
	}
	for i := len(n.keys) - 1; i >= 0; i-- {
		if n.keys[i] == key {
			return n.kids[i]
		}
	}
	return nil
}

// str returns the text of a key, or "".
func (n *node) str(key string) string {
	if v := n.get(key); v != nil && v.kind == text {
		return v.text
	}
	return ""
}

// item returns an item of a list, or nil.
func (n *node) item(i int) *node {
	if n == nil || n.kind != list || i >= len(n.kids) {
		return nil
	}
	return n.kids[i]
}
