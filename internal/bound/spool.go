package bound

import (
	"fmt"
	"io"
	"os"
)

// Spool gives random access to what can be read only once, such as an unpacked member. The first bytes stay in memory, the
// rest goes to a temporary file that has no name any more when it is written to, so that a crash leaves nothing behind and
// nobody else can open it.
type Spool struct {
	memory []byte
	file   *os.File
	size   int64
}

// NewSpool reads r to its end, keeping at most memory bytes in memory. What was read before an error is kept and can be read:
// loaders act on the beginning of a broken stream too. A stream of more than max bytes is a *LimitError after max of them.
func NewSpool(r io.Reader, memory, max int64) (*Spool, error) {
	s := &Spool{}
	memory = min(memory, max)
	err := s.fill(r, memory, max)
	return s, err
}

func (s *Spool) fill(r io.Reader, memory, max int64) error {
	s.memory = make([]byte, 0, min(memory, 4<<10))
	for int64(len(s.memory)) < memory {
		if len(s.memory) == cap(s.memory) {
			grown := make([]byte, len(s.memory), min(4*int64(cap(s.memory)), memory))
			copy(grown, s.memory)
			s.memory = grown
		}
		n, err := r.Read(s.memory[len(s.memory):cap(s.memory)])
		s.memory = s.memory[:len(s.memory)+n]
		s.size += int64(n)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, err := r.Read(buffer[:])
		if n > 0 {
			if s.size+int64(n) > max {
				return &LimitError{Limit: LimitArchiveBytes, Max: max}
			}
			if werr := s.overflow(buffer[:n]); werr != nil {
				return werr
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *Spool) overflow(b []byte) error {
	if s.file == nil {
		f, err := os.CreateTemp("", "lodemark-*")
		if err != nil {
			return fmt.Errorf("keep what was unpacked: %w", err)
		}
		if err := os.Remove(f.Name()); err != nil {
			f.Close()
			return fmt.Errorf("keep what was unpacked: %w", err)
		}
		s.file = f
	}
	n, err := s.file.Write(b)
	s.size += int64(n)
	if err != nil {
		return fmt.Errorf("keep what was unpacked: %w", err)
	}
	return nil
}

// Size is how many bytes there are.
func (s *Spool) Size() int64 { return s.size }

// ReadAt reads at an offset.
func (s *Spool) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= s.size {
		return 0, io.EOF
	}
	n := 0
	if off < int64(len(s.memory)) {
		n = copy(p, s.memory[off:])
	}
	if n < len(p) && s.file != nil {
		more, err := s.file.ReadAt(p[n:], off+int64(n)-int64(len(s.memory)))
		return n + more, err
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Close gives the memory and the temporary file back.
func (s *Spool) Close() error {
	s.memory = nil
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
