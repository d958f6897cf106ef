package flatbuffers

// Table is a table of fields. The zero value has none.
type Table struct {
	b      *Buffer
	at, vt int64
	fields int
	size   int
}

// At is where the table lies.
func (t Table) At() int64 { return t.at }

// Is says whether there is a table.
func (t Table) Is() bool { return t.size > 0 }

// Has says whether a field is there.
func (t Table) Has(field int) bool { return t.place(field, 1) >= 0 }

// place is where a field of n bytes lies, -1 where it is absent.
func (t Table) place(field, n int) int64 {
	if field >= t.fields || t.b.err != nil {
		return -1
	}
	o := int(t.b.uint16(t.vt + 4 + 2*int64(field)))
	if o == 0 || t.b.err != nil {
		return -1
	}
	if o+n > t.size {
		t.b.Fail(t.at, "field %d of a table lies over its end", field)
		return -1
	}
	if (t.at+int64(o))&int64(n-1) != 0 {
		t.b.Fail(t.at, "field %d of a table is not aligned", field)
		return -1
	}
	return t.at + int64(o)
}

// Uint8 is a field of one byte.
func (t Table) Uint8(field int) uint8 {
	if at := t.place(field, 1); at >= 0 {
		if s := t.b.see(at, 1); s != nil {
			return s[0]
		}
	}
	return 0
}

// Uint32 is a field of four bytes.
func (t Table) Uint32(field int) uint32 {
	if at := t.place(field, 4); at >= 0 {
		return t.b.uint32(at)
	}
	return 0
}

// Int32 is a field of four bytes.
func (t Table) Int32(field int) int32 { return int32(t.Uint32(field)) }

// Uint64 is a field of eight bytes.
func (t Table) Uint64(field int) uint64 {
	if at := t.place(field, 8); at >= 0 {
		return t.b.uint64(at)
	}
	return 0
}

// Table is a field that leads to a table.
func (t Table) Table(field int) Table {
	if at := t.place(field, 4); at >= 0 {
		return t.b.table(at)
	}
	return Table{b: t.b}
}

// Vector is a field that leads to a vector of elements of size bytes each; those of tables and texts have 4.
func (t Table) Vector(field, size int) Vector {
	if at := t.place(field, 4); at >= 0 {
		return t.b.vector(at, size)
	}
	return Vector{b: t.b}
}

// Text is at most max bytes of a field that leads to a text.
func (t Table) Text(field, max int) string {
	if at := t.place(field, 4); at >= 0 {
		return t.b.text(at, max)
	}
	return ""
}
