package jinja

import (
	"sort"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// filterOver applies filters that stand without what they filter, as in {% filter a|b %}.
func (l *looker) filterOver(n *node, v value) value {
	if n.a != nil {
		v = l.filterOver(n.a, v)
	}
	return l.filtered(n, one(v)).first()
}

// filtered is base|name(arguments).
func (l *looker) filtered(n *node, base vals) vals {
	args, named := l.arguments(n)
	if !filter(n.text) {
		l.unknownFilter(n)
		return nil
	}
	l.names(n, args, named)
	r := each(base, func(v value) value { return l.apply(n, n.text, v, args, named) })
	for _, v := range r {
		if v.kind == vText {
			l.text(n.pos, v.s)
		}
	}
	return r
}

// names judges attributes that filters read by name.
func (l *looker) names(n *node, args []vals, named map[string]vals) {
	first := vals(nil)
	if len(args) > 0 {
		first = args[0]
	}
	switch n.text {
	case "attr":
		for _, v := range first {
			l.attribute(n.pos, v.str(), false)
		}
		if len(first) > 0 && first.first().kind == vUnknown || first.first().kind == vText && !first.first().whole() {
			l.say(inspect.Dangerous, "template-computed-name", n.pos, "attr", "reads an attribute whose name it computes")
		}
	case "map", "sum", "sort", "unique", "min", "max", "join", "groupby":
		for _, v := range named["attribute"] {
			l.path(n.pos, v)
		}
		at := -1
		switch n.text {
		case "groupby", "sum":
			at = 0
		case "join":
			at = 1
		}
		if at >= 0 && at < len(args) {
			for _, v := range args[at] {
				l.path(n.pos, v)
			}
		}
		if n.text == "map" && len(args) > 0 {
			l.mapped(n, args, named)
		}
	case "selectattr", "rejectattr":
		for _, v := range first {
			l.path(n.pos, v)
		}
	case "select", "reject":
	}
}

// mapped judges |map("filter", arguments): its filter by the same rules.
func (l *looker) mapped(n *node, args []vals, named map[string]vals) {
	name := args[0].first()
	if !name.whole() {
		l.say(inspect.Dangerous, "template-computed-name", n.pos, "map", "applies a filter whose name it computes")
		return
	}
	if !filter(name.s) {
		l.say(inspect.Unknown, "template-filter", n.pos, name.s, "uses the filter %s, which is none of Jinja's", inspect.Quote(name.s))
		return
	}
	if name.s != "map" {
		l.names(&node{kind: kFilter, pos: n.pos, text: name.s}, args[1:], named)
	}
}

// path judges a dotted name: "a.__class__.b".
func (l *looker) path(pos int, v value) {
	if v.kind != vText {
		return
	}
	for _, part := range strings.Split(v.s, ".") {
		l.attribute(pos, part, true)
	}
}

// apply is what a filter makes of a value.
func (l *looker) apply(n *node, name string, v value, args []vals, named map[string]vals) value {
	arg := func(i int) value { return argument(args, nil, i, "") }
	switch name {
	case "attr":
		if k := arg(0); k.whole() {
			return l.member(v, k.s)
		}
		return value{s: computed}
	case "string", "safe", "e", "escape", "forceescape", "striptags", "urlencode", "pprint", "unsafe", "wordwrap", "truncate", "xmlattr", "urlize", "tojson", "to_json":
		if v.kind == vText || name == "string" || name == "safe" {
			return text(v.str())
		}
		return text(string(hole))
	case "default", "d":
		if v.kind == vUnknown || v.kind == vGlobal {
			return arg(0)
		}
		return v
	case "lower", "upper", "title", "capitalize", "trim", "replace", "strip", "lstrip", "rstrip":
		if v.kind == vText || v.kind == vGlobal {
			return changed(v.str(), name, arg(0), arg(1))
		}
		return text(string(hole))
	case "center", "indent":
		if w := arg(0); w.kind == vInteger && w.i > 1_000_000 {
			l.exhausts(n.pos, "makes a text %d letters long", w.i)
		}
		return text(strings.TrimSpace(v.str()))
	case "format":
		if v.kind == vText {
			var list []value
			for _, a := range args {
				list = append(list, a.first())
			}
			return l.percent(n.pos, v, value{kind: vList, list: list})
		}
	case "join":
		sep := ""
		if s := argument(args, named, 0, "d"); s.kind == vText {
			sep = s.s
		}
		return joined(sep, v)
	case "reverse":
		if v.kind == vText {
			return slice(v, [3]value{{kind: vNone}, {kind: vNone}, integer(-1)})
		}
		return slice(v, [3]value{{kind: vNone}, {kind: vNone}, integer(-1)})
	case "list":
		return sequence(v)
	case "first", "last", "random", "min", "max":
		items := sequence(v)
		if items.kind != vList || len(items.list) == 0 {
			return value{}
		}
		if name == "last" {
			return items.list[len(items.list)-1]
		}
		return items.list[0]
	case "sort", "unique":
		items := sequence(v)
		if name == "sort" && items.kind == vList {
			sorted := append([]value{}, items.list...)
			sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].str() < sorted[j].str() })
			return list(sorted)
		}
		return items
	case "items", "dictsort", "keys", "values":
		if v.kind == vDict {
			if name == "dictsort" {
				name = "items"
			}
			return pairs(v, name)
		}
	case "map":
		return l.mapValues(n, v, args, named)
	case "select", "reject", "selectattr", "rejectattr", "batch":
		v = sequence(v)
		if v.kind != vList {
			v = value{kind: vList, size: 1, i: 1 << 20}
		}
		v.s = name
		return v
	case "length", "count":
		switch v.kind {
		case vText:
			if v.whole() {
				return integer(int64(len([]rune(v.s))))
			}
		case vList:
			if v.i == 0 && v.s == "" {
				return integer(int64(len(v.list)))
			}
		case vDict:
			return integer(int64(len(v.list) / 2))
		}
	case "int", "float", "abs", "round":
		if v.kind == vInteger || v.kind == vFloat {
			return v
		}
	case "sum":
		return l.sum(v, arg(1), named)
	}
	return value{}
}

// sequence is a value as a list of its members.
func sequence(v value) value {
	switch v.kind {
	case vList:
		v.s = ""
		return v
	case vText:
		return list(letters(v.s))
	case vDict:
		return pairs(v, "keys")
	case vGlobal:
		if s := builtinText(v.s); s != string(hole) {
			return list(letters(s))
		}
	}
	return value{}
}

// mapValues is v|map("filter"), or v|map(attribute="name").
func (l *looker) mapValues(n *node, v value, args []vals, named map[string]vals) value {
	items := sequence(v)
	if items.kind != vList || len(items.list) > maxUnroll || len(args) == 0 {
		return value{kind: vList, size: 1, s: "map", i: 1 << 20}
	}
	name := args[0].first()
	if !name.whole() || !filter(name.s) || name.s == "map" {
		return value{}
	}
	var out []value
	for _, w := range items.list {
		out = append(out, l.apply(n, name.s, w, args[1:], named))
	}
	r := list(out)
	r.s = "map"
	return r
}

// sum adds the members of a list, which joins lists and, with a text to begin with, nothing else.
func (l *looker) sum(v, start value, named map[string]vals) value {
	items := sequence(v)
	if s, ok := named["start"]; ok {
		start = s.first()
	}
	if start.kind == vUnknown {
		start = integer(0)
	}
	for _, w := range items.list {
		switch {
		case start.kind == vList && w.kind == vList:
			start = list(append(append([]value{}, start.list...), w.list...))
		case start.kind == vText:
			start = text(start.s + w.str())
		default:
			start = numbers("+", start, w)
		}
	}
	if items.kind != vList {
		return value{}
	}
	return start
}
