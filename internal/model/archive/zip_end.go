package archive

import (
	"bytes"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// zipEnd is one end record, with what it says about the directory.
type zipEnd struct {
	at           int64 // of the record
	after        int64 // of what follows it and its comment
	dirEnd       int64 // where the directory must have ended
	count        uint64
	size, offset int64
	base         int64 // what all offsets are relative to: bytes stand in front of the zip
	disks        bool  // claims to be one of several volumes
}

// maxEnds bounds the end records that are tried.
const maxEnds = 16

// findEnds looks for end records from the end backwards, as readers do, and returns those whose directory is there. The
// first is the one that most readers take.
func findEnds(p *inspect.Part) []zipEnd {
	tail := p.Tail()
	from := p.Size - int64(len(tail))
	var ends []zipEnd
	tried := 0
	for stop := len(tail); tried < maxEnds; {
		i := bytes.LastIndex(tail[:stop], []byte(sigEnd))
		if i < 0 {
			break
		}
		stop = i
		if i+22 > len(tail) {
			continue
		}
		tried++
		at := from + int64(i)
		for _, e := range readEnd(p, tail[i:], at) {
			if inside(p, ends, e) {
				continue
			}
			ends = append(ends, e)
		}
	}
	if len(ends) == 0 && p.Size > int64(len(tail)) { // a comment as long as it can be
		return farEnd(p, from)
	}
	return ends
}

// farEnd looks at the few bytes that a comment of the greatest length puts out of reach of the tail.
func farEnd(p *inspect.Part, from int64) []zipEnd {
	const reach = 64
	b, err := p.Read(max(0, from-reach), int(min(from, reach))+22)
	if err != nil {
		return nil
	}
	if i := bytes.LastIndex(b, []byte(sigEnd)); i >= 0 && i+22 <= len(b) {
		return readEnd(p, b[i:], max(0, from-reach)+int64(i))
	}
	return nil
}

// inside tells an end record of a zip that is a stored member of the zip that was found before. It is not another reading.
func inside(p *inspect.Part, found []zipEnd, e zipEnd) bool {
	for _, f := range found {
		first := f.base + f.offset
		if f.at == e.at && f.base == e.base && f.offset == e.offset {
			return true
		}
		if e.at >= first || f.size == 0 {
			continue
		}
		return memberCovers(p, f, e.at)
	}
	return false
}

// memberCovers tells whether a record of the directory of f describes a member that covers an offset.
func memberCovers(p *inspect.Part, f zipEnd, at int64) bool {
	covered, seen := false, 0
	eachRecord(p, f, func(e Entry) bool {
		if seen++; seen > 20_000 {
			return false
		}
		end := e.Header + f.base + 30 + int64(len(e.Name)) + e.Packed
		covered = e.Header+f.base < at && at < end
		return !covered
	})
	return covered
}

// readEnd reads one end record, in each of the ways that its directory may be found.
func readEnd(p *inspect.Part, b []byte, at int64) []zipEnd {
	e := zipEnd{at: at, after: min(p.Size, at+22+int64(le.Uint16(b[20:]))), dirEnd: at,
		count: uint64(le.Uint16(b[10:])), size: int64(le.Uint32(b[12:])), offset: int64(le.Uint32(b[16:])),
		disks: le.Uint16(b[4:]) != 0 && le.Uint16(b[4:]) != 0xffff || le.Uint16(b[6:]) != 0 && le.Uint16(b[6:]) != 0xffff}
	out := e.placed(p)
	for _, w := range e.wide(p) {
		placed := w.placed(p)
		if len(out) == 1 && len(placed) == 1 && out[0].base+out[0].offset == placed[0].base+placed[0].offset {
			out = placed // the same directory, and its full numbers
			continue
		}
		out = append(placed, out...)
	}
	return out
}

// wide reads the zip64 records in front of an end record.
func (e zipEnd) wide(p *inspect.Part) []zipEnd {
	if e.at < 20+56 {
		return nil
	}
	locator, err := p.Read(e.at-20, 20)
	if err != nil || string(locator[:4]) != sigWidePath {
		return nil
	}
	var out []zipEnd
	for _, at := range []int64{int64(le.Uint64(locator[8:])), e.at - 20 - 56} { // the second: bytes in front of the zip
		if at < 0 || at > e.at-76 || len(out) > 0 && out[0].dirEnd == at {
			continue
		}
		rec, err := p.Read(at, 56)
		if err != nil || string(rec[:4]) != sigWideEnd {
			continue
		}
		w := e
		w.dirEnd, w.count, w.size, w.offset = at, le.Uint64(rec[32:]), int64(le.Uint64(rec[40:])), int64(le.Uint64(rec[48:]))
		w.disks = le.Uint32(rec[16:]) != 0 || le.Uint32(rec[20:]) != 0
		out = append(out, w)
	}
	return out
}

// placed returns the end once for each place where its directory may begin: readers differ when bytes stand in front.
func (e zipEnd) placed(p *inspect.Part) []zipEnd {
	if e.offset < 0 || e.size < 0 || e.offset > p.Size || e.size > p.Size {
		return nil
	}
	if e.count == 0 && e.size == 0 {
		if e.offset == e.dirEnd && e.after == p.Size {
			return []zipEnd{e}
		}
		return nil
	}
	var out []zipEnd
	for _, base := range []int64{0, e.dirEnd - e.size - e.offset} {
		at := base + e.offset
		if base < 0 || at < 0 || at > e.dirEnd-46 || len(out) > 0 && out[0].base == base {
			continue
		}
		var sig [4]byte
		if _, err := p.ReadAt(sig[:], at); err == nil && string(sig[:]) == sigCentral {
			placed := e
			placed.base = base
			out = append(out, placed)
		}
	}
	return out
}
