package inventory

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// spoken are roles of a conversation.
var spoken = pattern.New(`(?i)^(?:system|human|user|ai|assistant|developer)$`)

// turn notes the text of a pair of role and text in a list of them: ChatPromptTemplate.fromMessages([["system", "..."]]).
func (l *look) turn(id syntax.ID) {
	t := l.t
	first := t.Child(id, 0)
	if t.Language == syntax.Python || t.Kind(first) != syntax.Str || t.Kind(t.Parent(id)) != syntax.List || t.Next(first) == 0 || t.Next(t.Next(first)) != 0 {
		return
	}
	who, _ := t.Text(first)
	if !spoken.MatchString(who) || !l.ai {
		return
	}
	role := "template"
	if who == "system" || who == "developer" {
		role = "system"
	}
	l.promptAt(t.Next(first), role, who)
}

// functionName is what a function is called: by itself, or by the variable, the key or the call that it is given to.
func (l *look) functionName(fn syntax.ID) string {
	t := l.t
	if name := t.Name(fn); name != "" || t.Language == syntax.Python {
		return name
	}
	for at, p := fn, t.Parent(fn); p != 0; at, p = p, t.Parent(p) {
		switch t.Kind(p) {
		case syntax.Cast, syntax.Export:
			continue
		case syntax.Assign:
			if first := t.Child(p, 0); first != at && (t.Kind(first) == syntax.Ident || t.Kind(first) == syntax.Attribute) {
				return t.Name(first)
			}
		case syntax.Pair:
			name, _ := t.Text(t.Child(p, 0))
			return name
		case syntax.Call:
			if callee := t.Child(p, 0); callee != at && (t.Kind(callee) == syntax.Ident || t.Kind(callee) == syntax.Attribute) {
				return t.Name(callee)
			}
		}
		return ""
	}
	return ""
}

// givenBack notes a prompt that a function gives back, at the function. What it gives back in several ways is one prompt.
func (l *look) givenBack(fn, v syntax.ID) {
	name := l.functionName(fn)
	if !promptWord.MatchString(name) && !promptFunction.MatchString(name) {
		return
	}
	role := "template"
	if systemWord.MatchString(name) {
		role = "system"
	}
	before := len(l.found)
	l.text(v, role, name, ByName)
	if l.t.Language == syntax.Python {
		if len(l.found) > before {
			l.another(fn, before)
		}
		return
	}
	if len(l.found) == before {
		return
	}
	if p := l.t.Parent(fn); l.t.Kind(p) != syntax.Call { // a callback stands where its text does
		l.whole(fn, before)
	}
}

// appended notes what is appended to a variable that is named after prompts: at the function, where that is named so, else at the variable.
func (l *look) appended(id syntax.ID) {
	t := l.t
	target := t.Child(id, 0)
	if t.Language == syntax.Python || t.Kind(target) != syntax.Ident || t.Name(id) != "+=" || !promptWord.MatchString(t.Name(target)) {
		return
	}
	at := l.f.Binding(target)
	if at == 0 || t.Kind(at) != syntax.Assign {
		return
	}
	if fn := t.Enclosing(id, syntax.Function); fn != 0 {
		if name := l.functionName(fn); promptWord.MatchString(name) || promptFunction.MatchString(name) {
			at = fn
		}
	}
	role := "template"
	if systemWord.MatchString(t.Name(target)) {
		role = "system"
	}
	before := len(l.found)
	l.text(t.Child(id, 1), role, t.Name(target), ByName)
	if len(l.found) > before {
		l.whole(at, before)
	}
}

// another makes what a function of Python gives back in a further way a part of the prompt that it gives back first.
func (l *look) another(fn syntax.ID, noted int) {
	if _, known := l.holders[fn]; known {
		l.whole(fn, noted)
		return
	}
	if l.holders == nil {
		l.holders = map[syntax.ID]int{}
	}
	l.holders[fn] = noted
}

// whole makes a text that was just noted a part of the prompt that a function or a variable holds.
func (l *look) whole(at syntax.ID, noted int) {
	a := &l.found[noted]
	delete(l.known, key{a.Kind.Group(), a.Name, a.Line})
	if i, known := l.holders[at]; known {
		old := &l.found[i]
		sum := sha256.Sum256([]byte(old.Digest + a.Digest))
		old.Digest = "sha256:" + hex.EncodeToString(sum[:])
		if v := a.Detail["variables"]; v != "" {
			if old.Detail["variables"] != "" {
				v = old.Detail["variables"] + ", " + v
			}
			old.Detail["variables"] = v
		}
		l.found = l.found[:noted]
		return
	}
	if l.holders == nil {
		l.holders = map[syntax.ID]int{}
	}
	l.holders[at] = noted
	a.Line, _ = l.t.Line(l.t.Node(at).Start)
}
