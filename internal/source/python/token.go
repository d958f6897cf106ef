package python

// token is what the lexer gives: a kind and its bytes. Operators and keywords are kinds of their own.
type token struct {
	kind       kind
	cut        bool // a string that is not closed, or a number with letters that mean nothing
	start, end uint32
}

type kind uint8

const (
	eof kind = iota
	newline
	indent
	dedent
	name
	number
	text   // a string literal without parts
	format // the beginning of an f-string or t-string: start to the quotes' end
	bad    // a byte that begins nothing

	lparen
	rparen
	lbrack
	rbrack
	lbrace
	rbrace
	comma
	colon
	semi
	dot
	ellipsis
	arrow
	assign  // =
	walrus  // :=
	augment // += and the like
	star
	power
	plus
	minus
	slash
	slashes
	percent
	at_
	shift
	amp
	pipe
	caret
	tilde
	compare // < > == != <= >= <>
	bang    // ! of an f-string
	firstKeyword
)

const (
	kFalse = firstKeyword + iota
	kNone
	kTrue
	kAnd
	kAs
	kAssert
	kBreak
	kClass
	kContinue
	kDef
	kDel
	kElif
	kElse
	kExcept
	kFinally
	kFor
	kFrom
	kGlobal
	kIf
	kImport
	kIn
	kIs
	kLambda
	kNonlocal
	kNot
	kOr
	kPass
	kRaise
	kReturn
	kTry
	kWhile
	kWith
	kYield
)

func keyword(s string) kind {
	switch len(s) {
	case 2:
		switch s {
		case "as":
			return kAs
		case "if":
			return kIf
		case "in":
			return kIn
		case "is":
			return kIs
		case "or":
			return kOr
		}
	case 3:
		switch s {
		case "and":
			return kAnd
		case "def":
			return kDef
		case "del":
			return kDel
		case "for":
			return kFor
		case "not":
			return kNot
		case "try":
			return kTry
		}
	case 4:
		switch s {
		case "None":
			return kNone
		case "True":
			return kTrue
		case "elif":
			return kElif
		case "else":
			return kElse
		case "from":
			return kFrom
		case "pass":
			return kPass
		case "with":
			return kWith
		}
	case 5:
		switch s {
		case "False":
			return kFalse
		case "break":
			return kBreak
		case "class":
			return kClass
		case "raise":
			return kRaise
		case "while":
			return kWhile
		case "yield":
			return kYield
		}
	case 6:
		switch s {
		case "assert":
			return kAssert
		case "except":
			return kExcept
		case "global":
			return kGlobal
		case "import":
			return kImport
		case "lambda":
			return kLambda
		case "return":
			return kReturn
		}
	case 7:
		if s == "finally" {
			return kFinally
		}
	case 8:
		switch s {
		case "continue":
			return kContinue
		case "nonlocal":
			return kNonlocal
		}
	}
	return name
}
