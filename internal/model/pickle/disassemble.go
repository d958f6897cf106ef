package pickle

import (
	"io"
	"iter"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Op is one opcode of a stream.
type Op struct {
	Offset int64
	Code   byte
	Name   string // as Python's pickletools spells it

	at  step
	cur *cursor
}

// Disassemble yields the opcodes of a stream from its beginning to STOP. After an error, which is *inspect.DamageError unless
// reading failed, nothing follows.
func Disassemble(r io.ReaderAt, size int64) iter.Seq2[Op, error] {
	return func(yield func(Op, error) bool) {
		c := &cursor{}
		c.reset(r, 0, size, nil, make([]byte, 64<<10))
		for {
			op := Op{cur: c}
			err := c.next(&op.at)
			op.Offset, op.Code = op.at.off, op.at.code
			op.Name = opcodes[op.Code].name
			if !yield(op, err) || err != nil || op.Code == opStop {
				return
			}
		}
	}
}

// maxArgument bounds what Argument fetches.
const maxArgument = 64 << 20

// Argument is the opcode's argument: nil, bool, int64, uint64 (FRAME), *big.Int, float64, string (text and names, two of them with
// a space between) or []byte. It is to be called before the next opcode is asked for.
func (o Op) Argument() (any, error) {
	s := &o.at
	switch opcodes[o.Code].form {
	case bare:
		return nil, nil
	case uint1, uint2, int4, uint4:
		return s.num, nil
	case uint8b:
		return uint64(s.num), nil
	case float8:
		return math.Float64frombits(s.inlineBits), nil
	}
	if s.n > maxArgument || s.n2 > maxArgument {
		return nil, damaged(o.Offset, "%s has more than %d bytes", o.Name, maxArgument)
	}
	b, err := o.cur.slice(s.arg, s.n)
	if err != nil {
		return nil, err
	}
	switch o.Code {
	case opInt, opLong, opGet, opPut:
		return textNumber(o.Code, string(b), o.Offset)
	case opFloat:
		f, err := strconv.ParseFloat(pythonNumber(string(b)), 64)
		if err != nil {
			return nil, damaged(o.Offset, "FLOAT is no number")
		}
		return f, nil
	case opLong1, opLong4:
		return longOf(b), nil
	case opString:
		text, err := unquote(b, o.Offset)
		return string(text), err
	case opUnicode:
		text, ok := rawUnicode(b)
		if !ok {
			return nil, damaged(o.Offset, "the text of UNICODE has a broken escape")
		}
		return string(text), nil
	case opGlobal, opInst:
		second, err := o.cur.slice(s.arg2, s.n2)
		return string(b) + " " + string(second), err
	case opBinBytes, opShortBinBytes, opBinBytes8, opByteArray8, opBinString, opShortBinString:
		return append([]byte{}, b...), nil
	}
	return string(b), nil
}

// textNumber reads the number of a text opcode.
func textNumber(code byte, text string, off int64) (any, error) {
	if code == opInt && (text == "00" || text == "01") {
		return text == "01", nil
	}
	text, _, _ = strings.Cut(text, "\x00")
	if code == opLong {
		text = strings.TrimSuffix(text, "L")
	}
	text = pythonNumber(text)
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		if n, ok = new(big.Int).SetString(text, 0); !ok {
			return nil, damaged(off, "%s is no number", opcodes[code].name)
		}
	}
	if n.IsInt64() {
		return n.Int64(), nil
	}
	return n, nil
}

// pythonNumber takes away what Python's int and float let pass, and what stands behind a zero byte, where the C unpickler's text
// ends.
func pythonNumber(text string) string {
	text, _, _ = strings.Cut(text, "\x00")
	return strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(text), "_", ""), "+")
}

// longOf is the little-endian two's complement number of LONG1 and LONG4.
func longOf(b []byte) any {
	n := new(big.Int)
	if len(b) == 0 {
		return int64(0)
	}
	reversed := make([]byte, len(b))
	for i, x := range b {
		reversed[len(b)-1-i] = x
	}
	n.SetBytes(reversed)
	if b[len(b)-1]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}
