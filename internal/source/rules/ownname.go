package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// ownName says whether a name may be one of the target's own functions: dotted, and of no value of unknown kind.
func ownName(name string) bool {
	return strings.ContainsAny(name, "./") && !strings.HasPrefix(name, "?.") && !strings.Contains(name, "[]")
}

// ownCallee is the name of what a call calls, where that may be one of the target's own functions; empty: it cannot. Functions of
// JavaScript that are kept in a constant, in a field of the class or in an object are named as others are.
func (l *look) ownCallee(call syntax.ID, name string) string {
	if ownName(name) {
		return name
	}
	if l.t.Language != syntax.JavaScript || !strings.HasPrefix(name, "?.") {
		return ""
	}
	return l.ownValue(l.t.Child(call, 0))
}

// ownValue is the name of the function of this file that an expression stands for; empty: it is none.
func (l *look) ownValue(expr syntax.ID) string {
	t := l.t
	switch t.Kind(expr) {
	case syntax.Ident:
		b := l.f.Binding(expr)
		switch t.Kind(b) {
		case syntax.Function:
			return l.f.Module + "." + t.Name(expr)
		case syntax.Assign:
			if f, _ := l.functionBehind(l.f.Value(b)); f != 0 {
				return l.f.Module + "." + t.Name(expr)
			}
		}
	case syntax.Attribute:
		object := t.Child(expr, 0)
		if t.Kind(object) != syntax.Ident {
			return ""
		}
		if t.Name(object) == "this" {
			if class := l.classOf(expr); class != "" {
				return l.f.Module + "." + class + "." + t.Name(expr)
			}
			return ""
		}
		if b := l.f.Binding(object); t.Kind(b) == syntax.Assign && t.Kind(l.f.Value(b)) == syntax.Dict {
			return l.f.Module + "." + t.Name(object) + "." + t.Name(expr)
		}
	}
	return ""
}

// classOf is the name of the class that a node stands in.
func (l *look) classOf(id syntax.ID) string {
	for s := l.f.Scope(id); s != 0; s = l.f.Scope(s) {
		if l.t.Kind(s) == syntax.Class {
			return l.t.Name(s)
		}
	}
	return ""
}

// handedIn adds the functions that a call is handed to run: pages.map(embed), after(() => …, log), run_in_executor(None, answer).
func (l *look) handedIn(call syntax.ID, calls []uint64) []uint64 {
	switch calledLast(l, call) {
	case "map", "flatMap", "forEach", "then", "finally", "all", "waitUntil", "after", "from", "setImmediate", "setTimeout", "to_thread", "run_in_executor", "run_in_threadpool", "add_task", "submit", "run_sync", "run_async":
	default:
		return calls
	}
	for a := l.t.Child(call, 1); a != 0; a = l.t.Next(a) {
		if k := l.t.Kind(a); k != syntax.Ident && k != syntax.Attribute {
			continue
		}
		name := l.f.Name(a)
		if !ownName(name) {
			name = l.ownValue(a)
		}
		if name != "" && len(calls) < maxCalls {
			calls = append(calls, hashed(name))
		}
	}
	return calls
}

// Functions of these folders of Nuxt are known in all files of the server without an import.
var nuxtFile = pattern.New(`(?:^|/)server/(?:api|routes|utils|lib|services)/`)

const everywhereInNuxt = "nuxt:"

// keysOf are the hashes of the names under which a function of this file may be called from elsewhere.
func (l *look) keysOf(function syntax.ID) []uint64 {
	own := l.dotted(function)
	if own == "" {
		return nil
	}
	keys := endings(own)
	if l.t.Language != syntax.JavaScript {
		return keys
	}
	module, name := l.f.Module, strings.TrimPrefix(own, l.f.Module)
	if i := strings.LastIndexByte(module, '/'); i > 0 { // handed on by the folder's index
		keys = append(keys, endings(module[:i]+name)...)
	}
	if nuxtFile.MatchString(l.f.Path) {
		keys = append(keys, hashed(everywhereInNuxt+strings.TrimPrefix(name, ".")))
	}
	if l.isDefault(function) {
		keys = append(keys, endings(module)...)
	}
	if class := l.f.Scope(function); class != 0 && l.t.Kind(class) == syntax.Class { // import Bot from "./bot"; export const bot = new Bot()
		method := name[strings.LastIndexByte(name, '.'):]
		for _, kept := range l.keptAs(class) {
			keys = append(keys, endings(module+kept+method)...)
		}
	}
	return keys
}

// keptAs are the other names by which a class, or the one object that is made of it, is known outside of the file: "" is the file itself.
func (l *look) keptAs(class syntax.ID) []string {
	t := l.t
	if l.kept == nil {
		l.kept = map[string][]string{}
		for c := range t.Children(t.Root) {
			byDefault := t.Kind(c) == syntax.Export && t.Name(c) == "default"
			value := c
			if t.Kind(c) == syntax.Export {
				value = t.Child(c, 0)
			}
			name := ""
			if t.Kind(value) == syntax.ExprStmt {
				value = t.Child(value, 0)
			}
			if t.Kind(value) == syntax.Assign {
				target := t.Child(value, 0)
				if byDefault = byDefault || t.Code(target) == "module.exports"; !byDefault {
					name = "." + t.Name(target)
				}
				value = l.f.Value(value)
			}
			made := t.Kind(value) == syntax.Call && t.Is(value, syntax.New)
			if made {
				value = t.Child(value, 0)
			}
			switch t.Kind(value) {
			case syntax.Class, syntax.Ident:
				if own := t.Name(value); byDefault || made && name != "" {
					l.kept[own] = append(l.kept[own], name)
				}
			}
		}
	}
	return l.kept[t.Name(class)]
}

// isDefault says whether a function is what the file exports by itself.
func (l *look) isDefault(function syntax.ID) bool {
	if !l.defaultRead {
		l.defaultRead = true
		if strings.Contains(l.t.Source, "export default") || strings.Contains(l.t.Source, "module.exports") || strings.Contains(l.t.Source, "as default") {
			for _, x := range l.exports() {
				if x.name == "default" {
					l.defaultOf = x.function
				}
			}
		}
	}
	return function == l.defaultOf
}
