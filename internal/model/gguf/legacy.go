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
	c := newReader(p)
	kind := string(c.Bytes(4))
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
func walkLlama(c *reader, aligned bool) error {
	version := c.Uint32()
	if c.ok() && (version < 1 || version > 3) {
		c.FailAt(4, "version %d is not known", version)
	}
	vocabulary := c.Uint32()
	for range 6 {
		c.Uint32()
	}
	if c.ok() && uint64(vocabulary) > c.left()/8 || vocabulary == 0 {
		c.FailAt(8, "a vocabulary of %d words, more than the file could hold, or none", vocabulary)
	}
	for i := uint32(0); i < vocabulary && c.ok(); i++ {
		c.skip(uint64(c.Uint32()))
		c.Uint32()
	}
	return walkTensors(c, aligned, aligned && version == 3)
}

// walkWhisper goes over a model of whisper.cpp.
func walkWhisper(c *reader) error {
	for range 11 {
		c.Uint32()
	}
	mels, size := c.Uint32(), c.Uint32()
	c.skip(uint64(mels) * uint64(size) * 4)
	words := c.Uint32()
	if c.ok() && uint64(words) > c.left()/4 {
		c.FailAt(c.Off(), "a vocabulary of %d words, more than the file could hold", words)
	}
	for i := uint32(0); i < words && c.ok(); i++ {
		c.skip(uint64(c.Uint32()))
	}
	return walkTensors(c, false, true)
}

// walkTensors goes over tensors, each with its bytes behind it, to the end of the file. half says that blocks have scales of
// 16 bits, which came with the third version of ggjt.
func walkTensors(c *reader, aligned, half bool) error {
	n := 0
	for ; c.ok() && c.Left() > 0; n++ {
		at := c.Off()
		dims, length, t := c.Uint32(), c.Uint32(), c.Uint32()
		if c.ok() && (dims > maxDims || length > maxName || t >= uint32(len(tensorTypes)) || n > maxTensors) {
			c.FailAt(at, "an entry that is no tensor's")
		}
		elements := uint64(1)
		for i := uint32(0); i < dims && c.ok(); i++ {
			hi, lo := bits.Mul64(elements, uint64(c.Uint32()))
			if elements = lo; hi != 0 {
				c.FailAt(at, "a tensor whose size overflows")
			}
		}
		c.skip(uint64(length))
		if aligned && c.ok() {
			c.skip(uint64(-c.Off() & 31))
		}
		if !c.ok() {
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
			c.FailAt(at, "a tensor of type %d, which is not known", t)
			break
		}
		hi, total := bits.Mul64(elements/block, size)
		if hi != 0 {
			c.FailAt(at, "a tensor whose size overflows")
		}
		c.skip(total)
	}
	if n == 0 {
		c.FailAt(c.Off(), "no tensors")
	}
	if c.ok() {
		c.part.Fact("tensors", fmt.Sprint(n))
	}
	return c.Err()
}
