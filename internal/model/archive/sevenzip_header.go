package archive

import (
	"errors"
	"unicode/utf16"
)

// The libraries that read 7z bring a dozen modules with them and take the sizes in headers at their word, so the format is
// read here, with the unpackers that are there anyway.

const (
	maxHeader7z = 32 << 20 // bytes of a header, unpacked
	maxFiles7z  = 200_000
	maxFolders  = 10_000
	maxCoders   = 8
)

var errHeader7z = errors.New("its header is damaged")

// folder7z is one chain of unpackers, and the streams that go into it.
type folder7z struct {
	coders  []coder7z
	bonds   [][2]int // an input is fed by the output of another
	packed  []int    // inputs that are fed from the file
	sizes   []int64  // of outputs
	sum     uint32
	hasSum  bool
	streams int // files in it
}

type coder7z struct {
	id       uint64
	in, out  int
	settings []byte
}

type file7z struct {
	name           string
	empty, isDir   bool
	attributes     uint32
	size           int64
	sum            uint32
	hasSum         bool
	folder, inside int
}

type streams7z struct {
	at      int64 // of the packed streams, from the end of the first header
	sizes   []int64
	folders []folder7z
	files   []file7z // sizes and sums only
}

// header7z reads the numbers of a header. After the first thing that is wrong it only reads zeros, which end every list.
type header7z struct {
	b   []byte
	at  int
	bad bool
}

func (h *header7z) fail() { h.bad, h.at = true, len(h.b) }

func (h *header7z) byte() byte {
	if h.at >= len(h.b) {
		h.fail()
		return 0
	}
	h.at++
	return h.b[h.at-1]
}

func (h *header7z) take(n uint64) []byte {
	if n > uint64(len(h.b)-h.at) {
		h.fail()
		if n > 8 {
			return nil
		}
		return make([]byte, n)
	}
	h.at += int(n)
	return h.b[h.at-int(n) : h.at]
}

// number reads a number whose first byte tells by its leading ones how many follow.
func (h *header7z) number() uint64 {
	first := h.byte()
	mask, v := byte(0x80), uint64(0)
	for i := range 8 {
		if first&mask == 0 {
			return v | uint64(first&(mask-1))<<(8*i)
		}
		v |= uint64(h.byte()) << (8 * i)
		mask >>= 1
	}
	return v
}

func (h *header7z) count(max int) int {
	n := h.number()
	if n > uint64(max) {
		h.fail()
		return 0
	}
	return int(n)
}

func (h *header7z) size() int64 {
	n := h.number()
	if n > 1<<62 {
		h.fail()
		return 0
	}
	return int64(n)
}

func (h *header7z) expect(id byte) {
	if h.byte() != id {
		h.fail()
	}
}

func (h *header7z) bits(n int) []bool {
	out := make([]bool, n)
	var b, mask byte
	for i := range out {
		if mask == 0 {
			b, mask = h.byte(), 0x80
		}
		out[i] = b&mask != 0
		mask >>= 1
	}
	return out
}

// optionalBits reads a list that may be left out where all are set.
func (h *header7z) optionalBits(n int) []bool {
	if h.byte() == 0 {
		return h.bits(n)
	}
	out := make([]bool, n)
	for i := range out {
		out[i] = true
	}
	return out
}

func (h *header7z) sums(n int) ([]uint32, []bool) {
	has := h.optionalBits(n)
	out := make([]uint32, n)
	for i := range out {
		if has[i] {
			out[i] = le.Uint32(h.take(4))
		}
	}
	return out, has
}

const (
	idEnd = iota
	idHeader
	idArchiveProperties
	idAdditionalStreams
	idMainStreams
	idFiles
	idPackInfo
	idUnpackInfo
	idSubStreams
	idSize
	idSum
	idFolder
	idCodersSize
	idStreamsCount
	idEmptyStream
	idEmptyFile
	idAnti
	idNames
	idCreated
	idAccessed
	idModified
	idAttributes
	idComment
	idEncodedHeader
	idStart
	idDummy
)

func (h *header7z) streams() (s streams7z) {
	for {
		switch h.byte() {
		case idEnd:
			return s
		case idPackInfo:
			h.packInfo(&s)
		case idUnpackInfo:
			h.unpackInfo(&s)
		case idSubStreams:
			h.subStreams(&s)
		default:
			h.fail()
			return s
		}
	}
}

func (h *header7z) packInfo(s *streams7z) {
	s.at = h.size()
	n := h.count(maxFolders * 4)
	for {
		switch h.byte() {
		case idEnd:
			return
		case idSize:
			for range n {
				s.sizes = append(s.sizes, h.size())
			}
		case idSum:
			h.sums(n)
		default:
			h.fail()
			return
		}
	}
}

func (h *header7z) unpackInfo(s *streams7z) {
	h.expect(idFolder)
	n := h.count(maxFolders)
	if h.byte() != 0 { // elsewhere: nobody writes it
		h.fail()
	}
	for range n {
		s.folders = append(s.folders, h.folder())
	}
	h.expect(idCodersSize)
	for i := range s.folders {
		f := &s.folders[i]
		for _, c := range f.coders {
			for range c.out {
				f.sizes = append(f.sizes, h.size())
			}
		}
		f.streams = 1
	}
	for {
		switch h.byte() {
		case idEnd:
			return
		case idSum:
			sums, has := h.sums(n)
			for i := range s.folders {
				s.folders[i].sum, s.folders[i].hasSum = sums[i], has[i]
			}
		default:
			h.fail()
			return
		}
	}
}

func (h *header7z) folder() (f folder7z) {
	ins, outs := 0, 0
	for range h.count(maxCoders) {
		flags := h.byte()
		c := coder7z{in: 1, out: 1}
		for _, b := range h.take(uint64(flags & 15)) {
			c.id = c.id<<8 | uint64(b)
		}
		if flags&0x10 != 0 {
			c.in, c.out = h.count(8), h.count(8)
		}
		if flags&0x20 != 0 {
			c.settings = h.take(h.number())
		}
		if flags&0x80 != 0 {
			h.fail()
		}
		ins, outs = ins+c.in, outs+c.out
		f.coders = append(f.coders, c)
	}
	if outs < 1 || ins < outs-1 {
		h.fail()
		return f
	}
	for range outs - 1 {
		f.bonds = append(f.bonds, [2]int{h.count(64), h.count(64)})
	}
	packed := ins - (outs - 1)
	if packed == 1 {
		for i := range ins {
			if f.feeds(i) < 0 {
				f.packed = []int{i}
				break
			}
		}
		return f
	}
	for range packed {
		f.packed = append(f.packed, h.count(64))
	}
	return f
}

// feeds is the output that feeds an input, -1 for none.
func (f *folder7z) feeds(in int) int {
	for _, b := range f.bonds {
		if b[0] == in {
			return b[1]
		}
	}
	return -1
}

func (h *header7z) subStreams(s *streams7z) {
	id := h.byte()
	if id == idStreamsCount {
		total := 0
		for i := range s.folders {
			s.folders[i].streams = h.count(maxFiles7z)
			if total += s.folders[i].streams; total > maxFiles7z {
				h.fail()
				return
			}
		}
		id = h.byte()
	}
	missing := 0
	for i := range s.folders {
		f := &s.folders[i]
		left := f.size()
		for k := range f.streams {
			e := file7z{folder: i, inside: k}
			if k == f.streams-1 {
				e.size = left
			} else if id == idSize {
				e.size = h.size()
			}
			if left -= e.size; left < 0 {
				h.fail()
				return
			}
			if f.streams == 1 && f.hasSum {
				e.sum, e.hasSum = f.sum, true
			} else {
				missing++
			}
			s.files = append(s.files, e)
		}
	}
	if id == idSize {
		id = h.byte()
	}
	for ; id != idEnd; id = h.byte() {
		if id != idSum {
			h.fail()
			return
		}
		sums, has := h.sums(missing)
		k := 0
		for i := range s.files {
			if !s.files[i].hasSum && k < missing {
				s.files[i].sum, s.files[i].hasSum = sums[k], has[k]
				k++
			}
		}
	}
}

// size is what the folder unpacks to: that of the output which feeds nothing.
func (f *folder7z) size() int64 {
	if out := f.last(); out >= 0 && out < len(f.sizes) {
		return f.sizes[out]
	}
	return 0
}

func (f *folder7z) last() int {
	for out := range f.sizes {
		used := false
		for _, b := range f.bonds {
			used = used || b[1] == out
		}
		if !used {
			return out
		}
	}
	return -1
}

// files reads the names and puts them together with the streams.
func (h *header7z) files(s *streams7z) []file7z {
	files := make([]file7z, h.count(min(maxFiles7z, len(h.b))))
	var emptyFiles []bool
	empties := 0
	for {
		id := h.byte()
		if id == idEnd {
			break
		}
		p := &header7z{b: h.take(h.number())}
		switch id {
		case idEmptyStream:
			for i, e := range p.bits(len(files)) {
				files[i].empty = e
				if e {
					empties++
				}
			}
		case idEmptyFile:
			emptyFiles = p.bits(empties)
		case idNames:
			if p.byte() != 0 {
				p.fail()
			}
			for i := range files {
				files[i].name = p.name()
			}
		case idAttributes:
			has := p.optionalBits(len(files))
			if p.byte() != 0 {
				p.fail()
			}
			for i := range files {
				if has[i] {
					files[i].attributes = le.Uint32(p.take(4))
				}
			}
		}
		if p.bad {
			h.fail()
			return nil
		}
	}
	next, empty := 0, 0
	for i := range files {
		f := &files[i]
		if f.empty {
			f.isDir = empty >= len(emptyFiles) || !emptyFiles[empty]
			empty++
			continue
		}
		if next >= len(s.files) {
			h.fail()
			return nil
		}
		from := s.files[next]
		f.size, f.sum, f.hasSum, f.folder, f.inside = from.size, from.sum, from.hasSum, from.folder, from.inside
		next++
	}
	return files
}

func (h *header7z) name() string {
	var units []uint16
	for {
		u := le.Uint16(h.take(2))
		if u == 0 {
			return string(utf16.Decode(units))
		}
		if units = append(units, u); len(units) > maxName {
			h.fail()
			return ""
		}
	}
}
