package discover

import (
	"bytes"
	"encoding/binary"
)

// A pickle is a program for a small stack machine. It has no magic number: protocol 0 is plain text. So its first
// instructions are followed, far enough to tell it from text and from other binary data; nothing is carried out.

// pickleArgument is what follows an opcode.
type pickleArgument byte

const (
	noOpcode pickleArgument = iota
	noArgument
	byte1
	byte2
	byte4
	byte8
	aLine
	twoLines
	counted1
	counted4
	counted8
)

// pickleOpcodes is indexed by opcode.
var pickleOpcodes = [256]pickleArgument{
	'(': noArgument, '.': noArgument, '0': noArgument, '1': noArgument, '2': noArgument, 'F': aLine, 'I': aLine, 'J': byte4,
	'K': byte1, 'L': aLine, 'M': byte2, 'N': noArgument, 'P': aLine, 'Q': noArgument, 'R': noArgument, 'S': aLine, 'T': counted4,
	'U': counted1, 'V': aLine, 'X': counted4, 'a': noArgument, 'b': noArgument, 'c': twoLines, 'd': noArgument, '}': noArgument,
	'e': noArgument, 'g': aLine, 'h': byte1, 'i': twoLines, 'j': byte4, 'l': noArgument, ']': noArgument, 'o': noArgument,
	'p': aLine, 'q': byte1, 'r': byte4, 's': noArgument, 't': noArgument, ')': noArgument, 'u': noArgument, 'G': byte8,
	0x80: byte1, 0x81: noArgument, 0x82: byte1, 0x83: byte2, 0x84: byte4, 0x85: noArgument, 0x86: noArgument, 0x87: noArgument,
	0x88: noArgument, 0x89: noArgument, 0x8a: counted1, 0x8b: counted4, 'B': counted4, 'C': counted1,
	0x8c: counted1, 0x8d: counted8, 0x8e: counted8, 0x8f: noArgument, 0x90: noArgument, 0x91: noArgument, 0x92: noArgument,
	0x93: noArgument, 0x94: noArgument, 0x95: byte8, 0x96: counted8, 0x97: noArgument, 0x98: noArgument,
}

// pickleScan is what following the first instructions showed.
type pickleScan struct {
	valid   bool // each instruction made sense up to the end of the program or of what is known of it
	ended   bool // the program ended
	steps   int
	globals bool // it names something to import
	called  bool // it calls something
}

// scanPickle follows a pickle's first instructions. all says that data is the whole file and not its beginning.
func scanPickle(data []byte, all bool) pickleScan {
	var s pickleScan
	depth, marks := 0, 0
	for i := 0; i < len(data); {
		op := data[i]
		kind := pickleOpcodes[op]
		if kind == noOpcode {
			return s
		}
		next, ok := afterArgument(data, i+1, kind)
		if !ok {
			return s
		}
		if next > len(data) { // the argument goes on beyond what is known
			s.valid = !all
			s.steps++
			return s
		}
		if depth, marks, ok = pickleEffect(op, depth, marks); !ok {
			return s
		}
		s.globals = s.globals || op == 'c' || op == 'i' || op == 0x93
		s.called = s.called || op == 'R' || op == 'o' || op == 'i' || op == 0x81 || op == 0x92
		s.steps++
		i = next
		if op == '.' {
			s.valid, s.ended = true, true
			return s
		}
	}
	s.valid = !all
	return s
}

// afterArgument returns the offset behind an argument that begins at i, which may lie beyond the data. ok is false where
// the argument cannot be one.
func afterArgument(data []byte, i int, kind pickleArgument) (next int, ok bool) {
	rest := data[min(i, len(data)):]
	switch kind {
	case byte1:
		return i + 1, true
	case byte2:
		return i + 2, true
	case byte4:
		return i + 4, true
	case byte8:
		return i + 8, true
	case aLine:
		return afterLines(data, i, 1)
	case twoLines:
		return afterLines(data, i, 2)
	case counted1:
		if len(rest) < 1 {
			return len(data) + 1, true
		}
		return i + 1 + int(rest[0]), true
	case counted4:
		if len(rest) < 4 {
			return len(data) + 1, true
		}
		return i + 4 + int(binary.LittleEndian.Uint32(rest)), true
	case counted8:
		if len(rest) < 8 {
			return len(data) + 1, true
		}
		n := binary.LittleEndian.Uint64(rest)
		return i + 8 + int(min(n, 1<<40)), n < 1<<40
	}
	return i, true
}

// afterLines skips lines of printable characters, as protocol 0 writes names and numbers.
func afterLines(data []byte, i, count int) (next int, ok bool) {
	for range count {
		j := bytes.IndexByte(data[min(i, len(data)):], '\n')
		if j < 0 {
			return len(data) + 1, isText(data[min(i, len(data)):])
		}
		if !isText(data[i : i+j]) {
			return 0, false
		}
		i += j + 1
	}
	return i, true
}

// pickleEffect follows the depth of the stack roughly: enough that text, which soon pops what was never pushed, fails.
func pickleEffect(op byte, depth, marks int) (int, int, bool) {
	switch op {
	case '(':
		return depth + 1, marks + 1, true
	case 't', 'l', 'd', 'e', 'u', 'o', 'i', '1', 0x90, 0x91: // what lies above the last mark is taken
		return max(depth, 1), marks - 1, marks > 0
	case '.':
		return depth, marks, depth > 0
	case '0', 'a', 'b', 'R', 0x81, 0x93, 'Q': // at least one is taken, and with most one more is needed
		return max(depth-1, 1), marks, depth > 0
	case 's', 0x92:
		return max(depth-2, 1), marks, depth > 1
	case 'p', 'q', 'r', 0x94, '2', 0x85, 0x86, 0x87, 0x98:
		return depth + b2i(op == '2'), marks, depth > 0
	case 0x80, 0x95:
		return depth, marks, true
	}
	return depth + 1, marks, true
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
