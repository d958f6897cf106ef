package script

// kind is what a token is. The order matters: from firstWord on a token can be the name of a property, from tIdent on the name of a
// variable.
type kind uint8

const (
	tEOF   kind = iota
	tError      // the statement is broken here; nothing is read on before the next one
	tOpenBrace
	tCloseBrace
	tOpenParen
	tCloseParen
	tOpenBracket
	tCloseBracket
	tSemicolon
	tComma
	tColon
	tDot
	tEllipsis
	tQuestion
	tOptional // ?.
	tArrow
	tAt
	tAssign
	tAugment // += and its kin
	tSlashAssign
	tNot
	tTilde
	tIncrement
	tDecrement
	tPlus
	tMinus
	tStar
	tPower
	tSlash
	tPercent
	tAnd
	tOr
	tXor
	tLogicAnd
	tLogicOr
	tNullish
	tEqual // == != === !==
	tLess
	tGreater
	tLessEqual // <= and >=
	tShift     // << >> >>>
	tTemplate  // the opening `
	tString
	tNumber
	tPrivate // #name

	// Words that are no names of variables.
	tBreak
	tCase
	tCatch
	tClass
	tConst
	tContinue
	tDebugger
	tDefault
	tDelete
	tDo
	tElse
	tEnum
	tExport
	tExtends
	tFalse
	tFinally
	tFor
	tFunction
	tIf
	tImport
	tIn
	tInstanceof
	tNew
	tNull
	tReturn
	tSuper
	tSwitch
	tThis
	tThrow
	tTrue
	tTry
	tTypeof
	tVar
	tVoid
	tWhile
	tWith

	tIdent
	// Words that mean something in some places only.
	tAbstract
	tAccessor
	tAs
	tAsserts
	tAsync
	tAwait
	tDeclare
	tDefer
	tFrom
	tGet
	tGlobal
	tImplements
	tInfer
	tInterface
	tIs
	tKeyof
	tLet
	tModule
	tNamespace
	tOf
	tOut
	tOverride
	tPrivateWord
	tProtected
	tPublic
	tReadonly
	tRequire
	tSatisfies
	tSet
	tStatic
	tType
	tUnique
	tUsing
	tYield
	kinds

	firstWord = tBreak
)

// token is one token. Its text is its span.
type token struct {
	kind       kind
	nl         bool // a line ends before it
	start, end uint32
}

func (k kind) isName() bool  { return k >= firstWord }
func (k kind) isIdent() bool { return k >= tIdent }

var words = []struct {
	text string
	kind kind
}{
	{"break", tBreak}, {"case", tCase}, {"catch", tCatch}, {"class", tClass}, {"const", tConst}, {"continue", tContinue},
	{"debugger", tDebugger}, {"default", tDefault}, {"delete", tDelete}, {"do", tDo}, {"else", tElse}, {"enum", tEnum},
	{"export", tExport}, {"extends", tExtends}, {"false", tFalse}, {"finally", tFinally}, {"for", tFor}, {"function", tFunction},
	{"if", tIf}, {"import", tImport}, {"in", tIn}, {"instanceof", tInstanceof}, {"new", tNew}, {"null", tNull}, {"return", tReturn},
	{"super", tSuper}, {"switch", tSwitch}, {"this", tThis}, {"throw", tThrow}, {"true", tTrue}, {"try", tTry}, {"typeof", tTypeof},
	{"var", tVar}, {"void", tVoid}, {"while", tWhile}, {"with", tWith},
	{"abstract", tAbstract}, {"accessor", tAccessor}, {"as", tAs}, {"asserts", tAsserts}, {"async", tAsync}, {"await", tAwait},
	{"declare", tDeclare}, {"defer", tDefer}, {"from", tFrom}, {"get", tGet}, {"global", tGlobal}, {"implements", tImplements},
	{"infer", tInfer}, {"interface", tInterface}, {"is", tIs}, {"keyof", tKeyof}, {"let", tLet}, {"module", tModule},
	{"namespace", tNamespace}, {"of", tOf}, {"out", tOut}, {"override", tOverride}, {"private", tPrivateWord},
	{"protected", tProtected}, {"public", tPublic}, {"readonly", tReadonly}, {"require", tRequire}, {"satisfies", tSatisfies},
	{"set", tSet}, {"static", tStatic}, {"type", tType}, {"unique", tUnique}, {"using", tUsing}, {"yield", tYield},
}

// wordTable finds words by their first two letters and length; words that share a place stand behind each other.
var wordTable = func() (table [1024]uint8) {
	for i, w := range words {
		h := wordHash(w.text)
		for table[h] != 0 {
			h = (h + 1) % len(table)
		}
		table[h] = uint8(i + 1)
	}
	return table
}()

func wordHash(s string) int { return (int(s[0])*7 + int(s[1])*31 + len(s)*131) % 1024 }

// wordKind is the kind of a word, tIdent for most.
func wordKind(s string) kind {
	if len(s) < 2 || len(s) > 10 {
		return tIdent
	}
	for h := wordHash(s); ; h = (h + 1) % len(wordTable) {
		i := wordTable[h]
		if i == 0 {
			return tIdent
		}
		if w := &words[i-1]; w.text == s {
			return w.kind
		}
	}
}

// precedence of operators between two operands; 0 for all others.
var precedence = [kinds]uint8{
	tNullish: 1, tLogicOr: 2, tLogicAnd: 3, tOr: 4, tXor: 5, tAnd: 6, tEqual: 7,
	tLess: 8, tGreater: 8, tLessEqual: 8, tIn: 8, tInstanceof: 8,
	tShift: 9, tPlus: 10, tMinus: 10, tStar: 11, tSlash: 11, tPercent: 11, tPower: 12,
}

const relational = 8

// Classes of bytes.
const (
	cOther byte = iota
	cSpace
	cLine
	cLetter // letters, _ and $
	cDigit
	cWide // part of a character beyond ASCII
)

var class = func() (table [256]byte) {
	for c := range table {
		switch {
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			table[c] = cSpace
		case c == '\n' || c == '\r':
			table[c] = cLine
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$':
			table[c] = cLetter
		case c >= '0' && c <= '9':
			table[c] = cDigit
		case c >= 0x80:
			table[c] = cWide
		}
	}
	return table
}()
