package bound

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"testing/iotest"
)

func TestSpoolReadsBackWhatItWasGiven(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	data := make([]byte, 200<<10)
	for i := range data {
		data[i] = byte(rand.N(256))
	}
	for _, memory := range []int64{0, 1, 5000, 64 << 10, 1 << 20} {
		s, err := NewSpool(iotest.HalfReader(bytes.NewReader(data)), memory, 1<<20)
		if err != nil || s.Size() != int64(len(data)) {
			t.Fatalf("memory %d: %d bytes, %v", memory, s.Size(), err)
		}
		got, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("memory %d: read back %d bytes that differ, %v", memory, len(got), err)
		}
		across := make([]byte, 100)
		if n, err := s.ReadAt(across, max(0, memory-50)); memory < 1<<20 && (n != 100 || err != nil || !bytes.Equal(across, data[max(0, memory-50):][:100])) {
			t.Errorf("memory %d: reading across the border gave %d, %v", memory, n, err)
		}
		if n, err := s.ReadAt(across, s.Size()-10); n != 10 || err != io.EOF {
			t.Errorf("memory %d: the end gave %d, %v", memory, n, err)
		}
		if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
			t.Errorf("memory %d: a name is left in the folder for temporary files", memory)
		}
		s.Close()
	}
}

func TestSpoolKeepsWhatCameBeforeTheEnd(t *testing.T) {
	broken := errors.New("broken")
	s, err := NewSpool(io.MultiReader(bytes.NewReader(make([]byte, 9000)), iotest.ErrReader(broken)), 4<<10, 1<<20)
	if !errors.Is(err, broken) || s.Size() != 9000 {
		t.Errorf("a broken stream: %d bytes, %v", s.Size(), err)
	}
	s.Close()
	s, err = NewSpool(bytes.NewReader(make([]byte, 90000)), 4<<10, 40<<10)
	var limit *LimitError
	if !errors.As(err, &limit) || s.Size() > 40<<10 {
		t.Errorf("over the limit: %d bytes, %v", s.Size(), err)
	}
	s.Close()
}
