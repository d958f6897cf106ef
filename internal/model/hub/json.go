package hub

import (
	"fmt"
	"io"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Bounds on JSON. Python's own reader gives up at about 1,000 levels and at numbers of 4,300 digits.
const (
	maxJSONDepth  = 200
	maxJSONNumber = 4300
	maxJSONText   = 4 << 20 // bytes of one text that is kept
	jsonWindow    = 32 << 10
)

type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

// node is one value of a JSON file with the place where it begins.
type node struct {
	kind kind
	at   int64
	s    string // text, or how a number or a boolean is spelt
	keys []string
	kids []node
	more int // entries that were read and not kept
}

// get is the last value of a key, which is the one that Python's reader takes. nil if there is none.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for i := len(n.keys) - 1; i >= 0; i-- {
		if n.keys[i] == key {
			return &n.kids[i]
		}
	}
	return nil
}

// text is the text of a key, "" if it has none.
func (n *node) text(key string) string {
	if v := n.get(key); v != nil && v.kind == text {
		return v.s
	}
	return ""
}

// reader reads JSON strictly, as Python's json does: NaN and Infinity pass, comments and trailing commas do not.
type reader struct {
	r      io.ReaderAt
	size   int64
	buf    []byte
	base   int64 // of buf
	i      int   // in buf
	budget int   // values that are kept
	over   bool  // more values than that
	// skip says which values are read and not kept, such as a vocabulary.
	skip func(depth int, key string) bool
	// again is called for a key that an object has twice with different values.
	again   func(at int64, key string)
	scratch []byte
}

// parseJSON reads all of a part.
func parseJSON(p *inspect.Part, budget int, skip func(int, string) bool, again func(int64, string)) (node, *reader, error) {
	r := &reader{r: p, size: p.Size, budget: budget, skip: skip, again: again}
	if p.Size <= inspect.HeadBytes {
		r.buf = p.Head()
	}
	n, err := r.document()
	return n, r, err
}

func (r *reader) pos() int64 { return r.base + int64(r.i) }

func (r *reader) fail(format string, args ...any) error {
	return &inspect.DamageError{Offset: r.pos(), Reason: fmt.Sprintf(format, args...)}
}

// fill reads on. It is false at the end.
func (r *reader) fill() bool {
	next := r.base + int64(len(r.buf))
	if next >= r.size {
		return false
	}
	if r.scratch == nil {
		r.scratch = make([]byte, jsonWindow)
	}
	n, _ := r.r.ReadAt(r.scratch[:jsonWindow], next)
	r.buf, r.base, r.i = r.scratch[:n], next, 0
	return n > 0
}

// peek is the next byte, 0 at the end. A zero byte in the file is no JSON in any place, so the two need not be told apart.
func (r *reader) peek() byte {
	if r.i < len(r.buf) || r.fill() {
		return r.buf[r.i]
	}
	return 0
}

func (r *reader) space() byte {
	for {
		c := r.peek()
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
		r.i++
	}
}

func (r *reader) document() (node, error) {
	if r.peek() == 0xEF {
		return node{}, r.fail("begins with a byte order mark, which readers of JSON refuse")
	}
	n, err := r.value(0, "", true)
	if err != nil {
		return n, err
	}
	if r.space(); r.pos() < r.size {
		return n, r.fail("has more after the end of the JSON value")
	}
	return n, nil
}

// value reads one value. keep is false inside what is skipped.
func (r *reader) value(depth int, key string, keep bool) (node, error) {
	c := r.space()
	n := node{at: r.pos()}
	if keep {
		if r.budget--; r.budget < 0 {
			r.over, keep = true, false
		}
	}
	var err error
	switch {
	case c == '{', c == '[':
		if depth >= maxJSONDepth {
			return n, r.fail("is nested deeper than %d levels", maxJSONDepth)
		}
		if keep && r.skip != nil && r.skip(depth, key) {
			keep = false
		}
		if c == '{' {
			n.kind = object
			err = r.object(&n, depth, keep)
		} else {
			n.kind = list
			err = r.list(&n, depth, keep)
		}
	case c == '"':
		n.kind = text
		n.s, err = r.text(keep)
	case c == '-' || c >= '0' && c <= '9':
		n.kind = number
		n.s, err = r.number(keep)
	default:
		n.kind, n.s, err = r.word()
	}
	return n, err
}

func (r *reader) object(n *node, depth int, keep bool) error {
	r.i++
	if r.space() == '}' {
		r.i++
		return nil
	}
	for {
		if r.space() != '"' {
			return r.unexpected("a key")
		}
		at := r.pos()
		key, err := r.text(keep)
		if err != nil {
			return err
		}
		if r.space() != ':' {
			return r.unexpected("a colon")
		}
		r.i++
		v, err := r.value(depth+1, key, keep)
		if keep && !r.over { // also what comes before damage is looked at
			r.twice(n, at, key, &v)
			n.keys = append(n.keys, key)
			n.kids = append(n.kids, v)
		} else {
			n.more++
		}
		if err != nil {
			return err
		}
		switch r.space() {
		case ',':
			r.i++
		case '}':
			r.i++
			return nil
		default:
			return r.unexpected("a comma or the end of an object")
		}
	}
}

// maxTwice is up to how many keys of one object are compared with each other.
const maxTwice = 64

// twice reports a key that was there before with another value: readers differ in which of them counts.
func (r *reader) twice(n *node, at int64, key string, v *node) {
	if r.again == nil || len(n.keys) > maxTwice {
		return
	}
	for i, k := range n.keys {
		if k == key && !same(&n.kids[i], v) {
			r.again(at, key)
			return
		}
	}
}

func same(a, b *node) bool {
	return a.kind == b.kind && a.s == b.s && len(a.kids) == 0 && len(b.kids) == 0 && a.more == b.more
}

func (r *reader) list(n *node, depth int, keep bool) error {
	r.i++
	if r.space() == ']' {
		r.i++
		return nil
	}
	for {
		v, err := r.value(depth+1, "", keep)
		if keep && !r.over {
			n.kids = append(n.kids, v)
		} else {
			n.more++
		}
		if err != nil {
			return err
		}
		switch r.space() {
		case ',':
			r.i++
		case ']':
			r.i++
			return nil
		default:
			return r.unexpected("a comma or the end of a list")
		}
	}
}

func (r *reader) unexpected(want string) error {
	if r.pos() >= r.size {
		return r.fail("ends where %s is expected", want)
	}
	return r.fail("has %q where %s is expected", string(rune(r.peek())), want)
}
