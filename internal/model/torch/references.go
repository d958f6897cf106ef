package torch

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// maxPickle is how much of a pickle is read for what it refers to. Pickles of larger models are judged by the pickle engine
// like all others; only the comparison with the storages is left out.
const maxPickle = 32 << 20

// reference is one storage that a pickle refers to, by the persistent id ("storage", type, key, device, elements).
type reference struct {
	key, dtype string
	count      int64
}

// bytes is what the storage must have; false where the type is not known.
func (r reference) bytes() (int64, bool) {
	size, ok := map[string]int64{
		"DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "BFloat16Storage": 2, "LongStorage": 8, "IntStorage": 4, "ShortStorage": 2,
		"CharStorage": 1, "ByteStorage": 1, "BoolStorage": 1, "ComplexDoubleStorage": 16, "ComplexFloatStorage": 8, "QInt8Storage": 1,
		"QUInt8Storage": 1, "QInt32Storage": 4, "UntypedStorage": 1, "QUInt4x2Storage": 1, "QUInt2x4Storage": 1,
	}[r.dtype]
	if !ok || r.count < 0 || r.count > 1<<50 {
		return 0, false
	}
	return size * r.count, true
}

// walker follows a pickle just far enough to know the last few plain values that were pushed.
type walker struct {
	b    []byte
	at   int
	last [8]item // a ring
	n    int
	memo map[uint32]item
	put  uint32 // of MEMOIZE
	refs []reference
	seen map[string]bool
}

type item struct {
	kind byte // 's' text, 'i' number, 'g' global, 0 anything else
	text string
	num  int64
}

// references lists the storages that a pickle refers to, once each; false for one that cannot be followed.
func references(b []byte) ([]reference, bool) {
	w := &walker{b: b, memo: map[uint32]item{}, seen: map[string]bool{}}
	for w.at < len(b) {
		op := b[w.at]
		w.at++
		if op == '.' {
			return w.refs, true
		}
		if !w.step(op) {
			return nil, false
		}
	}
	return nil, false
}

func (w *walker) push(i item) {
	w.last[w.n%len(w.last)] = i
	w.n++
}

func (w *walker) top(back int) item {
	if w.n <= back {
		return item{}
	}
	return w.last[(w.n-1-back)%len(w.last)]
}

func (w *walker) take(n int) ([]byte, bool) {
	if n < 0 || n > len(w.b)-w.at {
		return nil, false
	}
	b := w.b[w.at : w.at+n]
	w.at += n
	return b, true
}

func (w *walker) line() (string, bool) {
	i := bytes.IndexByte(w.b[w.at:], '\n')
	if i < 0 {
		return "", false
	}
	s := string(w.b[w.at : w.at+min(i, 256)])
	w.at += i + 1
	return s, true
}

// number reads a little-endian number of 1, 2, 4 or 8 bytes.
func (w *walker) number(n int) (int64, bool) {
	b, ok := w.take(n)
	if !ok {
		return 0, false
	}
	var all [8]byte
	copy(all[:], b)
	v := binary.LittleEndian.Uint64(all[:])
	return int64(v), v < 1<<62
}

// pushText pushes text of a length that stands in front.
func (w *walker) pushText(sizeBytes int) bool {
	n, ok := w.number(sizeBytes)
	if !ok || n > int64(len(w.b)-w.at) {
		return false
	}
	b, _ := w.take(int(n))
	w.push(item{kind: 's', text: string(b[:min(len(b), 128)])})
	return true
}

func (w *walker) keep(index int64) {
	if len(w.memo) < 1<<18 {
		w.memo[uint32(index)] = w.top(0)
	}
}

// step follows one opcode. Only what persistent ids are made of matters; the rest is skipped by its length.
func (w *walker) step(op byte) bool {
	ok := true
	var n int64
	switch op {
	case 'X':
		return w.pushText(4)
	case 0x8c:
		return w.pushText(1)
	case 0x8d:
		return w.pushText(8)
	case 'U':
		return w.pushText(1)
	case 'T', 'B':
		return w.pushText(4)
	case 'C':
		return w.pushText(1)
	case 0x8e, 0x96:
		return w.pushText(8)
	case 'K', 'M', 'J', 0x8a, 0x8b:
		n, ok = w.integer(op)
		w.push(item{kind: 'i', num: n})
	case 'c', 'i':
		var module, name string
		module, ok = w.line()
		if ok {
			name, ok = w.line()
		}
		w.push(item{kind: 'g', text: module + "." + name})
	case 0x93:
		w.push(item{kind: 'g', text: w.top(1).text + "." + w.top(0).text})
	case 'q':
		if n, ok = w.number(1); ok {
			w.keep(n)
		}
	case 'r':
		if n, ok = w.number(4); ok {
			w.keep(n)
		}
	case 0x94:
		w.keep(int64(w.put))
		w.put++
	case 'h':
		n, ok = w.number(1)
		w.push(w.memo[uint32(n)])
	case 'j':
		n, ok = w.number(4)
		w.push(w.memo[uint32(n)])
	case 'Q':
		w.refer()
		w.push(item{})
	case 'G', 0x95:
		_, ok = w.take(8)
		if op == 'G' {
			w.push(item{})
		}
	case 0x80, 0x82:
		_, ok = w.take(1)
	case 0x83:
		_, ok = w.take(2)
	case 0x84:
		_, ok = w.take(4)
	case 'I', 'L', 'F', 'S', 'V', 'P', 'g', 'p':
		_, ok = w.line()
		w.push(item{})
	case '(', 't', 0x85, 0x86, 0x87: // what makes tuples leaves the values where they are looked for
	default:
		w.push(item{})
	}
	return ok
}

func (w *walker) integer(op byte) (int64, bool) {
	switch op {
	case 'K':
		return w.number(1)
	case 'M':
		return w.number(2)
	case 'J':
		n, ok := w.number(4)
		return int64(int32(n)), ok
	}
	size, ok := w.number(map[byte]int{0x8a: 1, 0x8b: 4}[op])
	if !ok || size > 1<<20 {
		return 0, false
	}
	b, ok := w.take(int(size))
	if !ok || size > 8 {
		return -1, ok
	}
	var all [8]byte
	copy(all[:], b)
	return int64(binary.LittleEndian.Uint64(all[:])), true
}

// refer reads the values of a persistent id.
func (w *walker) refer() {
	tag, class, key, count := w.top(4), w.top(3), w.top(2), w.top(0)
	if tag.kind != 's' || tag.text != "storage" || class.kind != 'g' || key.kind != 's' || count.kind != 'i' || w.seen[key.text] || len(w.refs) >= 1<<20 {
		return
	}
	w.seen[key.text] = true
	w.refs = append(w.refs, reference{key: key.text, dtype: class.text[strings.LastIndexByte(class.text, '.')+1:], count: count.num})
}
