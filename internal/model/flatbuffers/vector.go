package flatbuffers

import "encoding/binary"

// Vector is a vector. The zero value is empty.
type Vector struct {
	b    *Buffer
	At   int64 // where its first element lies
	Len  int
	size int
}

func (b *Buffer) vector(off int64, size int) Vector {
	at := b.follow(off)
	if b.err != nil {
		return Vector{b: b}
	}
	if at&3 != 0 {
		b.Fail(at, "a vector at %d is not aligned", at)
		return Vector{b: b}
	}
	n := int64(b.uint32(at))
	if b.err == nil && n*int64(size) > b.size-at-4 {
		b.Fail(at, "a vector claims %d elements of %d bytes where %d bytes are left", n, size, b.size-at-4)
	}
	if b.err != nil {
		return Vector{b: b}
	}
	return Vector{b, at + 4, int(n), size}
}

// text reads a text, which ends with a zero that does not count.
func (b *Buffer) text(off int64, max int) string {
	v := b.vector(off, 1)
	if b.err != nil {
		return ""
	}
	if end := b.see(v.At+int64(v.Len), 1); end == nil || end[0] != 0 {
		b.Fail(v.At, "a text does not end with a zero")
		return ""
	}
	return string(b.see(v.At, min(v.Len, max)))
}

// Is says whether there is a vector, if only an empty one.
func (v Vector) Is() bool { return v.At > 0 }

func (v Vector) place(i int) int64 {
	if i < 0 || i >= v.Len {
		if v.b != nil {
			v.b.Fail(v.At, "element %d of %d is used", i, v.Len)
		}
		return -1
	}
	return v.At + int64(i)*int64(v.size)
}

// Table is an element that leads to a table.
func (v Vector) Table(i int) Table {
	if at := v.place(i); at >= 0 {
		return v.b.table(at)
	}
	return Table{b: v.b}
}

// Text is at most max bytes of an element that leads to a text.
func (v Vector) Text(i, max int) string {
	if at := v.place(i); at >= 0 {
		return v.b.text(at, max)
	}
	return ""
}

// Int32 is an element of four bytes.
func (v Vector) Int32(i int) int32 {
	if at := v.place(i); at >= 0 {
		return int32(v.b.uint32(at))
	}
	return 0
}

// Int64 is an element of eight bytes.
func (v Vector) Int64(i int) int64 {
	if at := v.place(i); at >= 0 {
		return int64(v.b.uint64(at))
	}
	return 0
}

// Int32s hands all elements of four bytes over, until each says no.
func (v Vector) Int32s(each func(int32) bool) {
	const step = pageBytes / 4
	for i := 0; i < v.Len; i += step {
		n := min(step, v.Len-i)
		if !v.b.spend(n) {
			return
		}
		s := v.b.see(v.At+4*int64(i), 4*n)
		if s == nil {
			return
		}
		for j := range n {
			if !each(int32(binary.LittleEndian.Uint32(s[4*j:]))) {
				return
			}
		}
	}
}
