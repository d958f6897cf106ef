package main

import (
	"bytes"
	"encoding/binary"
)

// node is a link of a group.
type node struct {
	name  string
	kind  byte // 0 hard, 64 external
	file  string
	path  string
	links []node // of a group
	data  bool   // a dataset whose bytes lie in file
}

// attr is an attribute of the root group that holds text.
type attr struct{ name, text string }

func group(name string, links ...node) node { return node{name: name, links: links} }
func external(name, file, path string) node {
	return node{name: name, kind: 64, file: file, path: path}
}
func outside(name, file string) node { return node{name: name, data: true, file: file} }

const undefined = ^uint64(0)

// hdf5 writes a file of superblock version 0 whose groups keep links in their headers.
func hdf5(attrs []attr, links ...node) []byte {
	w := &hdfWriter{}
	w.Write(make([]byte, 96))
	root := w.group(attrs, links)
	le := binary.LittleEndian
	b := []byte("\x89HDF\r\n\x1a\n\x00\x00\x00\x00\x00\x08\x08\x00\x04\x00\x10\x00\x00\x00\x00\x00")
	for _, n := range []uint64{0, undefined, uint64(w.Len()), undefined, 0, root} {
		b = le.AppendUint64(b, n)
	}
	out := w.Bytes()
	copy(out, b)
	return out
}

type hdfWriter struct{ bytes.Buffer }

func eight(b []byte) []byte {
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

func message(kind uint16, body []byte) []byte {
	body = eight(body)
	h := binary.LittleEndian.AppendUint16(nil, kind)
	h = binary.LittleEndian.AppendUint16(h, uint16(len(body)))
	return append(append(h, 0, 0, 0, 0), body...)
}

// object writes an object header, and says where it is.
func (w *hdfWriter) object(messages ...[]byte) uint64 {
	for w.Len()%8 != 0 {
		w.WriteByte(0)
	}
	at := uint64(w.Len())
	body := bytes.Join(messages, nil)
	le := binary.LittleEndian
	h := le.AppendUint16([]byte{1, 0}, uint16(len(messages)))
	h = le.AppendUint32(le.AppendUint32(h, 1), uint32(len(body)))
	w.Write(append(h, 0, 0, 0, 0))
	w.Write(body)
	return at
}

func (w *hdfWriter) group(attrs []attr, links []node) uint64 {
	le := binary.LittleEndian
	messages := [][]byte{
		message(2, le.AppendUint64(le.AppendUint64([]byte{0, 0}, undefined), undefined)),
		message(10, []byte{0, 0}),
	}
	for _, l := range links {
		m := []byte{1, 8, l.kind, byte(len(l.name))}
		m = append(m, l.name...)
		switch {
		case l.kind == 64:
			value := "\x00" + l.file + "\x00" + l.path + "\x00"
			m = append(le.AppendUint16(m, uint16(len(value))), value...)
		case l.data:
			m = le.AppendUint64(m, w.dataset(l.file))
		default:
			m = le.AppendUint64(m, w.group(nil, l.links))
		}
		messages = append(messages, message(6, m))
	}
	for _, a := range attrs {
		m := le.AppendUint16([]byte{1, 0}, uint16(len(a.name)+1))
		m = append(m, 8, 0, 8, 0)
		m = append(m, eight(append([]byte(a.name), 0))...)
		m = le.AppendUint32(append(m, 0x13, 0x11, 0, 0), uint32(len(a.text)))
		m = append(m, 1, 0, 0, 0, 0, 0, 0, 0)
		messages = append(messages, message(12, append(m, a.text...)))
	}
	return w.object(messages...)
}

// dataset writes one whose bytes lie in another file.
func (w *hdfWriter) dataset(file string) uint64 {
	le := binary.LittleEndian
	for w.Len()%8 != 0 {
		w.WriteByte(0)
	}
	names := eight(append(append(make([]byte, 8), file...), 0))
	heap := uint64(w.Len())
	h := le.AppendUint64([]byte("HEAP\x00\x00\x00\x00"), uint64(len(names)))
	h = le.AppendUint64(le.AppendUint64(h, 1), heap+32)
	w.Write(append(h, names...))
	efl := le.AppendUint64([]byte{1, 0, 0, 0, 1, 0, 1, 0}, heap)
	efl = le.AppendUint64(le.AppendUint64(le.AppendUint64(efl, 8), 0), 16)
	return w.object(
		message(1, le.AppendUint64([]byte{1, 1, 0, 0, 0, 0, 0, 0}, 16)),
		message(3, []byte{0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0}),
		message(5, []byte{2, 2, 2, 0}),
		message(8, le.AppendUint64(le.AppendUint64([]byte{3, 1}, undefined), 16)),
		message(7, efl),
	)
}
