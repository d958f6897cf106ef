package notebook

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads JSON where it stands. What nobody asks for is passed over without being decoded, however deep it is nested.
type scanner struct {
	data []byte
	at   int
	line int // of the byte at seen
	from int // where that line begins
	seen int
}

// place is the line and column of an offset. Offsets are asked for in rising order.
func (s *scanner) place(at int) (line, column int) {
	for s.seen < at {
		n := bytes.IndexByte(s.data[s.seen:at], '\n')
		if n < 0 {
			break
		}
		s.seen += n + 1
		s.line, s.from = s.line+1, s.seen
	}
	s.seen = max(s.seen, at)
	return s.line, max(at-s.from, 0) + 1
}

func (s *scanner) fail(reason string) error {
	line, _ := s.place(min(s.at, len(s.data)))
	return &Error{line, reason}
}

// peek is the next byte that is no white space; 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.data) {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// object calls do for each key, with the scanner before its value, which do reads or skips.
func (s *scanner) object(do func(key string) error) error {
	if s.peek() != '{' {
		return s.skip()
	}
	s.at++
	if s.peek() == '}' {
		s.at++
		return nil
	}
	for {
		var key cellText
		if err := s.text(&key); err != nil {
			return err
		}
		if s.peek() != ':' {
			return s.fail("a colon is missing after a key")
		}
		s.at++
		if err := do(key.text); err != nil {
			return err
		}
		if more, err := s.more('}'); !more {
			return err
		}
	}
}

// list calls do before each item, which do reads or skips.
func (s *scanner) list(do func() error) error {
	if s.peek() != '[' {
		return s.skip()
	}
	s.at++
	if s.peek() == ']' {
		s.at++
		return nil
	}
	for {
		if err := do(); err != nil {
			return err
		}
		if more, err := s.more(']'); !more {
			return err
		}
	}
}

func (s *scanner) more(end byte) (bool, error) {
	switch s.peek() {
	case ',':
		s.at++
		return true, nil
	case end:
		s.at++
		return false, nil
	}
	return false, s.fail("a comma or the end of a list or object is missing")
}

// skip passes over a value.
func (s *scanner) skip() error {
	depth := 0
	for {
		switch s.peek() {
		case 0:
			return s.fail("the file ends inside a value")
		case '"':
			if err := s.skipString(); err != nil {
				return err
			}
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			if depth == 0 {
				return s.fail("a value is missing")
			}
			depth--
			s.at++
		case ',', ':':
			if depth == 0 {
				return s.fail("a value is missing")
			}
			s.at++
			continue
		default:
			s.word()
		}
		if depth == 0 {
			return nil
		}
	}
}

// word passes over a number, true, false or null: whatever stands there.
func (s *scanner) word() string {
	from := s.at
	for s.at < len(s.data) && bytes.IndexByte([]byte(",:{}[]\" \t\r\n"), s.data[s.at]) < 0 {
		s.at++
	}
	return string(s.data[from:s.at])
}

func (s *scanner) skipString() error {
	open := s.at
	for i := s.at + 1; ; {
		n := bytes.IndexByte(s.data[i:], '"')
		if n < 0 {
			s.at = open
			return s.fail("a string has no end")
		}
		i += n
		back := i
		for s.data[back-1] == '\\' {
			back--
		}
		i++
		if (i-1-back)%2 == 0 {
			s.at = i
			return nil
		}
	}
}

// cellText is decoded text of the file, with where it stands there.
type cellText struct {
	text  string
	spans []span
}

// text reads a string, or a list of strings that are meant as one, and adds it. Other values are passed over.
func (s *scanner) text(into *cellText) error {
	switch s.peek() {
	case '"':
		return s.decode(into)
	case '[':
		var parts cellText
		parts.spans = into.spans
		b := []byte(into.text)
		err := s.list(func() error {
			if s.peek() != '"' {
				return s.skip()
			}
			var part cellText
			err := s.decode(&part)
			for _, p := range part.spans {
				p.at += uint32(len(b))
				parts.spans = append(parts.spans, p)
			}
			b = append(b, part.text...)
			return err
		})
		into.text, into.spans = string(b), parts.spans
		return err
	}
	return s.skip()
}

// decode reads the string at the scanner.
func (s *scanner) decode(into *cellText) error {
	open := s.at
	if s.peek() != '"' {
		return s.fail("a key is no string")
	}
	if err := s.skipString(); err != nil {
		return err
	}
	raw := s.data[open+1 : s.at-1]
	b := []byte(into.text)
	line, column := s.place(open + 1)
	mark := func(i int) {
		into.spans = append(into.spans, span{uint32(len(b)), uint32(line), uint32(column + i)})
	}
	mark(0)
	for i := 0; i < len(raw); {
		n := bytes.IndexByte(raw[i:], '\\')
		if n < 0 || i+n+1 >= len(raw) {
			b = append(b, raw[i:]...)
			break
		}
		b = append(b, raw[i:i+n]...)
		i += n
		var size int
		b, size = unescape(b, raw[i:])
		i += size
		mark(i)
	}
	if !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, []byte("?"))
	}
	into.text = string(b)
	return nil
}

// unescape reads one escape and says how long it was.
func unescape(b, raw []byte) ([]byte, int) {
	switch raw[1] {
	case 'n':
		return append(b, '\n'), 2
	case 't':
		return append(b, '\t'), 2
	case 'r':
		return append(b, '\r'), 2
	case 'b':
		return append(b, '\b'), 2
	case 'f':
		return append(b, '\f'), 2
	case 'u':
		r, ok := unit(raw)
		if !ok {
			return append(b, '?'), 2
		}
		if utf16.IsSurrogate(r) {
			if low, ok := unit(raw[6:]); ok {
				if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
					return utf8.AppendRune(b, whole), 12
				}
			}
		}
		return utf8.AppendRune(b, r), 6
	}
	return append(b, raw[1]), 2
}

func unit(raw []byte) (rune, bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	return rune(v), err == nil
}
