package main

import (
	"encoding/binary"
	"hash/crc32"
	"hash/crc64"
)

// lzmaAlone writes the .lzma format with nothing but literals.
func lzmaAlone(data []byte) []byte {
	head := []byte{0x5d, 0, 0, 0x10, 0}
	head = binary.LittleEndian.AppendUint64(head, uint64(len(data)))
	return append(head, lzmaLiterals(data)...)
}

// lzmaLiterals codes every byte as a literal (lc=3, lp=0, pb=2).
func lzmaLiterals(data []byte) []byte {
	e := &rangeEncoder{width: 0xffffffff, cached: 1}
	var match [4]uint16
	lit := make([]uint16, 8*0x300)
	for i := range match {
		match[i] = 1024
	}
	for i := range lit {
		lit[i] = 1024
	}
	var before byte
	for i, c := range data {
		e.bit(&match[i&3], 0)
		probs := lit[int(before>>5)*0x300:]
		m := 1
		for k := 7; k >= 0; k-- {
			b := int(c>>k) & 1
			e.bit(&probs[m], b)
			m = m<<1 | b
		}
		before = c
	}
	for range 5 {
		e.shift()
	}
	return e.out
}

// rangeEncoder is LZMA's.
type rangeEncoder struct {
	low    uint64
	width  uint32
	cache  byte
	cached int
	out    []byte
}

func (e *rangeEncoder) bit(p *uint16, b int) {
	bound := e.width >> 11 * uint32(*p)
	if b == 0 {
		e.width = bound
		*p += (2048 - *p) >> 5
	} else {
		e.low += uint64(bound)
		e.width -= bound
		*p -= *p >> 5
	}
	for e.width < 1<<24 {
		e.width <<= 8
		e.shift()
	}
}

func (e *rangeEncoder) shift() {
	if e.low < 0xff000000 || e.low > 0xffffffff {
		carry := byte(e.low >> 32)
		for first := true; e.cached > 0; e.cached-- {
			if first {
				e.out = append(e.out, e.cache+carry)
				first = false
			} else {
				e.out = append(e.out, 0xff+carry)
			}
		}
		e.cache = byte(e.low >> 24)
	}
	e.cached++
	e.low = e.low & 0x00ffffff << 8
}

// xzStored writes the .xz format with stored chunks.
func xzStored(data []byte) []byte {
	le := binary.LittleEndian
	sum := func(b []byte) []byte { return le.AppendUint32(b, crc32.ChecksumIEEE(b)) }
	flags := []byte{0, 4} // CRC64
	out := append([]byte("\xfd7zXZ\x00"), flags...)
	out = le.AppendUint32(out, crc32.ChecksumIEEE(flags))
	head := sum([]byte{2, 0, 0x21, 1, 0x16, 0, 0, 0})
	var body []byte
	for rest, reset := data, byte(1); len(rest) > 0; reset = 2 {
		n := min(len(rest), 1<<16)
		body = append(append(body, reset, byte((n-1)>>8), byte(n-1)), rest[:n]...)
		rest = rest[n:]
	}
	body = append(body, 0)
	unpadded := len(head) + len(body) + 8
	block := append(head, body...)
	for len(block)%4 != 0 {
		block = append(block, 0)
	}
	block = le.AppendUint64(block, crc64.Checksum(data, crc64.MakeTable(crc64.ECMA)))
	out = append(out, block...)
	index := []byte{0, 1}
	index = binary.AppendUvarint(index, uint64(unpadded))
	index = binary.AppendUvarint(index, uint64(len(data)))
	for len(index)%4 != 0 {
		index = append(index, 0)
	}
	index = sum(index)
	out = append(out, index...)
	foot := append(le.AppendUint32(nil, uint32(len(index)/4-1)), flags...)
	out = le.AppendUint32(out, crc32.ChecksumIEEE(foot))
	return append(append(out, foot...), "YZ"...)
}

// sevenZip writes the .7z format with one stored file.
func sevenZip(name string, data []byte) []byte {
	le := binary.LittleEndian
	num := func(n int) []byte { // 7z's own numbers
		if n < 0x80 {
			return []byte{byte(n)}
		}
		if n < 0x4000 {
			return []byte{0x80 | byte(n>>8), byte(n)}
		}
		return []byte{0xc0 | byte(n>>16), byte(n), byte(n >> 8)}
	}
	h := []byte{1, 4, 6, 0, 1, 9}
	h = append(append(h, num(len(data))...), 0)
	h = append(h, 7, 0x0b, 1, 0, 1, 1, 0, 0x0c) // one folder, one coder: copy
	h = append(append(h, num(len(data))...), 0)
	h = append(h, 8, 0x0a, 1)
	h = append(le.AppendUint32(h, crc32.ChecksumIEEE(data)), 0, 0)
	text := []byte{0}
	for _, c := range name {
		text = le.AppendUint16(text, uint16(c))
	}
	text = append(text, 0, 0)
	h = append(h, 5, 1, 0x11)
	h = append(append(h, num(len(text))...), text...)
	h = append(h, 0, 0)
	start := le.AppendUint64(nil, uint64(len(data)))
	start = le.AppendUint64(start, uint64(len(h)))
	start = le.AppendUint32(start, crc32.ChecksumIEEE(h))
	out := append([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), le.AppendUint32(nil, crc32.ChecksumIEEE(start))...)
	return append(append(append(out, start...), data...), h...)
}

// bzipped is nestedSystem as bzip2 packs it.
const bzipped = "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x7e\x93\x46\x0d\x00\x00\x15\x73\xc0\x50\x10\x04\x00\x40\x03\x10\x40\x2e\x6e\xde\x60\x42\x00\x20\x00\x22\x29\xea\x34\xd3\x4c\xd2\x0d\xa8\x37\xaa\x7e\xa8\x51\xa1\xa0\x00\x00\x32\x54\xfa\xc2\x9d\x3d\x4d\x34\xb6\xd5\x93\x07\x70\x1e\x69\xe5\xe2\x16\x37\x64\x3c\x96\x91\xc4\xaf\xe2\xee\x48\xa7\x0a\x12\x0f\xd2\x68\xc1\xa0"
