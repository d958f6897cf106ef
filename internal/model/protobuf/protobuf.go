// Package protobuf walks the wire format of protocol buffers in place: fields are met one after the other, and nothing is
// read that is skipped, so that a graph of two gigabytes of weights costs what its nodes cost.
package protobuf

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Wire types.
const (
	Varint  = 0
	Fixed64 = 1
	Bytes   = 2
	Fixed32 = 5
)

const windowBytes = 16 << 10

// Source is bytes with random access, seen through a window. It is used by one goroutine.
type Source struct {
	r      io.ReaderAt
	size   int64
	window []byte
	at     int64 // where the window begins
	buffer []byte
}

// NewSource makes a source of size bytes. What is known of the beginning may be given as head.
func NewSource(r io.ReaderAt, size int64, head []byte) *Source {
	return &Source{r: r, size: size, window: head}
}

// see returns at least n bytes at off, up to what there is.
func (s *Source) see(off int64, n int) []byte {
	if off >= s.at && off-s.at+int64(n) <= int64(len(s.window)) {
		return s.window[off-s.at:]
	}
	if off >= s.size {
		return nil
	}
	if s.buffer == nil {
		s.buffer = make([]byte, windowBytes)
	}
	got, _ := s.r.ReadAt(s.buffer[:min(windowBytes, s.size-off)], off)
	s.window, s.at = s.buffer[:got], off
	return s.window
}

// Message is a range of a source that is read as a message.
type Message struct {
	source   *Source
	off, end int64
}

// Whole is the message that the whole source is.
func (s *Source) Whole() Message { return Message{s, 0, s.size} }

// Field is one field of a message.
type Field struct {
	Number int
	Type   int
	Value  uint64 // of a varint or a fixed field
	Off    int64  // where the value of a bytes field begins, or the field's tag
	Len    int64  // bytes of a bytes field
	source *Source
}

// Next returns the next field, and false at the end. A group is skipped as what it is: nothing that models use. What is no
// wire format is a *inspect.DamageError.
func (m *Message) Next() (Field, bool, error) {
	if m.off >= m.end {
		return Field{}, false, nil
	}
	start := m.off
	tag, err := m.varint()
	if err != nil {
		return Field{}, false, err
	}
	f := Field{Number: int(tag >> 3), Type: int(tag & 7), Off: start, source: m.source}
	if f.Number == 0 || tag>>3 > 1<<29-1 {
		return f, false, &inspect.DamageError{Offset: start, Reason: fmt.Sprintf("field number %d is none", tag>>3)}
	}
	switch f.Type {
	case Varint:
		f.Value, err = m.varint()
	case Fixed64:
		f.Value, err = m.fixed(8)
	case Fixed32:
		f.Value, err = m.fixed(4)
	case Bytes:
		var n uint64
		if n, err = m.varint(); err == nil {
			if n > uint64(m.end-m.off) {
				return f, false, &inspect.DamageError{Offset: start, Reason: fmt.Sprintf("field %d claims %d bytes where %d are left", f.Number, n, m.end-m.off)}
			}
			f.Off, f.Len = m.off, int64(n)
			m.off += f.Len
		}
	default:
		return f, false, &inspect.DamageError{Offset: start, Reason: fmt.Sprintf("field %d is of wire type %d, which is not used", f.Number, f.Type)}
	}
	return f, err == nil, err
}

func (m *Message) varint() (uint64, error) {
	b := m.source.see(m.off, int(min(binary.MaxVarintLen64, m.end-m.off)))
	if left := m.end - m.off; int64(len(b)) > left {
		b = b[:left]
	}
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, &inspect.DamageError{Offset: m.off, Reason: "a number does not end"}
	}
	m.off += int64(n)
	return v, nil
}

func (m *Message) fixed(n int) (uint64, error) {
	b := m.source.see(m.off, int(min(int64(n), m.end-m.off)))
	if m.end-m.off < int64(n) || len(b) < n {
		return 0, &inspect.DamageError{Offset: m.off, Reason: "a number does not end"}
	}
	m.off += int64(n)
	if n == 4 {
		return uint64(binary.LittleEndian.Uint32(b)), nil
	}
	return binary.LittleEndian.Uint64(b), nil
}

// Message is a bytes field read as a message.
func (f Field) Message() Message { return Message{f.source, f.Off, f.Off + f.Len} }

// Text returns at most max bytes of a bytes field.
func (f Field) Text(max int) string {
	n := int(min(f.Len, int64(max)))
	if f.Type != Bytes || n <= 0 {
		return ""
	}
	if n <= windowBytes {
		b := f.source.see(f.Off, n)
		return string(b[:min(n, len(b))])
	}
	b := make([]byte, n)
	got, _ := f.source.r.ReadAt(b, f.Off)
	return string(b[:got])
}

// Varints goes through a field of repeated numbers, packed or not.
func (f Field) Varints(each func(uint64) bool) error {
	if f.Type == Varint {
		each(f.Value)
		return nil
	}
	m := f.Message()
	for m.off < m.end {
		v, err := m.varint()
		if err != nil {
			return err
		}
		if !each(v) {
			return nil
		}
	}
	return nil
}
