package hub

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

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
