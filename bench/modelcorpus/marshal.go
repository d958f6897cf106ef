package main

import (
	"bytes"
	"encoding/binary"
)

// marshalled is a code object as marshal writes it for a version of CPython: import module; module.name(arg). Its instructions are
// plausible for 3.8, and what matters to a reader is its names and constants.
func marshalled(version, module, name, arg string) []byte {
	var b bytes.Buffer
	num := func(n int) { b.Write(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	text := func(s string) { b.WriteByte('z'); b.WriteByte(byte(len(s))); b.WriteString(s) }
	bin := func(p string) { b.WriteByte('s'); num(len(p)); b.WriteString(p) }
	names := func(list ...string) {
		b.WriteByte(')')
		b.WriteByte(byte(len(list)))
		for _, s := range list {
			text(s)
		}
	}
	if version == "2.7" {
		text = func(s string) { b.WriteByte('t'); num(len(s)); b.WriteString(s) }
		names = func(list ...string) {
			b.WriteByte('(')
			num(len(list))
			for _, s := range list {
				text(s)
			}
		}
	}
	b.WriteByte('c' | 0x80)
	if version == "2.7" {
		b.Bytes()[0] = 'c'
	}
	num(1) // arguments
	if version != "2.7" && version != "3.7" {
		num(0)
	}
	if version != "2.7" {
		num(0)
	}
	if version != "3.11" {
		num(2) // locals
	}
	num(4)
	num(0x43)
	bin("d\x01d\x00l\x00}\x01|\x01\xa0\x01d\x02\xa1\x01S\x00")
	if version == "2.7" {
		b.WriteByte('(')
		num(3)
	} else {
		b.WriteString(")\x03")
	}
	b.WriteByte('N')
	b.WriteByte('i')
	num(0)
	text(arg)
	names(module, name)
	if version == "3.11" {
		names("x", module)
		bin("\x20\x20")
	} else {
		names("x", module)
		names()
		names()
	}
	text("<lambda>")
	text("<lambda>")
	if version == "3.11" {
		text("<lambda>")
	}
	num(1)
	bin("\x00\x01")
	if version == "3.11" {
		bin("")
	}
	return b.Bytes()
}
