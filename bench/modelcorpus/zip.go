package main

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// entry is a member of a zip, with the lies it tells.
type entry struct {
	name     string
	data     []byte
	deflate  bool
	method   uint16 // in place of the right one, where deflate is not meant
	plain    []byte // what data unpacks to, where it is packed already
	flags    uint16
	badCRC   bool
	central  string // name in the central directory, where it differs
	local    string // name in the local header, where it differs
	hidden   bool   // not in the central directory
	mode     uint32 // unix mode
	size     uint32 // claimed in place of the true one
	localRaw []byte // extra field of the local header
	extra    []byte // extra field of the central header
	align    int    // of the data, as torch writes it
	ghost    bool   // only in the central directory: points at the entry before
}

// archive is a zip with what stands around it.
type archive struct {
	before, after []byte // outside the zip
	shift         bool   // offsets count the bytes before
	comment       string
	entries       []entry
	zip64         bool
	count         uint16 // claimed in place of the true one
}

func zipped(entries ...entry) []byte { return archive{entries: entries}.bytes() }

// bytes writes the archive.
func (a archive) bytes() []byte {
	var b bytes.Buffer
	b.Write(a.before)
	start := len(a.before)
	if a.shift {
		start = 0
	}
	le := binary.LittleEndian
	type place struct{ at, packed, crc uint32 }
	var places []place
	for i, e := range a.entries {
		if e.ghost {
			places = append(places, places[i-1])
			continue
		}
		packed := e.data
		method := e.method
		if e.deflate {
			packed, method = deflated(e.data), 8
		}
		crc := crc32.ChecksumIEEE(e.data)
		if e.plain != nil {
			crc = crc32.ChecksumIEEE(e.plain)
		}
		if e.badCRC {
			crc ^= 0x5a5a5a5a
		}
		name := e.name
		if e.local != "" {
			name = e.local
		}
		extra := e.localRaw
		if e.align > 0 {
			used := b.Len() + 30 + len(name) + 4
			fill := (e.align - used%e.align) % e.align
			extra = append(le.AppendUint16([]byte("FB"), uint16(fill)), bytes.Repeat([]byte("Z"), fill)...)
		}
		at := uint32(b.Len() - start)
		h := le.AppendUint32(nil, 0x04034b50)
		h = le.AppendUint16(h, 20)
		h = le.AppendUint16(h, e.flags)
		h = le.AppendUint16(h, method)
		h = append(h, 0, 0, 0x21, 0)
		h = le.AppendUint32(h, crc)
		h = le.AppendUint32(h, uint32(len(packed)))
		h = le.AppendUint32(h, claimed(e))
		h = le.AppendUint16(h, uint16(len(name)))
		h = le.AppendUint16(h, uint16(len(extra)))
		b.Write(h)
		b.WriteString(name)
		b.Write(extra)
		b.Write(packed)
		places = append(places, place{at, uint32(len(packed)), crc})
	}
	dir := b.Len()
	n := 0
	for i, e := range a.entries {
		if e.hidden {
			continue
		}
		n++
		name := e.name
		if e.central != "" {
			name = e.central
		}
		method := e.method
		if e.deflate {
			method = 8
		}
		h := le.AppendUint32(nil, 0x02014b50)
		h = le.AppendUint16(h, 20|3<<8)
		h = le.AppendUint16(h, 20)
		h = le.AppendUint16(h, e.flags)
		h = le.AppendUint16(h, method)
		h = append(h, 0, 0, 0x21, 0)
		h = le.AppendUint32(h, places[i].crc)
		h = le.AppendUint32(h, places[i].packed)
		h = le.AppendUint32(h, claimed(e))
		h = le.AppendUint16(h, uint16(len(name)))
		h = le.AppendUint16(h, uint16(len(e.extra)))
		h = append(h, 0, 0, 0, 0, 0, 0)
		h = le.AppendUint32(h, e.mode<<16)
		h = le.AppendUint32(h, places[i].at)
		b.Write(h)
		b.WriteString(name)
		b.Write(e.extra)
	}
	size := b.Len() - dir
	if a.count != 0 {
		n = int(a.count)
	}
	if a.zip64 {
		at := b.Len() - start
		h := le.AppendUint32(nil, 0x06064b50)
		h = le.AppendUint64(h, 44)
		h = append(h, 45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		h = le.AppendUint64(le.AppendUint64(h, uint64(n)), uint64(n))
		h = le.AppendUint64(le.AppendUint64(h, uint64(size)), uint64(dir-start))
		h = le.AppendUint32(h, 0x07064b50)
		h = le.AppendUint32(h, 0)
		h = le.AppendUint64(h, uint64(at))
		b.Write(le.AppendUint32(h, 1))
	}
	h := le.AppendUint32(nil, 0x06054b50)
	h = le.AppendUint32(h, 0)
	if a.zip64 {
		h = append(h, bytes.Repeat([]byte{0xff}, 12)...)
	} else {
		h = le.AppendUint16(le.AppendUint16(h, uint16(n)), uint16(n))
		h = le.AppendUint32(le.AppendUint32(h, uint32(size)), uint32(dir-start))
	}
	h = le.AppendUint16(h, uint16(len(a.comment)))
	b.Write(h)
	b.WriteString(a.comment)
	b.Write(a.after)
	return b.Bytes()
}

func claimed(e entry) uint32 {
	if e.size != 0 {
		return e.size
	}
	if e.plain != nil {
		return uint32(len(e.plain))
	}
	return uint32(len(e.data))
}

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, 6)
	must(err)
	_, err = w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}

// packed compresses in one of the ways that joblib and others use.
func packed(how string, data []byte) []byte {
	var b bytes.Buffer
	var w interface {
		Write([]byte) (int, error)
		Close() error
	}
	switch how {
	case "zlib":
		w = zlib.NewWriter(&b)
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zstd":
		z, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
		must(err)
		w = z
	case "lz4":
		w = lz4.NewWriter(&b)
	case "lzma":
		return lzmaAlone(data)
	case "xz":
		return xzStored(data)
	case "bz2":
		return []byte(bzipped)
	}
	_, err := w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}

// must stops at what cannot happen: writers into memory do not fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
