package archive

import (
	"bytes"
	"cmp"
	"io"
	"slices"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxGapBytes = 32 << 20 // what is searched of bytes that no member owns
	maxWalk     = 10_000   // members found without a directory
)

// between looks at the bytes that no member owns and no directory: headers there are members that only readers see which go
// from header to header.
func (z *Zip) between() {
	taken := append(slices.Clone(z.owned), z.dirs...)
	slices.SortFunc(taken, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	budget := int64(maxGapBytes)
	at, first := int64(0), true
	for _, s := range append(taken, span{z.part.Size, z.part.Size}) {
		if s.from > at {
			z.gap(at, s.from, first, &budget)
		}
		at, first = max(at, s.to), false
	}
}

// gap looks at one stretch. What follows a member's data may be its numbers, when its header left them open.
func (z *Zip) gap(from, to int64, first bool, budget *int64) {
	if !first {
		from = z.skipNumbers(from, to)
	}
	if from >= to {
		return
	}
	id, what := "zip-gap", "between its members belong to none"
	switch {
	case first:
		id, what = "zip-prepended", "stand in front of it"
	case from >= z.end:
		id, what = "zip-trailing", "follow its end"
	}
	if to-from > *budget {
		z.trouble(id, from, "%d bytes %s, too many to look for members that no directory lists", to-from, what)
		return
	}
	*budget -= to - from
	hidden, zero := z.search(from, to)
	switch {
	case hidden > 0:
		z.trouble("zip-hidden-member", from, "%d members between %d and %d are listed by no directory: readers that go from header to header see them", hidden, from, to)
	case !zero || first:
		z.trouble(id, from, "%d bytes %s", to-from, what)
	}
}

// skipNumbers skips the numbers of the member that ended at from.
func (z *Zip) skipNumbers(from, to int64) int64 {
	b := make([]byte, min(24, to-from))
	n, _ := z.part.ReadAt(b, from)
	b = b[:n]
	if len(b) >= 4 && string(b[:4]) == sigData {
		for _, size := range []int64{16, 24} {
			if from+size == to {
				return to
			}
			if int64(len(b)) >= size && z.startsSomething(from+size) {
				return from + size
			}
		}
		return min(to, from+16)
	}
	if to-from == 12 || to-from == 20 { // without a signature
		for i := range z.Entries {
			if e := &z.Entries[i]; e.Body+e.Packed == from && e.local.flags&8 != 0 && len(b) >= 12 && le.Uint32(b) == e.Sum {
				return to
			}
		}
	}
	return from
}

func (z *Zip) startsSomething(at int64) bool {
	var sig [4]byte
	n, _ := z.part.ReadAt(sig[:], at)
	return n == 4 && (string(sig[:]) == sigLocal || string(sig[:]) == sigCentral)
}

// search looks for headers from one offset to another, keeps the members, and tells whether all bytes are zero.
func (z *Zip) search(from, to int64) (hidden int, zero bool) {
	w := &window{z.part, make([]byte, 4<<10)}
	zero = true
	for at := from; at < to; {
		b, err := w.read(at, to)
		n := len(b)
		zero = zero && len(bytes.Trim(b, "\x00")) == 0
		i := bytes.Index(b, []byte(sigLocal))
		if i >= 0 {
			if end := z.keepHidden(at+int64(i), to); end > 0 {
				hidden++
				at = end
				w.buf = w.buf[:4<<10] // the next one is likely near
				if hidden >= maxWalk {
					z.cut = true
					return hidden, zero
				}
				continue
			}
			at += int64(i) + 4
			continue
		}
		if err != nil && err != io.EOF || n == 0 || at+int64(n) >= to {
			return hidden, zero
		}
		at += max(int64(n)-3, 1)
	}
	return hidden, zero
}

// keepHidden keeps the member whose header is at an offset, and returns where it ends; 0 when that is no header.
func (z *Zip) keepHidden(at, to int64) int64 {
	e := Entry{Header: at, Body: -1, Hidden: true, record: at}
	if !z.readHeader(&e) || e.local.name == "" || e.local.method > 99 || len(z.Entries) >= maxEntries {
		return 0
	}
	l := e.local
	e.Name, e.Flags, e.Method, e.Sum, e.Packed, e.Plain = l.name, l.flags, l.method, l.sum, l.packed, l.plain
	if e.Body > to {
		return 0
	}
	if e.Packed < 0 || l.flags&8 != 0 && e.Packed == 0 || e.Packed > z.part.Size-e.Body {
		e.Packed = z.untilNext(e.Body, to) - e.Body
		e.Plain = -1 // not known
	}
	z.Entries = append(z.Entries, e)
	return max(e.Body+e.Packed, at+30)
}

// untilNext is the offset of the next header, or to.
func (z *Zip) untilNext(from, to int64) int64 {
	w := &window{z.part, make([]byte, 1<<10)}
	for at := from; at < to; {
		b, err := w.read(at, to)
		n := len(b)
		for off := 0; ; {
			i := bytes.Index(b[off:], []byte("PK"))
			if i < 0 || off+i+4 > len(b) {
				break
			}
			switch string(b[off+i : off+i+4]) {
			case sigLocal, sigData, sigCentral, sigEnd:
				return at + int64(off+i)
			}
			off += i + 2
		}
		if err != nil && err != io.EOF || n < 4 {
			return to
		}
		at += int64(n) - 3
	}
	return to
}

// walkLocal keeps the members of a zip without a directory, as a reader of streams would.
func (z *Zip) walkLocal(from, to int64) {
	n, _ := z.search(from, to)
	if n >= maxWalk {
		z.trouble("zip-members", 0, "has more than the %d members that are looked for without a directory", maxWalk)
	}
	for i := range z.Entries {
		if e := &z.Entries[i]; e.Packed > z.part.Size-e.Body {
			z.trouble("zip-truncated", e.Header, "the data of member %s ends outside the file", inspect.Quote(e.Name))
		}
	}
}

// window reads on and on, more at a time the longer nothing is found.
type window struct {
	r   io.ReaderAt
	buf []byte
}

func (w *window) read(at, to int64) ([]byte, error) {
	n, err := w.r.ReadAt(w.buf[:max(0, min(int64(len(w.buf)), to-at))], at)
	b := w.buf[:n]
	if len(w.buf) < 256<<10 {
		w.buf = make([]byte, 2*len(w.buf))
	}
	return b, err
}
