package pattern

import (
	"bytes"
	"strings"
)

// Text is a text that is asked about many words and expressions. It knows which runs of three bytes stand in it: most of what it is asked
// for is not there, and that is known without looking through the text again. It is not safe for use by several goroutines at once.
type Text struct {
	text  string
	known bool     // the fields below are those of the text
	runs  []uint64 // a bit for each run of three bytes, by runBit; letters count as small ones
	shift uint
	odd   bool   // see foreign
	small []byte // the text with its capital letters of ASCII made small; empty: nobody asked yet
}

// NewText is ready to be asked about a text.
func NewText(text string) Text { return Text{text: text} }

// Set makes it about another text, in the same memory.
func (t *Text) Set(text string) { t.text, t.known, t.small = text, false, t.small[:0] }

// Runs are counted in a table of few bits for a short text, and of many for a long one.
const (
	shortText  = 512
	fewBits    = 12
	manyBits   = 15
	runLetters = 3
)

// read notes all runs of the text.
func (t *Text) read() {
	bits := manyBits
	if len(t.text) <= shortText {
		bits = fewBits
	}
	t.known, t.shift = true, uint(32-bits)
	if t.runs = t.runs[:0]; cap(t.runs) < 1<<bits/64 {
		t.runs = make([]uint64, 0, 1<<bits/64)
	}
	t.runs = t.runs[:1<<bits/64]
	clear(t.runs)
	run := uint32(0)
	for i := range len(t.text) {
		run = addToRun(run, t.text[i])
		bit := runBit(run, t.shift)
		t.runs[bit/64] |= 1 << (bit % 64)
	}
	t.odd = strings.IndexByte(t.text, 0xC5) >= 0 && strings.Contains(t.text, "\u017F") || strings.IndexByte(t.text, 0xE2) >= 0 && strings.Contains(t.text, "\u212A")
}

// addToRun moves a run on by one byte. That some signs fall together with others, as capital letters do with small ones, costs nothing but
// a look in vain.
func addToRun(run uint32, c byte) uint32 { return run<<8&0xFFFFFF | uint32(c|0x20) }

func runBit(run uint32, shift uint) uint32 { return run * 0x9E3779B1 >> shift }

// may says whether all runs of a word stand in the text, in whatever case.
func (t *Text) may(word []byte) bool {
	if !t.known {
		t.read()
	}
	run := uint32(0)
	for i, c := range word {
		run = addToRun(run, c)
		if i < runLetters-1 {
			continue
		}
		if bit := runBit(run, t.shift); t.runs[bit/64]&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

// MayHold says whether a word could stand in the text: that it does not is certain.
func (t *Text) MayHold(word string) bool { return t.may([]byte(word)) }

// In is MatchString of a text that many are asked of.
func (p *Pattern) In(t *Text) bool {
	return p.mayIn(t) && p.match(t.text)
}

func (p *Pattern) mayIn(t *Text) bool {
	n := p.needs()
	if !t.known {
		t.read()
	}
	if n.fold && t.odd {
		return true
	}
	for _, set := range n.sets {
		if !t.holdsAny(set, n.fold) {
			return false
		}
	}
	return true
}

func (t *Text) holdsAny(words [][]byte, fold bool) bool {
	for _, w := range words {
		switch {
		case !t.may(w):
		case fold:
			if len(t.small) == 0 {
				t.small = lower(append(t.small, t.text...))
			}
			if bytes.Contains(t.small, w) {
				return true
			}
		case strings.Contains(t.text, string(w)):
			return true
		}
	}
	return false
}
