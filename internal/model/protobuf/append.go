package protobuf

import "encoding/binary"

// AppendVarint appends a field with a number; the samples that detectors are tried on are built with it.
func AppendVarint(b []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(field)<<3|Varint), v)
}

// AppendBytes appends a field of bytes: a text or a message.
func AppendBytes[T []byte | string](b []byte, field int, data T) []byte {
	b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(field)<<3|Bytes), uint64(len(data)))
	return append(b, data...)
}
