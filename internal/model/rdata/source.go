package rdata

import (
	"encoding/binary"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/cursor"
)

// source reads the elements of a serialization in its three encodings.
type source struct {
	*cursor.Reader
	ascii bool
}

// open reads the mark of an encoding: X, B or A and a line feed.
func (s *source) open() bool {
	mark := s.Text(2, 2)
	switch mark {
	case "X\n":
		s.Order(binary.BigEndian)
	case "B\n":
		s.Order(binary.LittleEndian)
	case "A\n":
		s.ascii = true
	default:
		return false
	}
	return true
}

// integer reads an INTSXP element; NA is the smallest one.
func (s *source) integer() int32 {
	if !s.ascii {
		return s.Int32()
	}
	w := s.Word(32)
	if w == "NA" {
		return -1 << 31
	}
	n, err := strconv.ParseInt(w, 10, 32)
	if err != nil {
		s.Fail("%q is no whole number", w)
	}
	return int32(n)
}

// length reads how long a vector is; those of more than 2^31 elements have their length in two parts.
func (s *source) length() int64 {
	n := int64(s.integer())
	if n == -1 {
		high, low := s.integer(), s.integer()
		if high > 1<<16 || high < 0 {
			s.Fail("a vector claims to be longer than any")
			return 0
		}
		return int64(high)<<32 | int64(uint32(low))
	}
	if n < 0 {
		s.Fail("a vector is %d elements long", n)
		return 0
	}
	return n
}

// numbers passes n numbers of size bytes by.
func (s *source) numbers(n int64, size int64) {
	if n < 0 || n > s.Left() {
		s.Fail("claims %d numbers where %d bytes are left", n, s.Left())
		return
	}
	if !s.ascii {
		s.Skip(n * size)
		return
	}
	if size == 16 { // a complex number is two words
		n *= 2
	}
	for ; n > 0 && s.Err() == nil; n-- {
		s.Word(64)
	}
}

// bytes passes n raw bytes by.
func (s *source) bytes(n int64) {
	if s.ascii {
		s.numbers(n, 1)
		return
	}
	s.Skip(n)
}

// text reads n bytes of a text and returns at most max of them.
func (s *source) text(n int64, max int) string {
	if !s.ascii {
		return s.Text(n, max)
	}
	if n > s.Left() {
		s.Fail("claims a text of %d bytes where %d are left", n, s.Left())
		return ""
	}
	for s.Err() == nil { // white space before it
		c := s.Byte()
		if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			continue
		}
		return s.escaped(c, n, max)
	}
	return ""
}

// escaped undoes the escapes of the text encoding, from a first byte on.
func (s *source) escaped(c byte, n int64, max int) string {
	var kept []byte
	for i := int64(0); i < n && s.Err() == nil; i++ {
		if i > 0 {
			c = s.Byte()
		}
		if c == '\\' {
			c = s.escape()
		}
		if len(kept) < max {
			kept = append(kept, c)
		}
	}
	return string(kept)
}

func (s *source) escape() byte {
	switch c := s.Byte(); c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'b':
		return '\b'
	case 'r':
		return '\r'
	case 'f':
		return '\f'
	case 'a':
		return '\a'
	case '0', '1', '2', '3', '4', '5', '6', '7':
		v := c - '0'
		for range 2 {
			at := s.Off()
			d := s.Byte()
			if d < '0' || d > '7' {
				s.Back(at)
				break
			}
			v = v*8 + d - '0'
		}
		return v
	default:
		return c
	}
}
