package pickle

// value is an abstract value: its kind in the low byte, and above it what the kind needs: a number, a place in the stream, the
// index of a name or of a node.
type value uint64

type kind uint8

const (
	kAbsent kind = iota // no value: an unused place of the memo
	kNone
	kTrue
	kFalse
	kInt       // the number, cut to 56 bits
	kLong      // a number that is larger
	kFloat     //
	kText      // offset of its opcode
	kBytes     // offset of its opcode
	kByteArray // offset of its opcode
	kMemoText  // text of which only its place in the memo is kept
	kEmptyTuple
	kPlainTuple // of constants that are not kept; the logarithm of how much it holds
	kRun        // that many inert values in a row, on the stack only

	// what follows can hold, or be, something that has an effect
	kTuple // node
	kList  // node
	kDict  // node
	kSet   // node
	kLost  // a container of which nothing is kept: lostTuple ...
	kName  // index of the name: a class, function or other thing that a module has
	kModule
	kObject  // an instance of a class or a result of a function, by its name
	kResult  // node: result of a call of which more is kept
	kUnknown // nothing is known
	kMark    // never a value
)

const (
	lostTuple = iota
	lostList
	lostDict
	lostSet
)

const (
	payloadBits = 56
	plainKinds  = 1<<kNone | 1<<kTrue | 1<<kFalse | 1<<kInt | 1<<kLong | 1<<kFloat | 1<<kText | 1<<kBytes | 1<<kByteArray |
		1<<kMemoText | 1<<kEmptyTuple | 1<<kPlainTuple | 1<<kRun
	nodeKinds      = 1<<kTuple | 1<<kList | 1<<kDict | 1<<kSet | 1<<kResult
	simpleKinds    = plainKinds &^ (1<<kPlainTuple | 1<<kRun) // that count as one each
	containerKinds = 1<<kTuple | 1<<kList | 1<<kDict | 1<<kSet
	textKinds      = 1<<kText | 1<<kMemoText
)

func (v value) kind() kind      { return kind(v) }
func (v value) payload() uint64 { return uint64(v) >> 8 }
func (v value) number() int64   { return int64(v) >> 8 }
func (v value) in(kinds uint64) bool {
	return kinds>>(v&63)&1 != 0
}

func of(k kind, payload uint64) value { return value(payload<<8) | value(k) }

func intValue(n int64) value {
	if n < -1<<(payloadBits-1) || n >= 1<<(payloadBits-1) {
		return value(kLong)
	}
	return value(n<<8) | value(kInt)
}

// node is what is kept of a container or of a call's result.
type node struct {
	traits
	from  value   // of a result: what was called
	args  value   // of a result: with what
	items []value // members; of a dictionary keys and values in turn; of a result its attributes
	data  []byte  // of a result: its bytes or text, once computed
}

// traits are what a fresh node has none of.
type traits struct {
	plain   bool  // holds nothing but constants
	leaf    bool  // has no members that are nodes
	more    bool  // has members that are not kept
	marked  bool  // by the collector
	weight  uint8 // logarithm of how many constants it would spell out to
	free    bool
	frozen  bool   // of a set: it can be a member of another
	factory bool   // of a partial: a dictionary calls it for keys that it lacks
	hides   bool   // of a dictionary: keys that matter to some classes may be among those that are not kept
	total   uint32 // members, up to a bound
}

const (
	keptItems = 32 // members of one container that are kept whatever they are
	keptOdd   = 64 // members kept in all, if they are no constants
	// maxNodes bounds what is live. Containers beyond it are lost: nothing is known of their members, and the worst is assumed.
	maxNodes   = 64 << 10
	collectMin = 16 << 10
)

// arena holds nodes. Those that nothing points to any more are used again.
type arena struct {
	nodes   []node
	freed   []uint32
	pending []uint32 // of the collector
	since   int      // nodes made since the last collection
	limit   int      // of since
	live    int
}

func (a *arena) reset() {
	for i := range a.nodes {
		a.nodes[i].data = nil
	}
	if cap(a.nodes) > 4*collectMin { // a hostile file's memory is not kept for the next
		a.nodes = nil
	}
	a.nodes, a.freed, a.since, a.limit, a.live = a.nodes[:0], a.freed[:0], 0, collectMin, 0
}

// make returns the index of a fresh node, or false where too many are live.
func (a *arena) make() (uint32, bool) {
	if n := len(a.freed); n > 0 {
		i := a.freed[n-1]
		a.freed = a.freed[:n-1]
		a.since++
		n := &a.nodes[i] // its from, args and data are empty since it was freed
		n.traits = traits{}
		n.items = n.items[:0]
		return i, true
	}
	if len(a.nodes) >= maxNodes {
		return 0, false
	}
	a.since++
	if len(a.nodes) < cap(a.nodes) { // the memory of an earlier pickle
		a.nodes = a.nodes[:len(a.nodes)+1]
		last := &a.nodes[len(a.nodes)-1]
		*last = node{items: last.items[:0]}
	} else {
		a.nodes = append(a.nodes, node{})
	}
	return uint32(len(a.nodes) - 1), true
}

// mark notes that a value is in use, and with it what it holds.
func (a *arena) mark(v value) {
	if !v.in(nodeKinds) {
		return
	}
	if n := &a.nodes[v.payload()]; n.leaf || n.marked {
		n.marked = true
		return
	}
	a.pending = append(a.pending, uint32(v.payload()))
	for len(a.pending) > 0 {
		i := a.pending[len(a.pending)-1]
		a.pending = a.pending[:len(a.pending)-1]
		n := &a.nodes[i]
		if n.marked {
			continue
		}
		n.marked = true
		for _, x := range [2]value{n.from, n.args} {
			if x.in(nodeKinds) && !a.nodes[x.payload()].marked {
				a.pending = append(a.pending, uint32(x.payload()))
			}
		}
		for _, x := range n.items {
			if x.in(nodeKinds) && !a.nodes[x.payload()].marked {
				a.pending = append(a.pending, uint32(x.payload()))
			}
		}
	}
}

// sweep frees what is not marked.
func (a *arena) sweep() {
	a.live = 0
	for i := range a.nodes {
		n := &a.nodes[i]
		switch {
		case n.marked:
			n.marked = false
			a.live++
		case !n.free:
			n.free, n.data, n.from, n.args = true, nil, 0, 0
			if cap(n.items) > keptItems {
				n.items = nil
			}
			a.freed = append(a.freed, uint32(i))
		}
	}
	a.since, a.limit = 0, max(collectMin, a.live)
}
