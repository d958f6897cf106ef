package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// The values that a pickle is made of. Strings, ints, bools, nil, float64 and []byte stand for themselves.
type (
	global struct{ module, name string }
	tuple  []any
	list   []any
	dict   []any // key, value, key, value ...
	set    []any
	call   struct { // the result of calling fn
		fn   any
		args tuple
		form form
	}
	built struct{ object, state any } // an object after BUILD
	put   struct {                    // a value that is put into the memo as well
		key   int
		value any
	}
	get   int                    // a value of the memo
	raw   []byte                 // opcodes as they stand
	seq   []any                  // values one after the other on the stack
	setat struct{ on, k, v any } // an item set on an object
)

// form is the opcode that makes a call.
type form int

const (
	reduce   form = iota
	inst          // module and name in the text of the opcode
	obj           // callable on the stack behind a mark
	newobj        // cls.__new__: for classes
	newobjEx      // with keyword arguments
)

// style is how values are written.
type style struct {
	proto  int
	text   bool // text opcodes, as protocol 0 has them
	global string
	frame  bool
	memo   bool // memoises strings and globals, as honest picklers do
}

// How a global is named.
const (
	byGlobal   = "global"    // GLOBAL with text
	byStack    = "stack"     // STACK_GLOBAL with strings
	byMemo     = "memo"      // STACK_GLOBAL with strings fetched from a memo
	byShuffled = "shuffled"  // the memo in an order that a reader of neighbouring opcodes gets wrong
	byOldText  = "text"      // STACK_GLOBAL with text opcodes
	byBinStr   = "binstring" // STACK_GLOBAL with strings of Python 2
)

// assembler writes opcodes.
type assembler struct {
	bytes.Buffer
	style
	next int // memo index
}

// pickled is the whole pickle of one value.
func pickled(s style, v any) []byte {
	a := &assembler{style: s}
	a.value(v)
	a.WriteByte('.')
	body := a.Bytes()
	var head []byte
	if s.proto >= 2 {
		head = []byte{0x80, byte(s.proto)}
	}
	if s.frame && s.proto >= 4 {
		head = binary.LittleEndian.AppendUint64(append(head, 0x95), uint64(len(body)))
	}
	return append(head, body...)
}

func (a *assembler) op(c byte, rest ...byte) { a.WriteByte(c); a.Write(rest) }

func (a *assembler) u32(c byte, n int) { a.op(c, binary.LittleEndian.AppendUint32(nil, uint32(n))...) }

// value writes what leaves v on the stack.
func (a *assembler) value(v any) {
	switch v := v.(type) {
	case nil:
		a.op('N')
	case bool:
		switch {
		case a.proto >= 2 && v:
			a.op(0x88)
		case a.proto >= 2:
			a.op(0x89)
		case v:
			a.WriteString("I01\n")
		default:
			a.WriteString("I00\n")
		}
	case int:
		a.number(v)
	case float64:
		if a.text {
			a.WriteString("F" + strconv.FormatFloat(v, 'g', -1, 64) + "\n")
		} else {
			a.op('G', binary.BigEndian.AppendUint64(nil, math.Float64bits(v))...)
		}
	case string:
		a.text1(v)
	case []byte:
		a.data(v)
	case raw:
		a.Write(v)
	case seq:
		for _, x := range v {
			a.value(x)
		}
	case global:
		a.named(v)
	case tuple:
		a.tuple(v)
	case list:
		a.op(']')
		a.many(v, 'a', 'e', 1)
	case dict:
		a.op('}')
		a.many(v, 's', 'u', 2)
	case set:
		if a.proto < 4 {
			a.value(call{fn: global{"builtins", "set"}, args: tuple{list(v)}})
			return
		}
		a.op(0x8f)
		a.many(v, 0, 0x90, 1)
	case call:
		a.call(v)
	case built:
		a.value(v.object)
		a.value(v.state)
		a.op('b')
	case setat:
		a.value(v.on)
		a.value(v.k)
		a.value(v.v)
		a.op('s')
	case put:
		a.value(v.value)
		a.store(v.key)
	case get:
		a.fetch(int(v))
	default:
		panic(fmt.Sprintf("no opcodes for %T", v))
	}
}

func (a *assembler) store(n int) {
	switch {
	case a.text:
		fmt.Fprintf(a, "p%d\n", n)
	case n < 256:
		a.op('q', byte(n))
	default:
		a.u32('r', n)
	}
}

func (a *assembler) fetch(n int) {
	switch {
	case a.text:
		fmt.Fprintf(a, "g%d\n", n)
	case n < 256:
		a.op('h', byte(n))
	default:
		a.u32('j', n)
	}
}

// memoise does what a pickler does after each value, where the style asks for it.
func (a *assembler) memoise() {
	if !a.memo {
		return
	}
	if a.proto >= 4 {
		a.op(0x94)
	} else {
		a.store(a.next)
	}
	a.next++
}

func (a *assembler) number(n int) {
	switch {
	case a.text:
		fmt.Fprintf(a, "I%d\n", n)
	case n >= 0 && n < 256:
		a.op('K', byte(n))
	case n >= 0 && n < 65536:
		a.op('M', byte(n), byte(n>>8))
	case int(int32(n)) == n:
		a.u32('J', n)
	default:
		a.op(0x8a, append([]byte{8}, binary.LittleEndian.AppendUint64(nil, uint64(n))...)...)
	}
}

func (a *assembler) text1(s string) {
	switch {
	case a.text:
		fmt.Fprintf(a, "V%s\n", s)
	case a.proto >= 4 && len(s) < 256:
		a.op(0x8c, byte(len(s)))
		a.WriteString(s)
	default:
		a.u32('X', len(s))
		a.WriteString(s)
	}
	a.memoise()
}

func (a *assembler) data(b []byte) {
	switch {
	case a.proto < 3: // as Python 3 writes bytes for old readers
		s := make([]rune, len(b))
		for i, c := range b {
			s[i] = rune(c)
		}
		text := string(s)
		if a.text {
			text = escaped(b)
		}
		a.value(call{fn: global{"_codecs", "encode"}, args: tuple{text, "latin1"}})
	case len(b) < 256:
		a.op('C', byte(len(b)))
		a.Write(b)
		a.memoise()
	default:
		a.u32('B', len(b))
		a.Write(b)
		a.memoise()
	}
}

// escaped is bytes in the raw-unicode-escape of text opcodes.
func escaped(b []byte) string {
	var s []byte
	for _, c := range b {
		if c < ' ' || c > '~' || c == '\\' {
			s = fmt.Appendf(s, `\u%04x`, c)
		} else {
			s = append(s, c)
		}
	}
	return string(s)
}

func (a *assembler) tuple(t tuple) {
	switch {
	case len(t) == 0 && !a.text:
		a.op(')')
	case a.proto >= 2 && len(t) <= 3:
		for _, x := range t {
			a.value(x)
		}
		a.op(byte(0x84 + len(t)))
	default:
		a.op('(')
		for _, x := range t {
			a.value(x)
		}
		a.op('t')
	}
}

// many adds items to the collection on the stack, one by one or behind a mark.
func (a *assembler) many(items []any, one, all byte, each int) {
	if a.text || one != 0 && len(items) == each {
		for i, x := range items {
			a.value(x)
			if i%each == each-1 {
				a.op(one)
			}
		}
		return
	}
	if len(items) == 0 {
		return
	}
	a.op('(')
	for _, x := range items {
		a.value(x)
	}
	a.op(all)
}

// named writes a global in the way of the style.
func (a *assembler) named(g global) {
	how := a.global
	if how == "" {
		how = byGlobal
		if a.proto >= 4 {
			how = byStack
		}
	}
	switch how {
	case byGlobal:
		fmt.Fprintf(a, "c%s\n%s\n", g.module, g.name)
	case byStack:
		a.text1(g.module)
		a.text1(g.name)
		a.op(0x93)
	case byMemo:
		a.text1(g.module)
		a.store(200)
		a.text1(g.name)
		a.store(201)
		a.op('0')
		a.op('0')
		a.fetch(200)
		a.fetch(201)
		a.op(0x93)
	case byShuffled: // the order of PUTs is not that of their numbers
		a.text1(g.name)
		a.store(7)
		a.op('0')
		a.text1("collections")
		a.store(9)
		a.op('0')
		a.text1(g.module)
		a.store(8)
		a.op('0')
		a.text1("OrderedDict")
		a.store(6)
		a.op('0')
		a.u32('j', 8)
		a.WriteString("g7\n")
		a.op(0x93)
	case byOldText:
		fmt.Fprintf(a, "V%s\nV%s\n", g.module, g.name)
		a.op(0x93)
	case byBinStr:
		a.op('U', byte(len(g.module)))
		a.WriteString(g.module)
		a.op('T', binary.LittleEndian.AppendUint32(nil, uint32(len(g.name)))...)
		a.WriteString(g.name)
		a.op(0x93)
	}
	a.memoise()
}

func (a *assembler) call(c call) {
	switch c.form {
	case inst:
		g := c.fn.(global)
		a.op('(')
		for _, x := range c.args {
			a.value(x)
		}
		fmt.Fprintf(a, "i%s\n%s\n", g.module, g.name)
	case obj:
		a.op('(')
		a.value(c.fn)
		for _, x := range c.args {
			a.value(x)
		}
		a.op('o')
	case newobj:
		a.value(c.fn)
		a.tuple(c.args)
		a.op(0x81)
	case newobjEx:
		a.value(c.fn)
		a.tuple(c.args)
		a.op('}')
		a.op(0x92)
	default:
		a.value(c.fn)
		a.tuple(c.args)
		a.op('R')
	}
	a.memoise()
}

// fn is a call of a named function.
func fn(module, name string, args ...any) call { return call{fn: global{module, name}, args: args} }
