package pickle

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
)

// generator writes random pickles that every unpickler reads to the end.
type generator struct {
	r     *rand.Rand
	out   []byte
	stack []sort
	marks []int
	memo  map[int]sort
	proto int
	ends  []int // of opcodes, in out
}

// sort is what the generator knows of a value.
type sort struct {
	what     byte // s text, i number, b bytes, l list, d dictionary, e set, t tuple, c class, o object, - something else
	hashable bool
}

func generate(seed uint64) []byte {
	g := &generator{r: rand.New(rand.NewPCG(seed, 1)), memo: map[int]sort{}}
	g.proto = g.r.IntN(6)
	if g.proto >= 2 {
		g.emit(opProto, byte(g.proto))
	}
	body := len(g.out)
	g.ends = nil
	for range 3 + g.r.IntN(60) {
		g.step()
	}
	for len(g.marks) > 0 {
		switch g.r.IntN(3) {
		case 0:
			g.emit(opPopMark)
			g.popMark()
		default:
			g.emit(opTuple)
			items := g.popMark()
			g.push(tupleOf(items))
		}
	}
	if len(g.stack) == 0 {
		g.emit(opNone)
	}
	g.emit(opStop)
	if g.proto >= 4 && g.r.IntN(2) == 0 {
		g.frames(body)
	}
	return g.out
}

// frames puts opcodes into frames, as writers of protocol 4 do.
func (g *generator) frames(body int) {
	out := append([]byte{}, g.out[:body]...)
	from := body
	for i, end := range g.ends {
		if i+1 < len(g.ends) && g.r.IntN(12) != 0 {
			continue
		}
		if g.r.IntN(3) > 0 {
			out = append(out, opFrame)
			out = binary.LittleEndian.AppendUint64(out, uint64(end-from))
		}
		out = append(out, g.out[from:end]...)
		from = end
	}
	g.out = out
}

func tupleOf(items []sort) sort {
	s := sort{'t', true}
	for _, x := range items {
		s.hashable = s.hashable && x.hashable
	}
	return s
}

func (g *generator) emit(b ...byte) {
	g.out = append(g.out, b...)
	g.ends = append(g.ends, len(g.out))
}

func (g *generator) line(code byte, text string) { g.emit(append([]byte{code}, text+"\n"...)...) }

func (g *generator) push(s sort) { g.stack = append(g.stack, s) }

func (g *generator) pop() sort {
	s := g.stack[len(g.stack)-1]
	g.stack = g.stack[:len(g.stack)-1]
	return s
}

// free is how many values lie above the last mark.
func (g *generator) free() int {
	if n := len(g.marks); n > 0 {
		return len(g.stack) - g.marks[n-1]
	}
	return len(g.stack)
}

func (g *generator) popMark() []sort {
	at := g.marks[len(g.marks)-1]
	g.marks = g.marks[:len(g.marks)-1]
	items := append([]sort{}, g.stack[at:]...)
	g.stack = g.stack[:at]
	return items
}

func (g *generator) top(back int) sort {
	if g.free() <= back {
		return sort{}
	}
	return g.stack[len(g.stack)-1-back]
}

func (g *generator) step() {
	switch n := g.r.IntN(100); {
	case n < 38:
		g.constant()
	case n < 44:
		g.name()
	case n < 50:
		g.marks = append(g.marks, len(g.stack))
		g.emit(opMark)
	case n < 64:
		g.collect()
	case n < 74:
		g.remember()
	case n < 78:
		if g.free() > 0 {
			if g.r.IntN(2) == 0 {
				g.emit(opPop)
				g.pop()
			} else {
				g.emit(opDup)
				g.push(g.top(0))
			}
		}
	default:
		g.effect()
	}
}

func (g *generator) text() string {
	texts := []string{"", "a", "module", "some text", "ünï", "os", "x\ny", "日本", "\\u0041", "tab\t", "quote'"}
	return texts[g.r.IntN(len(texts))]
}

func (g *generator) constant() {
	text := g.text()
	short := append([]byte{byte(len(text))}, text...)
	long := append(binary.LittleEndian.AppendUint32(nil, uint32(len(text))), text...)
	huge := append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...)
	with := func(code byte, b []byte) { g.emit(append([]byte{code}, b...)...) }
	number, str, raw := sort{'i', true}, sort{'s', true}, sort{'b', true}
	switch g.r.IntN(26) {
	case 0:
		g.line(opInt, []string{"0", "-17", "123456789012345678901", "00", "01", "5"}[g.r.IntN(6)])
		g.push(number)
	case 1:
		with(opBinInt, binary.LittleEndian.AppendUint32(nil, g.r.Uint32()))
		g.push(number)
	case 2:
		g.emit(opBinInt1, byte(g.r.Uint32()))
		g.push(number)
	case 3:
		g.emit(opBinInt2, byte(g.r.Uint32()), byte(g.r.Uint32()))
		g.push(number)
	case 4:
		g.line(opLong, []string{"12L", "-99999999999999999999L", "7", "0L"}[g.r.IntN(4)])
		g.push(number)
	case 5:
		n := g.r.IntN(12)
		b := []byte{opLong1, byte(n)}
		for range n {
			b = append(b, byte(g.r.Uint32()))
		}
		g.emit(b...)
		g.push(number)
	case 6:
		g.emit(opLong4, 2, 0, 0, 0, byte(g.r.Uint32()), byte(g.r.Uint32()))
		g.push(number)
	case 7:
		g.line(opString, []string{`'plain'`, `"double"`, `'esc\x41\n\t\\'`, `'\101\7'`, `''`}[g.r.IntN(5)])
		g.push(str)
	case 8:
		with(opBinString, long)
		g.push(str)
	case 9:
		with(opShortBinString, short)
		g.push(str)
	case 10:
		with(opBinBytes, long)
		g.push(raw)
	case 11:
		with(opShortBinBytes, short)
		g.push(raw)
	case 12:
		with(opBinBytes8, huge)
		g.push(raw)
	case 13:
		with(opByteArray8, huge)
		g.push(sort{'-', false})
	case 14:
		g.emit(opNone)
		g.push(sort{'n', true})
	case 15:
		g.emit(opNewTrue)
		g.push(number)
	case 16:
		g.emit(opNewFalse)
		g.push(number)
	case 17:
		g.line(opUnicode, []string{"plain", `esc\u00e9\U0001f600`, "", `back\\slash`, "latin\xe9"}[g.r.IntN(5)])
		g.push(str)
	case 18:
		with(opShortBinUnicode, short)
		g.push(str)
	case 19:
		with(opBinUnicode, long)
		g.push(str)
	case 20:
		with(opBinUnicode8, huge)
		g.push(str)
	case 21:
		g.line(opFloat, []string{"1.5", "-2e10", "0", "1e308", "inf"}[g.r.IntN(5)])
		g.push(sort{'f', true})
	case 22:
		with(opBinFloat, binary.BigEndian.AppendUint64(nil, math.Float64bits(g.r.NormFloat64())))
		g.push(sort{'f', true})
	case 23:
		g.emit(opEmptyTuple)
		g.push(sort{'t', true})
	case 24:
		g.emit(opEmptyList)
		g.push(sort{'l', false})
	case 25:
		g.emit(opEmptyDict)
		g.push(sort{'d', false})
	}
}

func (g *generator) name() {
	class := sort{'c', true}
	module, name := fmt.Sprintf("pkg%d.mod", g.r.IntN(4)), fmt.Sprintf("Name%d", g.r.IntN(5))
	if g.r.IntN(2) == 0 {
		g.line(opGlobal, module+"\n"+name)
		g.push(class)
		return
	}
	for _, s := range []string{module, name} {
		switch g.r.IntN(4) {
		case 0:
			g.line(opString, "'"+s+"'")
		case 1:
			g.line(opUnicode, s)
		case 2:
			g.emit(append([]byte{opShortBinString, byte(len(s))}, s...)...)
		default:
			g.emit(append([]byte{opShortBinUnicode, byte(len(s))}, s...)...)
		}
		if g.r.IntN(3) == 0 {
			g.push(sort{'s', true})
			g.put()
			g.pop()
		}
	}
	g.emit(opStackGlobal)
	g.push(class)
}

// put stores the top of the stack.
func (g *generator) put() {
	i := len(g.memo)
	s := g.top(0)
	switch g.r.IntN(6) {
	case 0:
		g.line(opPut, strconv.Itoa(i))
	case 1:
		g.emit(append([]byte{opLongBinPut}, binary.LittleEndian.AppendUint32(nil, uint32(i))...)...)
	case 2:
		i = g.r.IntN(300) // in no order
		if i < 256 {
			g.emit(opBinPut, byte(i))
		} else {
			g.line(opPut, strconv.Itoa(i))
		}
	default:
		g.emit(opMemoize)
	}
	g.memo[i] = s
}

func (g *generator) remember() {
	if g.free() > 0 && g.r.IntN(2) == 0 {
		g.put()
		return
	}
	if len(g.memo) == 0 {
		return
	}
	keys := make([]int, 0, len(g.memo))
	for i := range 400 {
		if _, ok := g.memo[i]; ok {
			keys = append(keys, i)
		}
	}
	i := keys[g.r.IntN(len(keys))]
	switch {
	case g.r.IntN(3) == 0:
		g.line(opGet, strconv.Itoa(i))
	case i < 256 && g.r.IntN(2) == 0:
		g.emit(opBinGet, byte(i))
	default:
		g.emit(append([]byte{opLongBinGet}, binary.LittleEndian.AppendUint32(nil, uint32(i))...)...)
	}
	g.push(g.memo[i])
}

func hashableAll(items []sort, stride int) bool {
	for i := 0; i < len(items); i += stride {
		if !items[i].hashable {
			return false
		}
	}
	return true
}

func (g *generator) collect() {
	switch n := g.r.IntN(9); {
	case n < 3 && g.free() > n:
		items := g.stack[len(g.stack)-n-1:]
		t := tupleOf(items)
		g.emit(byte(opTuple1 + n))
		g.stack = append(g.stack[:len(g.stack)-n-1], t)
	case n == 3 && g.free() >= 2 && (g.top(1).what == 'l' || g.top(1).what == 'o'):
		g.emit(opAppend)
		g.pop()
	case n == 4 && g.free() >= 3 && (g.top(2).what == 'd' || g.top(2).what == 'o') && g.top(1).hashable:
		g.emit(opSetItem)
		g.pop()
		g.pop()
	case n == 5 && g.proto >= 4:
		g.emit(opEmptySet)
		g.push(sort{'e', false})
	case len(g.marks) > 0:
		at := g.marks[len(g.marks)-1]
		items := append([]sort{}, g.stack[at:]...)
		below := 0
		if len(g.marks) > 1 {
			below = g.marks[len(g.marks)-2]
		}
		target := sort{}
		if at > below {
			target = g.stack[at-1]
		}
		even := len(items)%2 == 0
		switch {
		case target.what == 'l' && g.r.IntN(2) == 0, target.what == 'o' && g.r.IntN(3) == 0:
			g.emit(opAppends)
			g.popMark()
		case target.what == 'd' && even && hashableAll(items, 2):
			g.emit(opSetItems)
			g.popMark()
		case target.what == 'e' && hashableAll(items, 1):
			g.emit(opAddItems)
			g.popMark()
		case g.r.IntN(4) == 0 && even && hashableAll(items, 2):
			g.emit(opDict)
			g.popMark()
			g.push(sort{'d', false})
		case g.r.IntN(4) == 0 && hashableAll(items, 1):
			g.emit(opFrozenSet)
			g.popMark()
			g.push(sort{'-', true})
		case g.r.IntN(3) == 0:
			g.emit(opList)
			g.popMark()
			g.push(sort{'l', false})
		case g.r.IntN(6) == 0:
			g.emit(opPopMark)
			g.popMark()
		default:
			g.emit(opTuple)
			g.popMark()
			g.push(tupleOf(items))
		}
	}
}

func (g *generator) effect() {
	callable := func(s sort) bool { return s.what == 'c' || s.what == 'o' }
	object := sort{'o', true}
	switch n := g.r.IntN(10); {
	case n < 3 && g.free() >= 2 && callable(g.top(1)) && g.top(0).what == 't':
		g.emit(opReduce)
		g.pop()
		g.pop()
		g.push(object)
	case n == 3 && g.free() >= 2 && g.top(1).what == 'c' && g.top(0).what == 't':
		g.emit(opNewObj)
		g.pop()
		g.pop()
		g.push(object)
	case n == 4 && g.free() >= 2 && g.top(1).what == 'c' && g.top(0).what == 't':
		g.emit(opEmptyDict)
		g.emit(opNewObjEx)
		g.pop()
		g.pop()
		g.push(object)
	case n == 5 && g.free() >= 2 && callable(g.top(1)):
		g.emit(opBuild)
		g.pop()
	case n == 6 && len(g.marks) > 0:
		g.line(opInst, "pkg9\nInst")
		g.popMark()
		g.push(object)
	case n == 7 && len(g.marks) > 0 && g.free() > 0 && g.stack[g.marks[len(g.marks)-1]].what == 'c':
		g.emit(opObj)
		g.popMark()
		g.push(object)
	case n == 8 && g.free() > 0:
		g.emit(opBinPersID)
		g.pop()
		g.push(object)
	case n == 9 && g.r.IntN(4) == 0:
		g.line(opPersID, "some id")
		g.push(object)
	default: // make a call likely
		g.name()
		g.emit(opEmptyTuple)
		g.push(sort{'t', true})
		if g.r.IntN(2) == 0 {
			g.emit(opReduce)
			g.pop()
			g.pop()
			g.push(object)
		}
	}
}
