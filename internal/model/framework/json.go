package framework

import (
	"context"
	"encoding/binary"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxJSONDepth = 512
	maxJSONText  = 16 << 10 // bytes of one text that are kept
	maxJSONKey   = 200
)

// jsonKind is what a value is.
type jsonKind byte

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonNumber
	jsonText
	jsonObject // at its beginning
	jsonArray  // at its beginning
	jsonEnd    // of an object or an array; the text is the number of its elements
)

// jsonPath is where a value stands: keys of objects, "" for elements of arrays. It is valid during a visit only.
type jsonPath []string

// is compares a path; "*" stands for any step.
func (p jsonPath) is(steps ...string) bool {
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

// last is the last key, "" for an element of an array.
func (p jsonPath) last() string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1]
}

// jsonWalker reads JSON from its beginning to its end without holding it. NaN and Infinity are taken, as most programs write
// them.
type jsonWalker struct {
	*cursor.Reader
	ctx   context.Context
	path  jsonPath
	visit func(path jsonPath, kind jsonKind, text string, at int64)
	steps int
}

// walkJSON visits every value of a part.
func walkJSON(ctx context.Context, p *inspect.Part, visit func(path jsonPath, kind jsonKind, text string, at int64)) error {
	w := &jsonWalker{Reader: cursor.New(p, binary.LittleEndian), ctx: ctx, visit: visit}
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
func (w *jsonWalker) space() byte {
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

func (w *jsonWalker) value() {
	if w.steps++; w.steps&0xffff == 0 && w.ctx.Err() != nil {
		w.Fail("not looked at wholly in time")
	}
	if len(w.path) > maxJSONDepth {
		w.Fail("values lie more than %d deep in each other", maxJSONDepth)
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
		w.visit(w.path, jsonText, w.text(maxJSONText), at)
	case c == '-' || c >= '0' && c <= '9' || c == 'N' || c == 'I':
		w.number(at)
	case c == 't' || c == 'f' || c == 'n':
		switch word := w.word(); word {
		case "true", "false":
			w.visit(w.path, jsonBool, word, at)
		case "null":
			w.visit(w.path, jsonNull, "", at)
		default:
			if word != "nan" && word != "inf" {
				w.Fail("%s is no value", inspect.Quote(word))
			}
			w.visit(w.path, jsonNumber, word, at)
		}
	case c == 0:
		w.Fail("ends where a value is expected")
	default:
		w.Fail("%q begins no value", string(rune(c)))
	}
}

func (w *jsonWalker) object(at int64) {
	w.Skip(1)
	w.visit(w.path, jsonObject, "", at)
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
		key := w.text(maxJSONKey)
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
	w.visit(w.path, jsonEnd, strconv.Itoa(n), at)
}

func (w *jsonWalker) array(at int64) {
	w.Skip(1)
	w.visit(w.path, jsonArray, "", at)
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
	w.visit(w.path, jsonEnd, strconv.Itoa(n), at)
}

func isJSONWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '-' || c == '+' || c == '_'
}

// word reads a literal or a number.
func (w *jsonWalker) word() string {
	b := w.Peek()
	if len(b) < 64 && w.Left() > int64(len(b)) {
		b = w.PeekMore(64)
	}
	i := 0
	for i < len(b) && i < 64 && isJSONWord(b[i]) {
		i++
	}
	word := string(b[:i])
	w.Skip(int64(i))
	return word
}

func (w *jsonWalker) number(at int64) {
	word := w.word()
	switch word {
	case "NaN", "-NaN", "Infinity", "-Infinity", "Inf", "-Inf", "-nan", "-inf", "INF", "NAN":
	default:
		if !isNumber(word) {
			w.Fail("%s is no number", inspect.Quote(word))
			return
		}
	}
	w.visit(w.path, jsonNumber, word, at)
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
	if !digits() {
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
func (w *jsonWalker) text(max int) string {
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

func (w *jsonWalker) escape(kept []byte, max int) []byte {
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

func (w *jsonWalker) hex() rune {
	n, err := strconv.ParseUint(w.Text(4, 4), 16, 16)
	if err != nil {
		w.Fail("an escape has no four hexadecimal digits")
	}
	return rune(n)
}
