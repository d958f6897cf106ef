package gguf

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// legacy says whether a part begins as files before GGUF did.
func legacy(p *inspect.Part) bool {
	head := p.Head()
	if len(head) < 8 {
		return false
	}
	switch string(head[:4]) {
	case "lmgg", "fmgg", "tjgg", "algg": // ggml, ggmf, ggjt, ggla, written as little-endian numbers
		return true
	}
	return false
}

func legacyCanary() (string, []byte) {
	return "canary.ggml", append([]byte("tjgg"), make([]byte, 40)...)
}

// scanLegacy walks the layouts that are known: those of llama.cpp (ggmf, ggjt) and whisper.cpp (ggml). Of other programs' files
// nothing tells where what begins.
func scanLegacy(_ context.Context, p *inspect.Part) error {
	c := newCursor(p)
	kind := string(c.need(4, "the header"))
	var err error
	switch kind {
	case "tjgg", "fmgg":
		err = walkLlama(c, kind == "tjgg")
	case "lmgg":
		if walkWhisper(c) != nil {
			p.Say(inspect.Unknown, "ggml-layout", 0, "a ggml file whose layout is not known, or that is damaged")
			return nil
		}
	default:
		p.Say(inspect.Unknown, "ggml-layout", 0, "a ggml adapter, whose layout is not looked at")
		return nil
	}
	return err
}

// walkLlama goes over a model of llama.cpp before GGUF.
func walkLlama(c *cursor, aligned bool) error {
	version := c.u32("the header")
	if c.err == nil && (version < 1 || version > 3) {
		c.fail(4, "version %d is not known", version)
	}
	vocabulary := c.u32("the header")
	for range 6 {
		c.u32("the header")
	}
	if c.err == nil && uint64(vocabulary) > uint64(c.left())/8 || vocabulary == 0 {
		c.fail(8, "a vocabulary of %d words, more than the file could hold, or none", vocabulary)
	}
	for i := uint32(0); i < vocabulary && c.err == nil; i++ {
		c.skip(uint64(c.u32("a word")), "a word")
		c.u32("a word's score")
	}
	return walkTensors(c, aligned, aligned && version == 3)
}

// walkWhisper goes over a model of whisper.cpp.
func walkWhisper(c *cursor) error {
	for range 11 {
		c.u32("the header")
	}
	mels, size := c.u32("the filters"), c.u32("the filters")
	c.skip(uint64(mels)*uint64(size)*4, "the filters")
	words := c.u32("the vocabulary")
	if c.err == nil && uint64(words) > uint64(c.left())/4 {
		c.fail(c.offset(), "a vocabulary of %d words, more than the file could hold", words)
	}
	for i := uint32(0); i < words && c.err == nil; i++ {
		c.skip(uint64(c.u32("a word")), "a word")
	}
	return walkTensors(c, false, true)
}

// walkTensors goes over tensors, each with its bytes behind it, to the end of the file. half says that blocks have scales of
// 16 bits, which came with the third version of ggjt.
func walkTensors(c *cursor, aligned, half bool) error {
	n := 0
	for ; c.err == nil && c.left() > 0; n++ {
		at := c.offset()
		dims, length, t := c.u32("a tensor"), c.u32("a tensor"), c.u32("a tensor")
		if c.err == nil && (dims > maxDims || length > maxName || t >= uint32(len(tensorTypes)) || n > maxTensors) {
			c.fail(at, "an entry that is no tensor's")
		}
		elements := uint64(1)
		for i := uint32(0); i < dims && c.err == nil; i++ {
			hi, lo := bits.Mul64(elements, uint64(c.u32("a tensor")))
			if elements = lo; hi != 0 {
				c.fail(at, "a tensor whose size overflows")
			}
		}
		c.skip(uint64(length), "a tensor's name")
		if aligned && c.err == nil {
			c.skip(uint64(-c.offset()&31), "padding")
		}
		if c.err != nil {
			break
		}
		block, size := tensorTypes[t].block, tensorTypes[t].size
		switch {
		case t == 4:
			block, size = 16, 10
		case t == 5:
			block, size = 16, 12
		case half:
		case t == 2 || t == 8:
			size += 2
		case t == 3:
			size += 4
		}
		if block == 0 {
			c.fail(at, "a tensor of type %d, which is not known", t)
			break
		}
		hi, total := bits.Mul64(elements/block, size)
		if hi != 0 {
			c.fail(at, "a tensor whose size overflows")
		}
		c.skip(total, "a tensor")
	}
	if n == 0 {
		c.fail(c.offset(), "no tensors")
	}
	if c.err == nil {
		c.part.Fact("tensors", fmt.Sprint(n))
	}
	return c.err
}
