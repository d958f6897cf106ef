package cursor

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func open(s string) *Reader {
	return New(inspect.NewPart("x", strings.NewReader(s), int64(len(s)), &inspect.Found{}, nil), binary.LittleEndian)
}

func TestNumbers(t *testing.T) {
	r := open("\x01\x02\x00\x03\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff")
	if r.Byte() != 1 || r.Uint16() != 2 || r.Uint32() != 3 || r.Int64() != 4 || r.Int32() != -1 || r.Left() != 0 || r.Err() != nil {
		t.Errorf("at %d: %v", r.Off(), r.Err())
	}
	if r.Byte() != 0 || r.Err() == nil {
		t.Error("reads past the end")
	}
	big := open("\x00\x00\x00\x05")
	big.Order(binary.BigEndian)
	if big.Uint32() != 5 {
		t.Error("the order of bytes is not kept")
	}
}

func TestTexts(t *testing.T) {
	long := strings.Repeat("y", 100_000)
	r := open("abcdef" + long + "end")
	if r.Text(6, 3) != "abc" || r.Off() != 6 {
		t.Error("a text is not cut, or not passed by")
	}
	if s := r.Text(100_000, 1<<20); len(s) != windowBytes || r.Off() != 100_006 {
		t.Errorf("%d bytes kept, at %d", len(s), r.Off())
	}
	if r.Text(3, 10) != "end" || r.Text(1, 1) != "" || r.Err() == nil {
		t.Error("the end is not seen")
	}
	if r := open("abc"); r.Text(-1, 5) != "" || r.Err() == nil {
		t.Error("a length below zero is taken")
	}
}

func TestLinesAndWords(t *testing.T) {
	long := strings.Repeat("z", 3*windowBytes)
	r := open("one\ntwo\n\n" + long + "\nlast")
	for _, want := range []string{"one", "two", "", "zzzzz", "last"} {
		if got, more := r.Line(5); got != want || !more {
			t.Errorf("%q, %v, want %q", got, more, want)
		}
	}
	if _, more := r.Line(5); more {
		t.Error("a line follows the last")
	}
	r = open("  4\n-1\t0.5 \n" + long)
	if a, b, c := r.Word(10), r.Word(10), r.Word(10); a != "4" || b != "-1" || c != "0.5" {
		t.Errorf("%q %q %q", a, b, c)
	}
	if r.Word(10); r.Err() == nil {
		t.Error("a word without end is taken")
	}
}

func TestBack(t *testing.T) {
	r := open("abc")
	r.Skip(2)
	r.Back(1)
	if r.Byte() != 'b' || string(r.Peek()) != "c" {
		t.Error("does not go back")
	}
}

func FuzzCursor(f *testing.F) {
	f.Add([]byte("a b\nc"), []byte{0, 1, 2, 3, 4, 5})
	f.Fuzz(func(t *testing.T, data, steps []byte) {
		r := New(inspect.NewPart("x", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil), binary.LittleEndian)
		for _, s := range steps {
			switch s % 7 {
			case 0:
				r.Byte()
			case 1:
				r.Uint32()
			case 2:
				r.Text(int64(s), 10)
			case 3:
				r.Line(10)
			case 4:
				r.Word(10)
			case 5:
				r.Skip(int64(s))
			case 6:
				r.PeekMore(int(s))
			}
			if r.Off() < 0 || r.Off() > int64(len(data)) {
				t.Fatalf("at %d of %d", r.Off(), len(data))
			}
		}
	})
}
