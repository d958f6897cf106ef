package archive

import (
	"bufio"
	"io"
	"io/fs"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// directory reads the records of one directory. Their number is counted, not believed.
func (z *Zip) directory(e *zipEnd) {
	if e.disks {
		z.trouble("zip-volumes", e.at, "says it is one of several volumes")
	}
	known := map[int64]bool{}
	for i := range z.Entries {
		known[z.Entries[i].record] = true
	}
	var seen uint64
	end := eachRecord(z.part, *e, func(entry Entry) bool {
		if len(z.Entries) >= maxEntries {
			z.cut = true
			return false
		}
		seen++
		if known[entry.record] {
			return true
		}
		if entry.disk != 0 && entry.disk != 0xffff {
			z.trouble("zip-volumes", entry.record, "says that member %s begins on volume %d", inspect.Quote(entry.Name), entry.disk)
		}
		entry.Header += e.base
		if entry.Header < 0 {
			entry.Header = z.part.Size
		}
		if len(entry.Name) > maxName {
			z.trouble("zip-name", entry.record, "a member's name is %d bytes long", len(entry.Name))
			entry.Name = entry.Name[:maxName]
		}
		z.Entries = append(z.Entries, entry)
		return true
	})
	first := e.base + e.offset
	z.dirs = append(z.dirs, span{first, e.after})
	z.end = max(z.end, e.after)
	switch {
	case z.cut:
		z.trouble("zip-members", e.at, "has more than the %d members that are read", maxEntries)
	case seen != e.count && !(e.count == seen&0xffff && seen > 0xffff):
		z.trouble("zip-count", e.at, "claims %d members, and its directory lists %d", e.count, seen)
	case end-first != e.size:
		z.trouble("zip-count", e.at, "claims a directory of %d bytes, and it has %d", e.size, end-first)
	case end != e.dirEnd:
		z.trouble("zip-gap", end, "%d bytes between the directory and its end belong to nothing", e.dirEnd-end)
	}
}

// eachRecord calls visit for every record of a directory until it says no, and returns where the last one ended.
func eachRecord(p *inspect.Part, e zipEnd, visit func(Entry) bool) int64 {
	at := e.base + e.offset
	var r io.Reader = p.Section(at, e.dirEnd-at)
	dir := bufio.NewReaderSize(r, int(min(max(e.dirEnd-at, 16), 32<<10)))
	var tail []byte
	var rec [46]byte
	for {
		if n, err := io.ReadFull(dir, rec[:]); err != nil || string(rec[:4]) != sigCentral {
			if n >= 6 && string(rec[:4]) == sigSigned { // a signature over the directory is part of it
				at += 6 + int64(le.Uint16(rec[4:]))
			}
			return at
		}
		n := int(le.Uint16(rec[28:])) + int(le.Uint16(rec[30:])) + int(le.Uint16(rec[32:]))
		if cap(tail) < n {
			tail = make([]byte, n) // at most maxRecord
		}
		tail = tail[:n]
		if _, err := io.ReadFull(dir, tail); err != nil {
			return at
		}
		entry := record(&rec, tail)
		entry.record = at
		at += 46 + int64(n)
		if !visit(entry) {
			return at
		}
	}
}

func record(rec *[46]byte, tail []byte) Entry {
	nameLen, extraLen := int(le.Uint16(rec[28:])), int(le.Uint16(rec[30:]))
	e := Entry{
		Name:   string(tail[:nameLen]),
		Flags:  le.Uint16(rec[8:]),
		Method: le.Uint16(rec[10:]),
		Sum:    le.Uint32(rec[16:]),
		Packed: int64(le.Uint32(rec[20:])),
		Plain:  int64(le.Uint32(rec[24:])),
		Header: int64(le.Uint32(rec[42:])),
		Body:   -1,
		disk:   le.Uint16(rec[34:]),
	}
	if rec[5] == 3 || rec[5] == 19 { // made on Unix or macOS: the upper half is its mode
		e.Mode = unixMode(le.Uint32(rec[38:]) >> 16)
	}
	extra := tail[nameLen : nameLen+extraLen]
	widen(extra, &e.Plain, &e.Packed, &e.Header)
	if other, ok := unicodeName(extra); ok && other != e.Name {
		e.local.name = other // kept until the header in front of the data is read
	}
	return e
}

// widen takes from the zip64 extra field those numbers that did not fit.
func widen(extra []byte, numbers ...*int64) {
	eachExtra(extra, func(id uint16, field []byte) {
		if id != 1 {
			return
		}
		for _, v := range numbers {
			if *v == 0xffffffff && len(field) >= 8 {
				*v = int64(le.Uint64(field))
				field = field[8:]
			}
		}
	})
}

// unicodeName is the name that the extra field 0x7075 gives a member. Some readers take it, others do not know it.
func unicodeName(extra []byte) (name string, ok bool) {
	eachExtra(extra, func(id uint16, field []byte) {
		if id == 0x7075 && len(field) > 5 && field[0] == 1 {
			name, ok = string(field[5:]), true
		}
	})
	return name, ok
}

func eachExtra(extra []byte, visit func(id uint16, field []byte)) {
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			return
		}
		visit(id, extra[:n])
		extra = extra[n:]
	}
}

func unixMode(m uint32) fs.FileMode {
	mode := fs.FileMode(m & 0o777)
	switch m & 0o170000 {
	case 0o040000:
		mode |= fs.ModeDir
	case 0o120000:
		mode |= fs.ModeSymlink
	case 0, 0o100000:
	default:
		mode |= fs.ModeIrregular
	}
	return mode
}

// locate reads the header in front of the data and compares it with the directory. A reader that goes by the one sees another
// archive than a reader that goes by the other.
func (z *Zip) locate(e *Entry) {
	other := e.local.name
	size := z.part.Size
	if e.Packed < 0 || e.Plain < 0 || e.Header > size-30 || !z.readHeader(e) {
		z.trouble("zip-truncated", e.record, "the data of member %s is not where the directory says: truncated or damaged", inspect.Quote(e.Name))
		return
	}
	l := &e.local
	switch {
	case l.name != e.Name:
		z.trouble("zip-headers-differ", e.Header, "member %s is called %s in front of its data, and readers differ in which they believe", inspect.Quote(e.Name), inspect.Quote(l.name))
	case l.method != e.Method:
		z.trouble("zip-headers-differ", e.Header, "member %s is packed by method %d in the directory and %d in front of its data", inspect.Quote(e.Name), e.Method, l.method)
	case (l.flags^e.Flags)&^(1<<1|1<<2|1<<11) != 0: // but how hard it was packed, and how the name is encoded
		z.trouble("zip-headers-differ", e.Header, "member %s has flags %#x in the directory and %#x in front of its data", inspect.Quote(e.Name), e.Flags, l.flags)
	default:
		for _, n := range z.numbers(e) {
			if n.local != n.central && !(n.local == 0 && l.flags&8 != 0) { // numbers that stand behind the data may be zero here
				z.trouble("zip-headers-differ", e.Header, "member %s has a %s of %d in the directory and %d in front of its data", inspect.Quote(e.Name), n.what, n.central, n.local)
				break
			}
		}
	}
	if other != "" {
		z.trouble("zip-name", e.record, "member %s has a second name, %s, and readers differ in which they take", inspect.Quote(e.Name), inspect.Quote(other))
	}
	if e.Body+e.Packed > size || e.Body+e.Packed < e.Body {
		z.trouble("zip-truncated", e.Header, "the data of member %s ends outside the file: truncated or damaged", inspect.Quote(e.Name))
	}
}

type number struct {
	what           string
	central, local int64
}

// numbers lists what both headers must say the same of.
func (z *Zip) numbers(e *Entry) [3]number {
	l := &e.local
	return [3]number{{"checksum", int64(e.Sum), int64(l.sum)}, {"packed size", e.Packed, l.packed}, {"size", e.Plain, l.plain}}
}

// readHeader reads the header at e.Header into e.local, and sets where the data begins.
func (z *Zip) readHeader(e *Entry) bool {
	if z.scratch == nil {
		z.scratch = make([]byte, 512)
	}
	n, err := z.part.ReadAt(z.scratch, e.Header) // most names and extra fields fit
	if err != nil && err != io.EOF || n < 30 || string(z.scratch[:4]) != sigLocal {
		return false
	}
	rec := z.scratch[:n]
	nameLen, extraLen := int(le.Uint16(rec[26:])), int(le.Uint16(rec[28:]))
	body := e.Header + 30 + int64(nameLen) + int64(extraLen)
	if body > z.part.Size {
		return false
	}
	e.Body = body
	l := &e.local
	*l = header{flags: le.Uint16(rec[6:]), method: le.Uint16(rec[8:]), sum: le.Uint32(rec[14:]), packed: int64(le.Uint32(rec[18:])), plain: int64(le.Uint32(rec[22:]))}
	wide := l.plain == 0xffffffff || l.packed == 0xffffffff
	need := nameLen
	if wide {
		need += extraLen
	}
	tail := rec[30:]
	if need > len(tail) {
		tail = make([]byte, need) // at most 128 KiB
		if _, err := z.part.ReadAt(tail, e.Header+30); err != nil && err != io.EOF {
			return false
		}
	}
	if l.name = e.Name; string(tail[:nameLen]) != e.Name {
		l.name = string(tail[:min(nameLen, maxName)])
	}
	if wide {
		widen(tail[nameLen:need], &l.plain, &l.packed)
	}
	return true
}
