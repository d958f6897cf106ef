package keras

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// parseJSON reads what Python's json.loads takes: NaN and Infinity too, UTF-16 and UTF-32 too. twice is the offset of a key
// that stands twice in an object, -1 if none does.
func parseJSON(b []byte) (n *node, twice int, err error) {
	src, err := decode(b)
	if err != nil {
		return nil, -1, err
	}
	r := &reader{src: src, twice: -1}
	r.space()
	n = r.value(0)
	r.space()
	if r.err == nil && r.pos < len(src) {
		r.fail("has something after its end")
	}
	return n, r.twice, r.err
}

type reader struct {
	src   string
	pos   int
	nodes int
	slab  []node
	twice int
	err   error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = &inspect.DamageError{Offset: int64(r.pos), Reason: "as JSON: " + fmt.Sprintf(format, args...)}
	}
}

func (r *reader) space() {
	for r.pos < len(r.src) && (r.src[r.pos] == ' ' || r.src[r.pos] == '\n' || r.src[r.pos] == '\r' || r.src[r.pos] == '\t') {
		r.pos++
	}
}

func (r *reader) take(b byte) bool {
	if r.pos < len(r.src) && r.src[r.pos] == b {
		r.pos++
		return true
	}
	return false
}

// maxSlab is how many nodes are made at a time, once there are many.
const maxSlab = 512

// fresh makes a node.
func (r *reader) fresh() *node {
	if len(r.slab) == 0 {
		r.slab = make([]node, min(max(r.nodes, 8), maxSlab))
	}
	n := &r.slab[0]
	r.slab = r.slab[1:]
	n.off = r.pos
	return n
}

func (r *reader) value(depth int) *node {
	n := r.fresh()
	if depth > maxNested {
		r.fail("is nested more than %d deep", maxNested)
		return n
	}
	if r.nodes++; r.nodes > maxNodes {
		r.fail("has more than %d values", maxNodes)
		return n
	}
	if r.pos >= len(r.src) {
		r.fail("ends where a value is expected")
		return n
	}
	switch r.src[r.pos] {
	case '{':
		n.kind = object
		r.pos++
		r.object(n, depth)
	case '[':
		n.kind = list
		r.pos++
		r.list(n, depth)
	case '"':
		n.kind = text
		n.text = r.string()
	default:
		r.word(n)
	}
	return n
}

func (r *reader) object(n *node, depth int) {
	if r.space(); r.take('}') {
		return
	}
	var seen map[string]bool
	for r.err == nil {
		r.space()
		at := r.pos
		if r.pos >= len(r.src) || r.src[r.pos] != '"' {
			r.fail("a key is expected")
			return
		}
		key := r.string()
		if r.space(); !r.take(':') {
			r.fail("a colon is expected")
			return
		}
		r.space()
		v := r.value(depth + 1)
		if r.err != nil {
			return
		}
		if r.twice < 0 {
			if len(n.keys) == 16 {
				seen = make(map[string]bool, 64)
				for _, k := range n.keys {
					seen[k] = true
				}
			}
			again := seen[key]
			if seen == nil {
				for _, k := range n.keys {
					again = again || k == key
				}
			} else {
				seen[key] = true
			}
			if again {
				r.twice = at
			}
		}
		n.keys, n.kids = append(n.keys, key), append(n.kids, v)
		r.space()
		if r.take('}') {
			return
		}
		if !r.take(',') {
			r.fail("a comma or the end of an object is expected")
		}
	}
}

func (r *reader) list(n *node, depth int) {
	if r.space(); r.take(']') {
		return
	}
	plain := 0
	for r.err == nil {
		r.space()
		if plain >= maxPlain && r.plain() {
			n.left++
		} else {
			v := r.value(depth + 1)
			if v.kind < list {
				plain++
			}
			n.kids = append(n.kids, v)
		}
		if r.err != nil {
			return
		}
		r.space()
		if r.take(']') {
			return
		}
		if !r.take(',') {
			r.fail("a comma or the end of a list is expected")
		}
	}
}

// plain passes over a value that is no list and no object, and says whether it was one.
func (r *reader) plain() bool {
	if r.pos >= len(r.src) || r.src[r.pos] == '{' || r.src[r.pos] == '[' {
		return false
	}
	if r.src[r.pos] == '"' {
		r.string()
	} else {
		var n node
		r.word(&n)
	}
	return true
}

func (r *reader) word(n *node) {
	end := r.pos
	for end < len(r.src) && strings.IndexByte(" \n\r\t,]}:\"[{", r.src[end]) < 0 {
		end++
	}
	switch w := r.src[r.pos:end]; w {
	case "null":
	case "true", "false":
		n.kind, n.text = boolean, w
	case "NaN", "Infinity", "-Infinity":
		n.kind, n.text = number, w
	default:
		if !isNumber(w) {
			r.fail("%s is no value", inspect.Quote(w))
			return
		}
		n.kind, n.text = number, w
	}
	r.pos = end
}

// isNumber takes a number as JSON writes it.
func isNumber(s string) bool {
	digits := func() int {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		return n
	}
	s = strings.TrimPrefix(s, "-")
	n := digits()
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	s = s[n:]
	if strings.HasPrefix(s, ".") {
		s = s[1:]
		if n = digits(); n == 0 {
			return false
		}
		s = s[n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if n = digits(); n == 0 {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

func (r *reader) string() string {
	r.pos++ // the quote
	start := r.pos
	for r.pos < len(r.src) {
		switch b := r.src[r.pos]; {
		case b == '"':
			s := r.src[start:r.pos]
			r.pos++
			return s
		case b == '\\':
			return r.escaped(start)
		case b < ' ':
			r.fail("a control character stands in a string")
			return ""
		}
		r.pos++
	}
	r.fail("a string does not end")
	return ""
}

func (r *reader) escaped(start int) string {
	var b strings.Builder
	b.WriteString(r.src[start:r.pos])
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		r.pos++
		switch {
		case c == '"':
			return b.String()
		case c < ' ':
			r.fail("a control character stands in a string")
			return ""
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		if r.pos >= len(r.src) {
			break
		}
		c = r.src[r.pos]
		r.pos++
		switch c {
		case '"', '\\', '/':
			b.WriteByte(c)
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'u':
			v, ok := r.hex()
			if !ok {
				r.fail("an escape is cut short")
				return ""
			}
			if utf16.IsSurrogate(v) && strings.HasPrefix(r.src[r.pos:], `\u`) {
				at := r.pos
				r.pos += 2
				if low, ok := r.hex(); ok && utf16.DecodeRune(v, low) != utf8.RuneError {
					v = utf16.DecodeRune(v, low)
				} else {
					r.pos = at
				}
			}
			b.WriteRune(v)
		default:
			r.fail(`\%c is no escape`, c)
			return ""
		}
	}
	r.fail("a string does not end")
	return ""
}

func (r *reader) hex() (rune, bool) {
	if r.pos+4 > len(r.src) {
		return 0, false
	}
	v, err := strconv.ParseUint(r.src[r.pos:r.pos+4], 16, 16)
	r.pos += 4
	return rune(v), err == nil
}

// decode turns the encodings that json.loads takes into UTF-8.
func decode(b []byte) (string, error) {
	wide := func(b []byte, order binary.ByteOrder) string {
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = order.Uint16(b[2*i:])
		}
		return string(utf16.Decode(units))
	}
	wider := func(b []byte, order binary.ByteOrder) string {
		runes := make([]rune, len(b)/4)
		for i := range runes {
			runes[i] = rune(order.Uint32(b[4*i:]))
		}
		return string(runes)
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe\x00\x00")):
		return wider(b[4:], binary.LittleEndian), nil
	case bytes.HasPrefix(b, []byte("\x00\x00\xfe\xff")):
		return wider(b[4:], binary.BigEndian), nil
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return wide(b[2:], binary.LittleEndian), nil
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return wide(b[2:], binary.BigEndian), nil
	case len(b) >= 4 && b[0] == 0 && b[1] == 0 && b[2] == 0:
		return wider(b, binary.BigEndian), nil
	case len(b) >= 4 && b[1] == 0 && b[2] == 0 && b[3] == 0:
		return wider(b, binary.LittleEndian), nil
	case len(b) >= 2 && b[0] == 0:
		return wide(b, binary.BigEndian), nil
	case len(b) >= 2 && b[1] == 0:
		return wide(b, binary.LittleEndian), nil
	}
	if !utf8.Valid(b) {
		at := 0
		for at < len(b) {
			if r, n := utf8.DecodeRune(b[at:]); r == utf8.RuneError && n == 1 {
				break
			} else {
				at += n
			}
		}
		return "", &inspect.DamageError{Offset: int64(at), Reason: "as JSON: is no UTF-8"}
	}
	return string(b), nil
}
