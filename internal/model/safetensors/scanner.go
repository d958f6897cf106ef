package safetensors

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	window    = 64 << 10
	maxNested = 100 // levels of JSON that nobody reads
	maxKept   = 1 << 20
)

// scanner reads JSON from a section of a part through a small window, as strictly as RFC 8259 has it. After its first error all
// reads give nothing.
type scanner struct {
	part *inspect.Part
	at   int64 // of buf[pos] in the part
	end  int64
	buf  []byte
	pos  int
	err  error
	text []byte // of the string that was read last
	cut  bool   // it was longer than what is kept
}

func newScanner(p *inspect.Part, off, n int64) *scanner {
	return &scanner{part: p, at: off, end: off + n}
}

func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = &inspect.DamageError{Offset: s.at, Reason: fmt.Sprintf(format, args...)}
	}
}

// peek is the next byte, 0 at the end or after an error.
func (s *scanner) peek() byte {
	if s.err != nil {
		return 0
	}
	if s.pos == len(s.buf) && !s.fill() {
		return 0
	}
	return s.buf[s.pos]
}

func (s *scanner) fill() bool {
	if s.at >= s.end || s.err != nil {
		return false
	}
	n := min(s.end-s.at, window)
	if head := s.part.Head(); s.at < int64(len(head)) { // the usual header is in it wholly, and costs no copy
		s.buf, s.pos = head[s.at:min(int64(len(head)), s.at+n)], 0
		return true
	}
	b, err := s.part.Read(s.at, int(n))
	if err != nil {
		s.err = err
		return false
	}
	s.buf, s.pos = b, 0
	return true
}

func (s *scanner) next() byte {
	c := s.peek()
	if s.err == nil && s.pos < len(s.buf) {
		s.pos++
		s.at++
	}
	return c
}

func (s *scanner) done() bool { return s.err != nil || s.at >= s.end }

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// space skips white space and gives the byte after it.
func (s *scanner) space() byte {
	for {
		c := s.peek()
		if !isSpace(c) {
			return c
		}
		s.next()
	}
}

func (s *scanner) expect(c byte) {
	if got := s.space(); got != c {
		if s.done() {
			s.fail("the header ends where %q is expected", c)
		} else {
			s.fail("%q where %q is expected", got, c)
		}
		return
	}
	s.next()
}

// more says whether another member of an object or array follows: it takes the comma before it, or the bracket at its end.
func (s *scanner) more(first bool, closing byte) bool {
	c := s.space()
	if c == closing {
		s.next()
		return false
	}
	if !first {
		s.expect(',')
		if s.space() == closing {
			s.fail("a comma before %q", closing)
		}
	}
	return s.err == nil
}

// str reads a string; its text is good until the next one is read. Of a longer one than is kept the rest is only checked.
func (s *scanner) str() []byte {
	s.text, s.cut = s.text[:0], false
	if s.space() != '"' {
		s.fail("%q where a string is expected", s.peek())
		return nil
	}
	s.next()
	for s.err == nil {
		if s.pos == len(s.buf) && !s.fill() {
			s.fail("a string that does not end")
			return nil
		}
		run := s.pos
		for run < len(s.buf) && s.buf[run] != '"' && s.buf[run] != '\\' && s.buf[run] >= 0x20 {
			run++
		}
		s.keep(s.buf[s.pos:run])
		s.at += int64(run - s.pos)
		s.pos = run
		if run == len(s.buf) {
			continue
		}
		switch c := s.next(); c {
		case '"':
			if !s.cut && !utf8.Valid(s.text) {
				s.fail("a string that is no UTF-8")
			}
			return s.text
		case '\\':
			s.escape()
		default:
			s.fail("a control character in a string")
		}
	}
	return nil
}

func (s *scanner) keep(b []byte) {
	if len(s.text)+len(b) > maxKept {
		s.cut = true
		b = b[:maxKept-len(s.text)]
	}
	s.text = append(s.text, b...)
}

func (s *scanner) escape() {
	c := s.next()
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		r := s.hex()
		if utf16.IsSurrogate(r) {
			if s.next() != '\\' || s.next() != 'u' {
				s.fail("half of a surrogate pair")
				return
			}
			if r = utf16.DecodeRune(r, s.hex()); r == utf8.RuneError {
				s.fail("half of a surrogate pair")
			}
		}
		s.keep(utf8.AppendRune(nil, r))
		return
	default:
		s.fail("an unknown escape in a string")
		return
	}
	s.keep([]byte{c})
}

func (s *scanner) hex() rune {
	var b [4]byte
	for i := range b {
		b[i] = s.next()
	}
	v, err := strconv.ParseUint(string(b[:]), 16, 32)
	if err != nil {
		s.fail("an unknown escape in a string")
	}
	return rune(v)
}

// count reads a whole number that is not negative.
func (s *scanner) count() uint64 {
	c := s.space()
	if c < '0' || c > '9' {
		s.fail("%q where a whole number is expected", c)
		return 0
	}
	var n uint64
	for digits := 0; ; digits++ {
		c = s.peek()
		if c < '0' || c > '9' {
			break
		}
		if digits > 0 && n == 0 {
			s.fail("a number that begins with 0")
			return 0
		}
		if n > (1<<64-1-uint64(c-'0'))/10 {
			s.fail("a number that is too large for any tensor")
			return 0
		}
		n = n*10 + uint64(c-'0')
		s.next()
	}
	if c == '.' || c == 'e' || c == 'E' {
		s.fail("a number that is not whole")
	}
	return n
}

// skip reads any value, and checks no more than its form.
func (s *scanner) skip(depth int) {
	if depth > maxNested {
		s.fail("JSON of more than %d levels", maxNested)
		return
	}
	switch c := s.space(); c {
	case '"':
		s.str()
	case '{', '[':
		s.next()
		closing := c + 2 // as ASCII has it
		for first := true; s.more(first, closing); first = false {
			if c == '{' {
				s.str()
				s.expect(':')
			}
			s.skip(depth + 1)
		}
	default:
		s.word()
	}
}

// word reads a number, true, false or null.
func (s *scanner) word() string {
	var b []byte
	for c := s.peek(); c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'E'; c = s.peek() {
		if len(b) > 400 {
			break
		}
		b = append(b, c)
		s.next()
	}
	w := string(b)
	if !json.Valid(b) {
		s.fail("what is no JSON value")
	}
	return w
}
