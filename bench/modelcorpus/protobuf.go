package main

import "encoding/binary"

// proto is a message of protobuf, written field by field.
type proto []byte

func (p proto) num(field int, n int) proto {
	return binary.AppendUvarint(binary.AppendUvarint(p, uint64(field)<<3), uint64(n))
}

func (p proto) bin(field int, b []byte) proto {
	p = binary.AppendUvarint(binary.AppendUvarint(p, uint64(field)<<3|2), uint64(len(b)))
	return append(p, b...)
}

func (p proto) str(field int, s string) proto { return p.bin(field, []byte(s)) }
