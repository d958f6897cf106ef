package jinja

import (
	"math"
	"strconv"
	"strings"
)

type valueKind uint8

const (
	vUnknown valueKind = iota
	vNone
	vBool
	vInteger
	vFloat
	vText   // s; each hole in it stands for any text
	vList   // list, also of tuples; s: the filter whose generator it is, if it is one
	vDict   // list: key, value, key, value ...
	vNames  // a namespace, with what its attributes may hold
	vMacro  // of the template
	vGlobal // s: a name that the environment gives, which nothing in the template has taken
	vMethod // s of list[0]
)

// hole stands in a text for what is not known of it. A template that has the character itself gets a wildcard for it.
const hole = '\ufdd0'

// computed is the s of an unknown value that came out of another by a key that is not known either.
const computed = "computed"

const (
	maxText    = 4096 // bytes of a folded text
	maxMembers = 1024 // of a folded list
)

// value is what is known of what an expression gives.
type value struct {
	kind  valueKind
	i     int64
	f     float64
	s     string
	list  []value
	size  int // of list, with all that is in it
	names *names
	macro *node
}

// names is what a namespace's attributes may hold. It is shared by all that refer to it.
type names struct {
	fields map[string]vals
}

func text(s string) value {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + string(hole)
	}
	return value{kind: vText, s: s}
}

func integer(n int64) value { return value{kind: vInteger, i: n} }

func boolean(b bool) value {
	if b {
		return value{kind: vBool, i: 1}
	}
	return value{kind: vBool}
}

func list(l []value) value { return members(vList, l) }

func dict(l []value) value { return members(vDict, l) }

// members makes a list or dictionary, or an unknown value of what would be too large. That bounds walks over it.
func members(k valueKind, l []value) value {
	size := 1
	for _, v := range l {
		size += 1 + v.size
	}
	if size > 2*maxMembers {
		return value{}
	}
	return value{kind: k, list: l, size: size}
}

// whole says whether all of a text is known.
func (v value) whole() bool { return v.kind == vText && !strings.ContainsRune(v.s, hole) }

// str is a value as Jinja prints it, with holes for what is not known.
func (v value) str() string {
	switch v.kind {
	case vText:
		return v.s
	case vNone:
		return "None"
	case vBool:
		if v.i != 0 {
			return "True"
		}
		return "False"
	case vInteger:
		return strconv.FormatInt(v.i, 10)
	case vFloat:
		if v.f == math.Trunc(v.f) && math.Abs(v.f) < 1e15 {
			return strconv.FormatFloat(v.f, 'f', 1, 64)
		}
		return strconv.FormatFloat(v.f, 'g', -1, 64)
	case vGlobal:
		return builtinText(v.s)
	case vList:
		if v.s != "" {
			return builtinText(v.s)
		}
	}
	return string(hole)
}

// same compares as far as merging alternatives needs it.
func (v value) same(w value) bool {
	if v.kind != w.kind || v.i != w.i || v.f != w.f || v.s != w.s || v.names != w.names || v.macro != w.macro || len(v.list) != len(w.list) {
		return false
	}
	for i := range v.list {
		if !v.list[i].same(w.list[i]) {
			return false
		}
	}
	return true
}

// vals is the values that an expression may have, the likeliest first: one after the other where branches meet. None is the same
// as one unknown value.
type vals []value

const maxVals = 6

func one(v value) vals { return vals{v} }

// or adds alternatives, which come first.
func (a vals) or(b vals) vals {
	if len(a) == 0 {
		a = vals{{}}
	}
	out := append(vals{}, b...)
	for _, v := range a {
		known := false
		for _, w := range out {
			known = known || w.same(v)
		}
		if !known && len(out) < maxVals {
			out = append(out, v)
		}
	}
	return out
}

// first is the likeliest value.
func (a vals) first() value {
	if len(a) == 0 {
		return value{}
	}
	return a[0]
}
