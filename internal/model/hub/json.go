package hub

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

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

// text reads a text. A plain one that lies in the window is taken in one piece.
func (r *reader) text(keep bool) (string, error) {
	r.i++
	for j := r.i; j < len(r.buf); j++ {
		switch c := r.buf[j]; {
		case c == '"':
			s := r.buf[r.i:j]
			if !utf8.Valid(s) {
				return "", r.fail("has a text that is no UTF-8")
			}
			r.i = j + 1
			if keep {
				return string(s), nil
			}
			return "", nil
		case c == '\\' || c < ' ':
			return r.longText(keep)
		}
	}
	return r.longText(keep)
}

func (r *reader) longText(keep bool) (string, error) {
	start := r.pos()
	var out []byte
	for {
		if r.i >= len(r.buf) && !r.fill() {
			return "", &inspect.DamageError{Offset: start, Reason: "has a text that does not end"}
		}
		c := r.buf[r.i]
		r.i++
		switch {
		case c == '"':
			if !utf8.Valid(out) {
				return "", &inspect.DamageError{Offset: start, Reason: "has a text that is no UTF-8"}
			}
			if keep {
				return string(out), nil
			}
			return "", nil
		case c < ' ':
			r.i--
			return "", r.fail("has a control character in a text")
		case c == '\\':
			var err error
			if out, err = r.escape(out); err != nil {
				return "", err
			}
		default:
			out = append(out, c)
		}
		if len(out) > maxJSONText {
			return "", &inspect.DamageError{Offset: start, Reason: fmt.Sprintf("has a text of more than %d bytes", maxJSONText)}
		}
	}
}

func (r *reader) escape(out []byte) ([]byte, error) {
	c := r.peek()
	r.i++
	if at := strings.IndexByte(`"\/bfnrt`, c); at >= 0 && c != 0 {
		return append(out, "\"\\/\b\f\n\r\t"[at]), nil
	}
	if c != 'u' {
		r.i--
		return out, r.fail("has an escape in a text that is none")
	}
	v, err := r.hex()
	if err != nil {
		return out, err
	}
	if v >= 0xD800 && v < 0xDC00 && r.peek() == '\\' {
		r.i++
		if r.peek() != 'u' {
			return r.escape(utf8.AppendRune(out, utf8.RuneError))
		}
		r.i++
		low, err := r.hex()
		if err != nil {
			return out, err
		}
		if low >= 0xDC00 && low < 0xE000 {
			return utf8.AppendRune(out, (v-0xD800)<<10+(low-0xDC00)+0x10000), nil
		}
		out, v = utf8.AppendRune(out, utf8.RuneError), low
	}
	return utf8.AppendRune(out, v), nil
}

func (r *reader) hex() (rune, error) {
	var v rune
	for range 4 {
		c := r.peek()
		r.i++
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 + rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 + rune(c|0x20-'a'+10)
		default:
			r.i--
			return 0, r.fail("has an escape in a text that is none")
		}
	}
	return v, nil
}

func (r *reader) number(keep bool) (string, error) {
	var b [32]byte
	out := b[:0]
	take := func() { out = append(out, r.peek()); r.i++ }
	digits := func() bool {
		n := len(out)
		for c := r.peek(); c >= '0' && c <= '9' && len(out) <= maxJSONNumber; c = r.peek() {
			take()
		}
		return len(out) > n
	}
	if r.peek() == '-' {
		take()
		if r.peek() == 'I' {
			_, s, err := r.word()
			return "-" + s, err
		}
	}
	if r.peek() == '0' {
		take()
		if c := r.peek(); c >= '0' && c <= '9' {
			return "", r.fail("has a number with a leading zero")
		}
	} else if !digits() {
		return "", r.unexpected("a digit")
	}
	if r.peek() == '.' {
		take()
		if !digits() {
			return "", r.unexpected("a digit")
		}
	}
	if r.peek()|0x20 == 'e' {
		take()
		if c := r.peek(); c == '+' || c == '-' {
			take()
		}
		if !digits() {
			return "", r.unexpected("a digit")
		}
	}
	if len(out) > maxJSONNumber {
		return "", r.fail("has a number of more than %d digits", maxJSONNumber)
	}
	if !keep {
		return "", nil
	}
	return string(out), nil
}

// word reads true, false, null and the numbers that JSON has no place for.
func (r *reader) word() (kind, string, error) {
	var b [9]byte
	out := b[:0]
	for c := r.peek(); (c|0x20 >= 'a' && c|0x20 <= 'z') && len(out) < len(b); c = r.peek() {
		out = append(out, c)
		r.i++
	}
	switch string(out) {
	case "true":
		return boolean, "true", nil
	case "false":
		return boolean, "false", nil
	case "null":
		return null, "null", nil
	case "NaN":
		return number, "NaN", nil
	case "Infinity":
		return number, "Infinity", nil
	}
	r.i -= min(len(out), r.i)
	return null, "", r.unexpected("a value")
}
