// Package jsonwalk reads JSON from its beginning to its end without holding it.
package jsonwalk

import (
	"context"
	"encoding/binary"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Bounds of what is read and kept.
const (
	MaxDepth = 512      // values inside values
	MaxText  = 16 << 10 // bytes of a text that are kept
	maxKey   = 200      // bytes of a key that are kept
	maxWord  = 1024     // bytes of a number
)

// Kind is what a value is.
type Kind byte

const (
	Null Kind = iota
	Bool
	Number
	Text
	Object // at its beginning
	Array  // at its beginning
	End    // of an object or an array; the text is the number of its elements
)

// Path is where a value stands: keys of objects, "" for elements of arrays. It is valid during a visit only.
type Path []string

// Is compares a path; "*" stands for any step.
func (p Path) Is(steps ...string) bool {
	if len(p) != len(steps) {
		return false
	}
	for i, s := range steps {
		if s != "*" && p[i] != s {
			return false
		}
	}
	return true
}

// Last is the last key, "" for an element of an array.
func (p Path) Last() string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1]
}

// walker reads JSON from its beginning to its end without holding it. NaN and Infinity are taken, as most programs write
// them.
type walker struct {
	*cursor.Reader
	ctx   context.Context
	path  Path
	visit func(path Path, kind Kind, text string, at int64)
	steps int
}

// Walk visits every value of a part.
func Walk(ctx context.Context, p *inspect.Part, visit func(path Path, kind Kind, text string, at int64)) error {
	w := &walker{Reader: cursor.New(p, binary.LittleEndian), ctx: ctx, visit: visit}
	if h := p.Head(); len(h) >= 3 && string(h[:3]) == "\xef\xbb\xbf" {
		w.Skip(3)
	}
	w.value()
	if w.Err() == nil && w.space() != 0 {
		w.Fail("something follows the end of the JSON")
	}
	return w.Err()
}

// space passes white space by and returns the next byte without passing it by, 0 at the end.
func (w *walker) space() byte {
	for {
		b := w.Peek()
		for i, c := range b {
			if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				w.Skip(int64(i))
				if c == 0 {
					w.Fail("a zero stands in the JSON")
				}
				return c
			}
		}
		if len(b) == 0 {
			return 0
		}
		w.Skip(int64(len(b)))
	}
}

func (w *walker) value() {
	if w.steps++; w.steps&0xffff == 0 && w.ctx.Err() != nil {
		w.Fail("not looked at wholly in time")
	}
	if len(w.path) > MaxDepth {
		w.Fail("values lie more than %d deep in each other", MaxDepth)
	}
	if w.Err() != nil {
		return
	}
	c := w.space()
	at := w.Off()
	switch {
	case c == '{':
		w.object(at)
	case c == '[':
		w.array(at)
	case c == '"':
		w.visit(w.path, Text, w.text(MaxText), at)
	case c == '-' || c >= '0' && c <= '9' || c == 'N' || c == 'I':
		w.number(at)
	case c == 't' || c == 'f' || c == 'n':
		switch word := w.word(); word {
		case "true", "false":
			w.visit(w.path, Bool, word, at)
		case "null":
			w.visit(w.path, Null, "", at)
		default:
			if word != "nan" && word != "inf" {
				w.Fail("%s is no value", inspect.Quote(word))
			}
			w.visit(w.path, Number, word, at)
		}
	case c == 0:
		w.Fail("ends where a value is expected")
	default:
		w.Fail("%q begins no value", string(rune(c)))
	}
}

func (w *walker) object(at int64) {
	w.Skip(1)
	w.visit(w.path, Object, "", at)
	w.path = append(w.path, "")
	n := 0
	for w.Err() == nil {
		c := w.space()
		if c == '}' && n == 0 {
			break
		}
		if c != '"' {
			w.Fail("a key is expected")
			return
		}
		key := w.text(maxKey)
		if w.space() != ':' {
			w.Fail("a colon is expected")
			return
		}
		w.Skip(1)
		w.path[len(w.path)-1] = key
		w.value()
		n++
		if c = w.space(); c == '}' {
			break
		} else if c != ',' {
			w.Fail("a comma or the end of an object is expected")
			return
		}
		w.Skip(1)
	}
	w.Skip(1)
	w.path = w.path[:len(w.path)-1]
	w.visit(w.path, End, strconv.Itoa(n), at)
}

func (w *walker) array(at int64) {
	w.Skip(1)
	w.visit(w.path, Array, "", at)
	w.path = append(w.path, "")
	n := 0
	for w.Err() == nil {
		if w.space() == ']' && n == 0 {
			break
		}
		w.path[len(w.path)-1] = ""
		w.value()
		n++
		c := w.space()
		if c == ']' {
			break
		} else if c != ',' {
			w.Fail("a comma or the end of an array is expected")
			return
		}
		w.Skip(1)
	}
	w.Skip(1)
	w.path = w.path[:len(w.path)-1]
	w.visit(w.path, End, strconv.Itoa(n), at)
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '-' || c == '+' || c == '_'
}

// word reads a literal or a number.
func (w *walker) word() string {
	b := w.Peek()
	if len(b) < maxWord && w.Left() > int64(len(b)) {
		b = w.PeekMore(maxWord)
	}
	i := 0
	for i < len(b) && i < maxWord && isWordByte(b[i]) {
		i++
	}
	if i == maxWord {
		w.Fail("a number is longer than %d bytes", maxWord)
	}
	word := string(b[:i])
	w.Skip(int64(i))
	return word
}

func (w *walker) number(at int64) {
	word := w.word()
	switch word {
	case "NaN", "-NaN", "Infinity", "-Infinity", "Inf", "-Inf", "-nan", "-inf", "INF", "NAN":
	default:
		if !isNumber(word) {
			w.Fail("%s is no number", inspect.Quote(word))
			return
		}
	}
	w.visit(w.path, Number, word, at)
}

// isNumber checks the grammar of numbers; 1.E5 and the like, which some programs write, are none.
func isNumber(s string) bool {
	i := 0
	digits := func() bool {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i > start
	}
	if i < len(s) && s[i] == '-' {
		i++
	}
	if first := i; !digits() || i > first+1 && s[first] == '0' {
		return false
	}
	if i < len(s) && s[i] == '.' {
		i++
		if !digits() {
			return false
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return false
		}
	}
	return i == len(s)
}

// text reads a text and returns at most max bytes of it.
func (w *walker) text(max int) string {
	w.Skip(1)
	var kept []byte
	for w.Err() == nil {
		b := w.Peek()
		if len(b) == 0 {
			w.Fail("ends inside of a text")
			return ""
		}
		i := 0
		for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
			i++
		}
		if i < len(b) && b[i] == '"' && kept == nil { // the usual case
			s := string(b[:min(i, max)])
			w.Skip(int64(i + 1))
			return s
		}
		if room := max - len(kept); room > 0 {
			kept = append(kept, b[:min(i, room)]...)
		}
		w.Skip(int64(i))
		if i == len(b) {
			if kept == nil {
				kept = []byte{}
			}
			continue
		}
		switch c := w.Byte(); {
		case c == '"':
			return string(kept)
		case c == '\\':
			kept = w.escape(kept, max)
		default:
			w.Fail("a control character stands in a text")
		}
	}
	return ""
}

func (w *walker) escape(kept []byte, max int) []byte {
	var r rune
	switch c := w.Byte(); c {
	case '"', '\\', '/':
		r = rune(c)
	case 'b':
		r = '\b'
	case 'f':
		r = '\f'
	case 'n':
		r = '\n'
	case 'r':
		r = '\r'
	case 't':
		r = '\t'
	case 'u':
		if r = w.hex(); utf16.IsSurrogate(r) {
			if b := w.PeekMore(6); len(b) >= 6 && b[0] == '\\' && b[1] == 'u' {
				w.Skip(2)
				r = utf16.DecodeRune(r, w.hex())
			} else {
				r = utf8.RuneError
			}
		}
	default:
		w.Fail("%q is no escape", string(rune(c)))
	}
	if len(kept) >= max {
		if kept == nil {
			return []byte{}
		}
		return kept
	}
	return utf8.AppendRune(kept, r)
}

func (w *walker) hex() rune {
	n, err := strconv.ParseUint(w.Text(4, 4), 16, 16)
	if err != nil {
		w.Fail("an escape has no four hexadecimal digits")
	}
	return rune(n)
}
