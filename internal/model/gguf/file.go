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
	*reader
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
	tensors := f.count()
	keys := f.count()
	if !f.ok() {
		return f.Err()
	}
	if smallest := f.least(10, 14); keys > f.left()/smallest {
		return &inspect.DamageError{Offset: 8, Reason: fmt.Sprintf("%d keys are more than the file could hold", keys)}
	}
	if smallest := f.least(20, 24); tensors > f.left()/smallest {
		return &inspect.DamageError{Offset: 8, Reason: fmt.Sprintf("%d tensors are more than the file could hold", tensors)}
	}
	if keys > maxKeys || tensors > maxTensors {
		f.part.Say(inspect.NotRead, "gguf-limit", 8, "%d keys and %d tensors are more than are looked at", keys, tensors)
		return nil
	}
	f.part.Fact("version", strconv.Itoa(int(version)))
	for i := uint64(0); i < keys && f.ok(); i++ {
		f.pair()
		if i%256 == 0 && f.ctx.Err() != nil {
			return f.ctx.Err()
		}
	}
	f.beside()
	if f.ok() {
		f.readTensors(tensors)
	}
	if f.ok() {
		f.facts(tensors)
	}
	return f.Err()
}

func (f *file) least(narrow, wide uint64) uint64 {
	if f.narrow {
		return narrow
	}
	return wide
}

// begin reads magic and version, and finds the order of bytes.
func (f *file) begin() uint32 {
	if b := f.Bytes(4); b != nil && string(b) != "GGUF" {
		f.FailAt(0, "the file does not begin as GGUF does")
	}
	version := f.Uint32()
	if version&0xffff == 0 && version != 0 {
		f.Order(binary.BigEndian)
		version = version>>24 | version>>8&0xff00
		f.part.Fact("byte order", "big endian")
	}
	if f.ok() && (version < 1 || version > 3) {
		f.FailAt(4, "version %d is not known", version)
	}
	f.narrow = version == 1
	return version
}

// pair reads one key with its value.
func (f *file) pair() {
	at := f.Off()
	key := f.str(maxName)
	t := f.Uint32()
	if !f.ok() {
		return
	}
	switch {
	case key == "":
		f.FailAt(at, "a key without a name")
	case !utf8.ValidString(key):
		f.FailAt(at, "a key that is no UTF-8: %s", inspect.Quote(key))
	case f.keys[key]:
		f.FailAt(at, "a key that is there twice: %s", inspect.Quote(key))
	case t > typeFloat64:
		f.FailAt(at, "the value of %s has type %d, which is not known", inspect.Quote(key), t)
	}
	f.keys[key] = true
	if !f.ok() {
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
	var n uint64
	switch valueSize(t) {
	case 1:
		n = uint64(f.Byte())
	case 2:
		n = uint64(f.Uint16())
	case 4:
		n = uint64(f.Uint32())
	default:
		n = f.Uint64()
	}
	if !f.ok() {
		return
	}
	if t == typeBool && n > 1 {
		f.FailAt(at, "%s is neither true nor false", inspect.Quote(key))
	}
	switch key {
	case "general.alignment":
		if t != typeUint32 || n == 0 || n&(n-1) != 0 {
			f.FailAt(at, "the alignment is no power of two")
			return
		}
		f.align = n
	case "general.architecture", "general.name", "tokenizer.chat_template", "tokenizer.ggml.model":
		f.FailAt(at, "%s is no string", inspect.Quote(key))
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
	at := f.Off()
	t := f.Uint32()
	n := f.count()
	if !f.ok() {
		return
	}
	if level == 0 {
		f.note(key, t, n, at)
	}
	switch size := valueSize(t); {
	case t == typeArray:
		if level+1 >= maxLevels {
			f.FailAt(at, "arrays in arrays of more than %d levels", maxLevels)
		}
		if n > f.left()/f.least(8, 12) {
			f.FailAt(at, "%s is said to hold %d arrays, more than the file could hold", inspect.Quote(key), n)
		}
		if level == 0 && f.ok() {
			f.part.Say(inspect.Clean, "gguf-nested-array", at, "%s is an array of arrays, which llama.cpp does not read", inspect.Quote(key))
		}
		for i := uint64(0); i < n && f.ok(); i++ {
			f.spend(1, at)
			f.array(key, level+1)
		}
	case t == typeString:
		f.stringArray(key, n, at)
	case size == 0:
		f.FailAt(at, "the values of %s have type %d, which is not known", inspect.Quote(key), t)
	case n > f.left()/size:
		f.FailAt(at, "%s is said to hold %d values, more than the file could hold", inspect.Quote(key), n)
	case t == typeBool:
		for i := uint64(0); i < n && f.ok(); i++ {
			if f.Byte() > 1 {
				f.FailAt(f.Off()-1, "a value of %s is neither true nor false", inspect.Quote(key))
			}
		}
	default:
		f.skip(n * size)
	}
}

// spend counts the members of arrays, which cost time.
func (f *file) spend(n uint64, at int64) {
	f.elements += n
	if f.elements > maxElements {
		f.FailAt(at, "more than %d strings in arrays, which are not looked at", maxElements)
	}
}

func (f *file) stringArray(key string, n uint64, at int64) {
	if n > f.left()/f.least(4, 8) {
		f.FailAt(at, "%s is said to hold %d strings, more than the file could hold", inspect.Quote(key), n)
		return
	}
	f.spend(n, at)
	for i := uint64(0); i < n && f.ok(); i++ {
		length := f.count()
		f.skip(length)
		if i%(1<<16) == 0 && f.ok() {
			f.Stop(f.ctx.Err())
		}
	}
}

// note remembers how long the lists of the tokenizer are.
func (f *file) note(key string, t uint32, n uint64, at int64) {
	switch key {
	case "tokenizer.ggml.tokens":
		if t != typeString {
			f.FailAt(at, "the tokens are no strings")
		}
		f.tokens = n
		f.part.Fact("tokens", strconv.FormatUint(n, 10))
	case "tokenizer.ggml.scores", "tokenizer.ggml.token_type":
		f.lists = append(f.lists, list{key, n, at})
	}
}

// beside checks what keys say of each other.
func (f *file) beside() {
	if !f.ok() {
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
