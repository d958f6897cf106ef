package gguf

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"strconv"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxKeys     = 100_000 // files have a hundred
	maxTensors  = 300_000 // the largest have some thousand
	maxElements = 1 << 24 // strings in arrays
	maxName     = 64 << 10
	maxLevels   = 4 // of arrays in arrays, which readers of llama.cpp refuse at all
)

// file is what is kept of a GGUF file while it is read.
type file struct {
	*cursor
	ctx       context.Context
	part      *inspect.Part
	align     uint64
	keys      map[string]bool
	elements  uint64
	tokens    uint64 // length of the token list
	lists     []list // lists that go beside it
	split     [2]uint64
	splitSaid bool
	spans     []span
	params    uint64
	types     [len(tensorTypes)]int
}

type list struct {
	key string
	n   uint64
	at  int64
}

func (f *file) read() error {
	version := f.begin()
	tensors := f.count("the header")
	keys := f.count("the header")
	if f.err != nil {
		return f.err
	}
	if smallest := f.least(10, 14); keys > uint64(f.left())/smallest {
		return &inspect.DamageError{Offset: 8, Reason: fmt.Sprintf("%d keys are more than the file could hold", keys)}
	}
	if smallest := f.least(20, 24); tensors > uint64(f.left())/smallest {
		return &inspect.DamageError{Offset: 8, Reason: fmt.Sprintf("%d tensors are more than the file could hold", tensors)}
	}
	if keys > maxKeys || tensors > maxTensors {
		f.part.Say(inspect.NotRead, "gguf-limit", 8, "%d keys and %d tensors are more than are looked at", keys, tensors)
		return nil
	}
	f.part.Fact("version", strconv.Itoa(int(version)))
	for i := uint64(0); i < keys && f.err == nil; i++ {
		f.pair()
		if i%256 == 0 && f.ctx.Err() != nil {
			return f.ctx.Err()
		}
	}
	f.beside()
	if f.err == nil {
		f.readTensors(tensors)
	}
	if f.err == nil {
		f.facts(tensors)
	}
	return f.err
}

func (f *file) least(narrow, wide uint64) uint64 {
	if f.narrow {
		return narrow
	}
	return wide
}

// begin reads magic and version, and finds the order of bytes.
func (f *file) begin() uint32 {
	if b := f.need(4, "the header"); b != nil && string(b) != "GGUF" {
		f.fail(0, "the file does not begin as GGUF does")
	}
	version := f.u32("the header")
	if version&0xffff == 0 && version != 0 {
		f.order = binary.BigEndian
		version = version>>24 | version>>8&0xff00
		f.part.Fact("byte order", "big endian")
	}
	if f.err == nil && (version < 1 || version > 3) {
		f.fail(4, "version %d is not known", version)
	}
	f.narrow = version == 1
	return version
}

// pair reads one key with its value.
func (f *file) pair() {
	at := f.offset()
	key := f.str("a key", maxName)
	t := f.u32("the type of a value")
	if f.err != nil {
		return
	}
	switch {
	case key == "":
		f.fail(at, "a key without a name")
	case !utf8.ValidString(key):
		f.fail(at, "a key that is no UTF-8: %s", inspect.Quote(key))
	case f.keys[key]:
		f.fail(at, "a key that is there twice: %s", inspect.Quote(key))
	case t > typeFloat64:
		f.fail(at, "the value of %s has type %d, which is not known", inspect.Quote(key), t)
	}
	f.keys[key] = true
	if f.err != nil {
		return
	}
	switch t {
	case typeString:
		f.stringValue(key)
	case typeArray:
		f.array(key, 0)
	default:
		f.number(key, t, at)
	}
}

func (f *file) number(key string, t uint32, at int64) {
	b := f.need(int(valueSize(t)), "a value")
	if b == nil {
		return
	}
	var n uint64
	switch len(b) {
	case 1:
		n = uint64(b[0])
	case 2:
		n = uint64(f.order.Uint16(b))
	case 4:
		n = uint64(f.order.Uint32(b))
	default:
		n = f.order.Uint64(b)
	}
	if t == typeBool && n > 1 {
		f.fail(at, "%s is neither true nor false", inspect.Quote(key))
	}
	switch key {
	case "general.alignment":
		if t != typeUint32 || n == 0 || n&(n-1) != 0 {
			f.fail(at, "the alignment is no power of two")
			return
		}
		f.align = n
	case "general.architecture", "general.name", "tokenizer.chat_template", "tokenizer.ggml.model":
		f.fail(at, "%s is no string", inspect.Quote(key))
	case "general.file_type":
		if n < uint64(len(fileTypes)) && fileTypes[n] != "" {
			f.part.Fact("quantisation", fileTypes[n])
		} else {
			f.part.Fact("quantisation", "file type "+strconv.FormatUint(n, 10))
		}
	case "split.no":
		f.split[0], f.splitSaid = n, true
	case "split.count":
		f.split[1] = n
	}
}

// array goes over an array without keeping it.
func (f *file) array(key string, level int) {
	at := f.offset()
	t := f.u32("the type of an array")
	n := f.count("the length of an array")
	if f.err != nil {
		return
	}
	if level == 0 {
		f.note(key, t, n, at)
	}
	switch size := valueSize(t); {
	case t == typeArray:
		if level+1 >= maxLevels {
			f.fail(at, "arrays in arrays of more than %d levels", maxLevels)
		}
		if n > uint64(f.left())/f.least(8, 12) {
			f.fail(at, "%s is said to hold %d arrays, more than the file could hold", inspect.Quote(key), n)
		}
		if level == 0 && f.err == nil {
			f.part.Say(inspect.Clean, "gguf-nested-array", at, "%s is an array of arrays, which llama.cpp does not read", inspect.Quote(key))
		}
		for i := uint64(0); i < n && f.err == nil; i++ {
			f.spend(1, at)
			f.array(key, level+1)
		}
	case t == typeString:
		f.stringArray(key, n, at)
	case size == 0:
		f.fail(at, "the values of %s have type %d, which is not known", inspect.Quote(key), t)
	case n > uint64(f.left())/size:
		f.fail(at, "%s is said to hold %d values, more than the file could hold", inspect.Quote(key), n)
	case t == typeBool:
		for i := uint64(0); i < n && f.err == nil; i++ {
			if f.u8("an array") > 1 {
				f.fail(f.offset()-1, "a value of %s is neither true nor false", inspect.Quote(key))
			}
		}
	default:
		f.skip(n*size, "an array")
	}
}

// spend counts the members of arrays, which cost time.
func (f *file) spend(n uint64, at int64) {
	f.elements += n
	if f.elements > maxElements {
		f.fail(at, "more than %d strings in arrays, which are not looked at", maxElements)
	}
}

func (f *file) stringArray(key string, n uint64, at int64) {
	if n > uint64(f.left())/f.least(4, 8) {
		f.fail(at, "%s is said to hold %d strings, more than the file could hold", inspect.Quote(key), n)
		return
	}
	f.spend(n, at)
	for i := uint64(0); i < n && f.err == nil; i++ {
		length := f.count("a string")
		f.skip(length, "a string")
		if i%(1<<16) == 0 && f.err == nil {
			f.err = f.ctx.Err()
		}
	}
}

// note remembers how long the lists of the tokenizer are.
func (f *file) note(key string, t uint32, n uint64, at int64) {
	switch key {
	case "tokenizer.ggml.tokens":
		if t != typeString {
			f.fail(at, "the tokens are no strings")
		}
		f.tokens = n
		f.part.Fact("tokens", strconv.FormatUint(n, 10))
	case "tokenizer.ggml.scores", "tokenizer.ggml.token_type":
		f.lists = append(f.lists, list{key, n, at})
	}
}

// beside checks what keys say of each other.
func (f *file) beside() {
	if f.err != nil {
		return
	}
	for _, l := range f.lists {
		if l.n != f.tokens && f.tokens > 0 {
			f.part.Say(inspect.NotRead, "gguf-tokenizer", l.at, "%s has %d entries for %d tokens: readers that trust it read beyond its end", inspect.Quote(l.key), l.n, f.tokens)
		}
	}
	if f.splitSaid && f.split[1] > 0 {
		if f.split[0] >= f.split[1] {
			f.part.Say(inspect.NotRead, "gguf-split", -1, "it says that it is part %d of %d", f.split[0]+1, f.split[1])
		}
		f.part.Fact("part", fmt.Sprintf("%d of %d", f.split[0]+1, f.split[1]))
	}
}

// names are kept as hashes: a seed of this run makes them.
func newNames(n uint64) (map[uint64]struct{}, maphash.Seed) {
	return make(map[uint64]struct{}, min(n, 1<<16)), maphash.MakeSeed()
}
