package rdata

import (
	"context"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Types of an object as they are written; those from 238 on are no types of R itself.
const (
	symSxp = 1 + iota
	listSxp
	closureSxp
	envSxp
	promiseSxp
	langSxp
	specialSxp
	builtinSxp
	charSxp
	logicalSxp
)

const (
	intSxp = 13 + iota
	realSxp
	complexSxp
	stringSxp
	dotSxp
	anySxp
	vectorSxp
	exprSxp
	bytecodeSxp
	extptrSxp
	weakrefSxp
	rawSxp
	s4Sxp
)

const (
	altrepSxp = 238 + iota
	attrListSxp
	attrLangSxp
	baseEnvSxp
	emptyEnvSxp
	bcRepRefSxp
	bcRepDefSxp
	genericRefSxp
	classRefSxp
	persistSxp
	packageSxp
	namespaceSxp
	baseNamespaceSxp
	missingArgSxp
	unboundSxp
	globalEnvSxp
	nilSxp
	refSxp
)

const (
	maxDepth = 4000
	maxRefs  = 400_000
	maxName  = 256
	maxKept  = 64 // bytes of a name that can be referred to
	maxText  = 16 << 10
	maxArgs  = 16 // arguments of one call that are looked at
)

// value is what is kept of an object: its type, and the name of a symbol, a text, or the function that a call calls.
type value struct {
	kind int
	name string
}

// walker walks the objects of a file.
type walker struct {
	source
	ctx   context.Context
	p     *inspect.Part
	refs  []value
	code  *code // the code that is walked, nil outside of code
	class string
	top   bool // of a workspace: its variables are next
	steps int
}

// object reads one object. inFrame says that it is the bindings of an environment.
func (w *walker) object(depth int, inFrame bool) value {
	flags := uint32(w.integer())
	return w.rest(flags, depth, inFrame)
}

func (w *walker) tooDeep(depth int) bool {
	if depth > maxDepth {
		w.Fail("objects lie more than %d deep in each other", maxDepth)
	}
	if w.steps++; w.steps&0xffff == 0 && w.ctx.Err() != nil {
		w.Fail("not looked at wholly in time")
	}
	return w.Err() != nil
}

// rest reads an object after its flags.
func (w *walker) rest(flags uint32, depth int, inFrame bool) value {
	kind := int(flags & 0xff)
	attributes, at := flags&(1<<9) != 0, w.Off()
	if w.tooDeep(depth) {
		return value{}
	}
	switch kind {
	case nilSxp, emptyEnvSxp, baseEnvSxp, globalEnvSxp, unboundSxp, missingArgSxp, baseNamespaceSxp:
		return value{kind: kind}
	case refSxp:
		return w.reference(flags)
	case symSxp:
		if w.integer()&0xff != charSxp {
			w.Fail("a symbol has no name")
		}
		return w.keep(value{symSxp, strings.Clone(cut(w.chars()))})
	case persistSxp, packageSxp, namespaceSxp:
		return w.names(kind, at)
	case envSxp:
		return w.environment(depth)
	case listSxp, langSxp, dotSxp, closureSxp, promiseSxp:
		return w.pairs(flags, depth, inFrame)
	case extptrSxp:
		w.keep(value{kind: kind})
		w.object(depth+1, false)
		w.object(depth+1, false)
	case weakrefSxp:
		w.keep(value{kind: kind})
	case specialSxp, builtinSxp:
		return value{kind, w.text(int64(w.integer()), maxName)}
	case charSxp:
		return value{charSxp, w.chars()}
	case logicalSxp, intSxp:
		w.numbers(w.length(), 4)
	case realSxp:
		w.numbers(w.length(), 8)
	case complexSxp:
		w.numbers(w.length(), 16)
	case rawSxp:
		w.bytes(w.length())
	case stringSxp:
		v := w.texts(at)
		w.attributes(attributes, depth)
		return v
	case vectorSxp, exprSxp:
		w.elements(kind, depth, inFrame)
	case bytecodeSxp:
		reps := w.integer()
		if reps < 0 || int64(reps) > w.Left() {
			w.Fail("byte code claims %d shared parts", reps)
			return value{}
		}
		w.bytecode(depth + 1)
	case s4Sxp:
	case altrepSxp:
		return w.altrep(depth)
	default:
		w.Fail("an object is of type %d, which is none", kind)
		return value{}
	}
	w.attributes(attributes, depth)
	return value{kind: kind}
}

func (w *walker) attributes(there bool, depth int) {
	if !there || w.Err() != nil {
		return
	}
	w.outsideCode(func() {
		v := w.object(depth+1, false)
		if v.kind != listSxp && v.kind != nilSxp && w.Err() == nil {
			w.Fail("attributes are an object of type %d", v.kind)
		}
	})
}

// reference is an object that was read before.
func (w *walker) reference(flags uint32) value {
	i := int(flags >> 8)
	if i == 0 {
		i = int(w.integer())
	}
	if w.Err() == nil && (i < 1 || i > len(w.refs)) {
		w.Fail("refers to object %d of %d", i, len(w.refs))
	}
	if w.Err() != nil {
		return value{}
	}
	return w.refs[i-1]
}

// keep remembers an object that can be referred to.
func (w *walker) keep(v value) value {
	if len(w.refs) >= maxRefs {
		w.Fail("has more than %d symbols and environments", maxRefs)
		return v
	}
	w.refs = append(w.refs, v)
	return v
}

// cut shortens a name that is kept.
func cut(s string) string { return s[:min(len(s), maxKept)] }

// chars reads a CHARSXP after its flags. NA has the length -1.
func (w *walker) chars() string {
	n := w.integer()
	if n == -1 {
		return ""
	}
	if n < 0 {
		w.Fail("a text is %d bytes long", n)
		return ""
	}
	return w.text(int64(n), maxText)
}

// names reads the name and version of a package, or what an application calls an object that it keeps elsewhere.
func (w *walker) names(kind int, at int64) value {
	if w.integer() != 0 {
		w.Fail("a package has names of names")
	}
	n := w.length()
	if n > 64 {
		w.Fail("a package has %d names", n)
	}
	first := ""
	for i := int64(0); i < n && w.Err() == nil; i++ {
		if w.integer()&0xff != charSxp {
			w.Fail("a package's name is no text")
		}
		if s := w.chars(); i == 0 {
			first = s
		}
	}
	if kind == persistSxp && w.Err() == nil {
		w.p.Say(inspect.Unknown, "r-outside-object", at, "names an object %s that the application must bring", inspect.Quote(first))
	}
	return w.keep(value{kind, strings.Clone(cut(first))})
}

// environment reads an environment: what it lies in, its bindings, and more.
func (w *walker) environment(depth int) value {
	if locked := w.integer(); locked != 0 && locked != 1 {
		w.Fail("an environment is neither locked nor open")
	}
	w.keep(value{kind: envSxp})
	w.outsideCode(func() {
		w.object(depth+1, false) // what it lies in
		w.object(depth+1, true)
		w.object(depth+1, true) // its table of bindings
		w.object(depth+1, false)
	})
	return value{kind: envSxp}
}

// texts reads a vector of texts. The first is kept; one in code that spells out a call counts as that call.
func (w *walker) texts(at int64) value {
	n := w.length()
	v := value{kind: stringSxp}
	if n > w.Left() {
		w.Fail("claims %d texts where %d bytes are left", n, w.Left())
	}
	for i := int64(0); i < n && w.Err() == nil; i++ {
		if flags := w.integer(); flags&0xff != charSxp {
			w.Fail("a text in a vector is an object of type %d", flags&0xff)
			return v
		}
		if w.code == nil && i > 0 {
			w.skipChars()
			continue
		}
		s := w.chars()
		if i == 0 {
			v.name = s
		}
		if w.code != nil {
			w.code.text(s, at)
		}
		if i&0xffff == 0xffff && w.ctx.Err() != nil {
			w.Fail("not looked at wholly in time")
		}
	}
	return v
}

func (w *walker) skipChars() {
	if n := w.integer(); n > 0 {
		w.text(int64(n), 0)
	} else if n < -1 {
		w.Fail("a text is %d bytes long", n)
	}
}

func (w *walker) elements(kind, depth int, inFrame bool) {
	n := w.length()
	if n > w.Left() {
		w.Fail("claims %d elements where %d bytes are left", n, w.Left())
	}
	for i := int64(0); i < n && w.Err() == nil; i++ {
		w.object(depth+1, inFrame)
	}
}

// altrep reads a vector in a form of its own: a description of its class, and what the class makes it from.
func (w *walker) altrep(depth int) value {
	at := w.Off()
	info := w.object(depth+1, false)
	w.object(depth+1, false)
	w.object(depth+1, false)
	if len(info.name) >= 4 && info.name[:4] == "mmap" {
		w.p.Say(inspect.Dangerous, "r-maps-file", at, "a vector of the class %s is read from another file that is named in it", inspect.Quote(info.name))
	}
	return value{kind: altrepSxp}
}
