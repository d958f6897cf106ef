package pickle

// The opcodes, by the byte that stands for them.
const (
	opMark           = '('
	opStop           = '.'
	opPop            = '0'
	opPopMark        = '1'
	opDup            = '2'
	opFloat          = 'F'
	opInt            = 'I'
	opBinInt         = 'J'
	opBinInt1        = 'K'
	opLong           = 'L'
	opBinInt2        = 'M'
	opNone           = 'N'
	opPersID         = 'P'
	opBinPersID      = 'Q'
	opReduce         = 'R'
	opString         = 'S'
	opBinString      = 'T'
	opShortBinString = 'U'
	opUnicode        = 'V'
	opBinUnicode     = 'X'
	opAppend         = 'a'
	opBuild          = 'b'
	opGlobal         = 'c'
	opDict           = 'd'
	opEmptyDict      = '}'
	opAppends        = 'e'
	opGet            = 'g'
	opBinGet         = 'h'
	opInst           = 'i'
	opLongBinGet     = 'j'
	opList           = 'l'
	opEmptyList      = ']'
	opObj            = 'o'
	opPut            = 'p'
	opBinPut         = 'q'
	opLongBinPut     = 'r'
	opSetItem        = 's'
	opTuple          = 't'
	opEmptyTuple     = ')'
	opSetItems       = 'u'
	opBinFloat       = 'G'

	opProto    = 0x80
	opNewObj   = 0x81
	opExt1     = 0x82
	opExt2     = 0x83
	opExt4     = 0x84
	opTuple1   = 0x85
	opTuple2   = 0x86
	opTuple3   = 0x87
	opNewTrue  = 0x88
	opNewFalse = 0x89
	opLong1    = 0x8a
	opLong4    = 0x8b

	opBinBytes      = 'B'
	opShortBinBytes = 'C'

	opShortBinUnicode = 0x8c
	opBinUnicode8     = 0x8d
	opBinBytes8       = 0x8e
	opEmptySet        = 0x8f
	opAddItems        = 0x90
	opFrozenSet       = 0x91
	opNewObjEx        = 0x92
	opStackGlobal     = 0x93
	opMemoize         = 0x94
	opFrame           = 0x95

	opByteArray8     = 0x96
	opNextBuffer     = 0x97
	opReadOnlyBuffer = 0x98
)

// form says what follows an opcode in the stream.
type form uint8

const (
	invalid  form = iota // no opcode at all
	bare                 // nothing follows
	uint1                // that many bytes of a number
	uint2                //
	int4                 //
	uint4                //
	uint8b               //
	float8               // a big-endian float
	bytes1               // that many bytes of a length, and so many bytes
	bytes4               //
	bytes8               //
	bytes4s              // the length is signed and may not be negative
	line                 // text to the end of the line
	linePair             // two of those
)

// opcode is what is fixed about an opcode. Stack effects are for telling pickles from other files: the machine has its own.
type opcode struct {
	name  string
	form  form
	takes int8 // values taken from the stack (above the mark, where the mark is taken too)
	gives int8
	mark  bool // takes everything down to the mark
	calls bool // something may run
}

var opcodes = [256]opcode{
	opInt: {"INT", line, 0, 1, false, false}, opBinInt: {"BININT", int4, 0, 1, false, false}, opBinInt1: {"BININT1", uint1, 0, 1, false, false},
	opBinInt2: {"BININT2", uint2, 0, 1, false, false}, opLong: {"LONG", line, 0, 1, false, false}, opLong1: {"LONG1", bytes1, 0, 1, false, false},
	opLong4: {"LONG4", bytes4s, 0, 1, false, false}, opString: {"STRING", line, 0, 1, false, false},
	opBinString: {"BINSTRING", bytes4s, 0, 1, false, false}, opShortBinString: {"SHORT_BINSTRING", bytes1, 0, 1, false, false},
	opBinBytes: {"BINBYTES", bytes4, 0, 1, false, false}, opShortBinBytes: {"SHORT_BINBYTES", bytes1, 0, 1, false, false},
	opBinBytes8: {"BINBYTES8", bytes8, 0, 1, false, false}, opByteArray8: {"BYTEARRAY8", bytes8, 0, 1, false, false},
	opNextBuffer: {"NEXT_BUFFER", bare, 0, 1, false, false}, opReadOnlyBuffer: {"READONLY_BUFFER", bare, 1, 1, false, false},
	opNone: {"NONE", bare, 0, 1, false, false}, opNewTrue: {"NEWTRUE", bare, 0, 1, false, false}, opNewFalse: {"NEWFALSE", bare, 0, 1, false, false},
	opUnicode: {"UNICODE", line, 0, 1, false, false}, opShortBinUnicode: {"SHORT_BINUNICODE", bytes1, 0, 1, false, false},
	opBinUnicode: {"BINUNICODE", bytes4, 0, 1, false, false}, opBinUnicode8: {"BINUNICODE8", bytes8, 0, 1, false, false},
	opFloat: {"FLOAT", line, 0, 1, false, false}, opBinFloat: {"BINFLOAT", float8, 0, 1, false, false},
	opEmptyList: {"EMPTY_LIST", bare, 0, 1, false, false}, opAppend: {"APPEND", bare, 2, 1, false, false},
	opAppends: {"APPENDS", bare, 1, 1, true, false}, opList: {"LIST", bare, 0, 1, true, false},
	opEmptyTuple: {"EMPTY_TUPLE", bare, 0, 1, false, false}, opTuple: {"TUPLE", bare, 0, 1, true, false},
	opTuple1: {"TUPLE1", bare, 1, 1, false, false}, opTuple2: {"TUPLE2", bare, 2, 1, false, false}, opTuple3: {"TUPLE3", bare, 3, 1, false, false},
	opEmptyDict: {"EMPTY_DICT", bare, 0, 1, false, false}, opDict: {"DICT", bare, 0, 1, true, false},
	opSetItem: {"SETITEM", bare, 3, 1, false, false}, opSetItems: {"SETITEMS", bare, 1, 1, true, false},
	opEmptySet: {"EMPTY_SET", bare, 0, 1, false, false}, opAddItems: {"ADDITEMS", bare, 1, 1, true, false},
	opFrozenSet: {"FROZENSET", bare, 0, 1, true, false}, opPop: {"POP", bare, 1, 0, false, false}, opDup: {"DUP", bare, 1, 2, false, false},
	opMark: {"MARK", bare, 0, 0, false, false}, opPopMark: {"POP_MARK", bare, 0, 0, true, false},
	opGet: {"GET", line, 0, 1, false, false}, opBinGet: {"BINGET", uint1, 0, 1, false, false}, opLongBinGet: {"LONG_BINGET", uint4, 0, 1, false, false},
	opPut: {"PUT", line, 1, 1, false, false}, opBinPut: {"BINPUT", uint1, 1, 1, false, false}, opLongBinPut: {"LONG_BINPUT", uint4, 1, 1, false, false},
	opMemoize: {"MEMOIZE", bare, 1, 1, false, false}, opExt1: {"EXT1", uint1, 0, 1, false, true}, opExt2: {"EXT2", uint2, 0, 1, false, true},
	opExt4: {"EXT4", int4, 0, 1, false, true}, opGlobal: {"GLOBAL", linePair, 0, 1, false, false}, opStackGlobal: {"STACK_GLOBAL", bare, 2, 1, false, true},
	opReduce: {"REDUCE", bare, 2, 1, false, true}, opBuild: {"BUILD", bare, 2, 1, false, true}, opInst: {"INST", linePair, 0, 1, true, true},
	opObj: {"OBJ", bare, 0, 1, true, true}, opNewObj: {"NEWOBJ", bare, 2, 1, false, true}, opNewObjEx: {"NEWOBJ_EX", bare, 3, 1, false, true},
	opProto: {"PROTO", uint1, 0, 0, false, false}, opStop: {"STOP", bare, 1, 0, false, false}, opFrame: {"FRAME", uint8b, 0, 0, false, false},
	opPersID: {"PERSID", line, 0, 1, false, true}, opBinPersID: {"BINPERSID", bare, 1, 1, false, true},
}
