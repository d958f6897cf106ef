package jinja

type kind uint8

const (
	// expressions
	kConst     kind = iota // val
	kName                  // text
	kNSRef                 // text, a name; attr: {% set name.attr = ... %}
	kTuple                 // list
	kList                  // list
	kDict                  // list: key, value, key, value ...
	kAttr                  // a.text
	kItem                  // a[b]
	kSlice                 // list: three, any of them nil
	kCall                  // a(list, keywords, *b, **c)
	kFilter                // a|text(list ...); a is nil in blocks
	kTest                  // a is text(list ...)
	kNot                   // a
	kNegative              // a
	kPositive              // a
	kBinary                // a text b
	kCompare               // a, then list of kOperand
	kOperand               // text a
	kAnd                   // a, b
	kOr                    // a, b
	kConcat                // list
	kCondition             // b if a else c; c may be nil

	// statements
	kData        // text
	kOutput      // list
	kSet         // a = b
	kSetBlock    // a, filtered by b or nil, body
	kFor         // for a in b if c, body, other; recursive
	kIf          // a, body; list: kIf of elif; other
	kMacro       // text, list: parameters, defaults, body
	kCallBlock   // a is the call; like a macro
	kFilterBlock // a, body
	kBlock       // text, body
	kExtends     // a
	kInclude     // a
	kImport      // a as text
	kFrom        // from a import keywords
	kWith        // list: target, value, target, value ...; body
	kAutoescape  // a, body
	kDo          // a
	kLoopControl // text
	kGeneration  // body
	kTrans       // keywords, body
	kDebug
)

// node is one node of a template's syntax tree; its kind says which fields mean what.
type node struct {
	kind     kind
	pos      int
	depth    int // of the tree below it
	text     string
	attr     string
	val      value
	a, b, c  *node
	list     []*node
	keywords []keyword
	defaults []*node
	body     []*node
	other    []*node
	again    bool // a recursive for
}

type keyword struct {
	name string
	val  *node
}

// Template is a template's syntax tree.
type Template struct {
	body []*node
}
