package flatbuffers

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

func open(b []byte) *Buffer { return New(bytes.NewReader(b), int64(len(b)), nil) }

func TestReadsWhatIsBuilt(t *testing.T) {
	big := bytes.Repeat([]byte("x"), 3*pageBytes)
	data := Build(Object{
		0: uint8(7), 1: uint32(1 << 30), 2: int32(-5), 3: uint64(1 << 40), 4: "text", 5: big, 6: []int32{1, -2, 3},
		7: []string{"a", "bc"}, 8: Object{0: "inner"}, 9: []Object{{0: uint8(1)}, {}}, 12: "last",
	}, "TEST")
	b := open(data)
	r := b.Root(0)
	if r.Uint8(0) != 7 || r.Uint32(1) != 1<<30 || r.Int32(2) != -5 || r.Uint64(3) != 1<<40 || r.Text(4, 100) != "text" || r.Text(12, 2) != "la" {
		t.Errorf("scalars or texts differ: %v", b.Err())
	}
	if v := r.Vector(5, 1); v.Len != len(big) || !v.Is() {
		t.Errorf("bytes: %d", v.Len)
	}
	sum := int32(0)
	r.Vector(6, 4).Int32s(func(i int32) bool { sum += i; return true })
	if v := r.Vector(6, 4); sum != 2 || v.Int32(1) != -2 {
		t.Errorf("numbers: %d", sum)
	}
	if v := r.Vector(7, 4); v.Len != 2 || v.Text(1, 10) != "bc" {
		t.Error("texts differ")
	}
	if r.Table(8).Text(0, 10) != "inner" || r.Vector(9, 4).Table(0).Uint8(0) != 1 || r.Vector(9, 4).Table(1).Has(0) {
		t.Error("tables differ")
	}
	if r.Has(10) || r.Has(99) || r.Uint32(10) != 0 || r.Text(11, 5) != "" || r.Table(10).Is() || r.Vector(11, 4).Is() {
		t.Error("what is absent is there")
	}
	if b.Err() != nil {
		t.Error(b.Err())
	}
}

func TestLies(t *testing.T) {
	good := Build(Object{0: "text", 1: []int32{1, 2}, 2: Object{0: uint8(1)}}, "TEST")
	read := func(b *Buffer) {
		r := b.Root(0)
		r.Text(0, 10)
		r.Vector(1, 4).Int32s(func(int32) bool { return true })
		r.Table(2).Uint8(0)
	}
	if b := open(good); func() bool { read(b); return b.Err() != nil }() {
		t.Fatal(b.Err())
	}
	root := int(binary.LittleEndian.Uint32(good))
	vt := root - int(binary.LittleEndian.Uint32(good[root:]))
	for _, c := range []struct {
		what, says string
		change     func(b []byte) []byte
	}{
		{"the root leads out", "leads out", func(b []byte) []byte { binary.LittleEndian.PutUint32(b, 1<<30); return b }},
		{"the root is not aligned", "aligned", func(b []byte) []byte { binary.LittleEndian.PutUint32(b, uint32(root+2)); return b }},
		{"the list of fields lies before the file", "is none", func(b []byte) []byte { binary.LittleEndian.PutUint32(b[root:], 1<<20); return b }},
		{"the list of fields is too long", "does not fit", func(b []byte) []byte { binary.LittleEndian.PutUint16(b[vt:], 60000); return b }},
		{"the table is too long", "does not fit", func(b []byte) []byte { binary.LittleEndian.PutUint16(b[vt+2:], 60000); return b }},
		{"a field lies outside of its table", "outside of it", func(b []byte) []byte { binary.LittleEndian.PutUint16(b[vt+4:], 500); return b }},
		{"a text is longer than the file", "claims", func(b []byte) []byte {
			i := bytes.Index(b, []byte("text"))
			binary.LittleEndian.PutUint32(b[i-4:], 1<<20)
			return b
		}},
		{"a text does not end", "zero", func(b []byte) []byte { i := bytes.Index(b, []byte("text")); b[i+4] = 'x'; return b }},
		{"cut", "", func(b []byte) []byte { return b[:len(b)-12] }},
		{"empty", "", func([]byte) []byte { return nil }},
	} {
		b := open(c.change(bytes.Clone(good)))
		read(b)
		if b.Err() == nil || !strings.Contains(b.Err().Error(), c.says) {
			t.Errorf("%s: %v", c.what, b.Err())
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(Build(Object{0: "text", 1: []int32{1, 2}, 2: Object{0: uint8(1)}, 3: []Object{{0: "x"}}}, "TEST"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := open(data)
		var walk func(o Table, depth int)
		walk = func(o Table, depth int) {
			if depth > 5 || !o.Is() || b.Err() != nil {
				return
			}
			for i := range 8 {
				o.Uint64(i)
				o.Text(i, 100)
				v := o.Vector(i, 4)
				for j := range min(v.Len, 4) {
					walk(v.Table(j), depth+1)
				}
				walk(o.Table(i), depth+1)
			}
		}
		walk(b.Root(0), 0)
	})
}
