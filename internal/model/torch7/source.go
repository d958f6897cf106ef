package torch7

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// source reads numbers and texts in both forms.
type source struct {
	*cursor.Reader
	ascii bool
}

func newSource(p *inspect.Part) source {
	return source{cursor.New(p, binary.LittleEndian), isText(p.Head())}
}

func (s *source) long(bytes int) int64 {
	if !s.ascii {
		if bytes == 8 {
			return s.Int64()
		}
		return int64(s.Int32())
	}
	w := s.Word(32)
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		s.Fail("%q is no whole number", w)
	}
	return n
}

func (s *source) int() int { return int(s.long(4)) }

func (s *source) double() float64 {
	if !s.ascii {
		return math.Float64frombits(s.Uint64())
	}
	w := s.Word(64)
	f, err := strconv.ParseFloat(w, 64)
	if err != nil && w != "-nan" {
		s.Fail("%q is no number", w)
	}
	return f
}

// text reads a text with its length, of which at most max bytes are returned.
func (s *source) text(max int) (string, int64, int64) {
	n := int64(s.int())
	if n < 0 {
		s.Fail("a text is %d bytes long", n)
		return "", 0, 0
	}
	if s.ascii && n > 0 {
		s.Skip(1) // the line feed after the length
	}
	at := s.Off()
	return s.Text(n, max), at, n
}

// numbers passes n numbers of a kind by.
func (s *source) numbers(n, bytes int64) {
	switch {
	case n < 0 || n > s.Left():
		s.Fail("claims %d numbers where %d bytes are left", n, s.Left())
	case !s.ascii:
		s.Skip(n * bytes)
	case bytes == 1: // characters are written as they are
		if n > 0 {
			s.Skip(1 + n)
		}
	default:
		for ; n > 0 && s.Err() == nil; n-- {
			s.Word(64)
		}
	}
}

func isText(h []byte) bool {
	return len(h) > 1 && h[0] >= '0' && h[0] <= '8' && h[1] == '\n'
}
