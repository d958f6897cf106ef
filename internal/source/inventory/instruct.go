package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Texts that instruct a model and stand where no name says so: they begin as nothing else begins, stand in a pair of role and text, or are
// put together in a function that is named after prompts.
var (
	// addressed begins what tells somebody who they are, taught what tells them what to work with.
	addressed  = pattern.New(`(?i)^[\s#*<>\w/]{0,40}?\b(?:you are|you're|you will be|act as|imagine you are|your (?:task|role|job|goal) is)\b`)
	whoTheyAre = pattern.New(`(?i)\b(?:assistant|agent|chat ?bot|\bbot\b|AI\b|language model|expert|helper|specialist|analyst|writer|copywriter|researcher|engineer|developer|programmer|reviewer|editor|translator|tutor|teacher|coordinator|director|manager|classifier|generator|planner|summari[sz]er|advisor|consultant|moderator|interviewer|scientist|architect|given|task is|role is)\b`)
	taught     = pattern.New(`(?i)^\s*(?:you (?:may|must|should|can) (?:only )?use the|use the|given (?:the|a|an|some)|answer the|based on the|using the|summari[sz]e the|extract (?:the|all)|classify the|rewrite the|rephrase the|translate the|analy[sz]e the)\b[^.?!\n]{0,60}\b(?:context|conversation|questions?|documents?|text|sources?|history|schema|passages?|articles?|transcripts?|excerpts?|search results|user input|message|quer(?:y|ies))\b`)
	spoken     = pattern.New(`(?i)^(?:system|human|user|ai|assistant|developer)$`)
)

// minTaught is the length from which what begins like a lesson is one.
const minTaught = 60

// instructions looks at all texts that are not known as prompts when the rest is known.
func (l *look) instructions() {
	if l.t.Language == syntax.Python {
		return
	}
	known := map[int]bool{}
	for i := range l.found {
		if l.found[i].Kind == lodemark.KindPrompt {
			for line := l.found[i].Line; line <= l.found[i].EndLine; line++ {
				known[line] = true
			}
		}
	}
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		if k := l.t.Kind(id); k != syntax.Str && k != syntax.Format || l.t.Node(id).End-l.t.Node(id).Start < 30 {
			continue
		}
		if line, _ := l.t.Line(l.t.Node(id).Start); !known[line] {
			l.instruction(id)
		}
	}
}

// instruction notes a text that begins as only instructions to a model do.
func (l *look) instruction(id syntax.ID) {
	t := l.t
	if t.Language == syntax.Python {
		return
	}
	start := t.Code(id)
	start = strings.TrimLeft(start[:min(len(start), 200)], "\"'` \n\t\\")
	if len(start) < 20 || !strings.Contains(start, " ") {
		return
	}
	role := ""
	switch {
	case addressed.MatchString(start) && whoTheyAre.MatchString(start):
		role = "system"
	case t.Node(id).End-t.Node(id).Start > minTaught && taught.MatchString(start):
		role = "template"
	default:
		return
	}
	name, holder := "", syntax.ID(0)
	for at, p := id, t.Parent(id); p != 0; at, p = p, t.Parent(p) {
		switch t.Kind(p) {
		case syntax.Binary, syntax.Logic, syntax.Cast, syntax.Conditional, syntax.Interp, syntax.Format, syntax.List:
			if k := t.Kind(p); k == syntax.Interp || k == syntax.Format || k == syntax.Binary && t.Child(p, 0) != at {
				return // a part of a text that begins with something else
			}
			continue
		case syntax.Compare, syntax.Case, syntax.Attr, syntax.Raise, syntax.Strings:
			return
		case syntax.Pair:
			if t.Last(p) != at {
				return
			}
			name, _ = t.Text(t.Child(p, 0))
		case syntax.Assign:
			if first := t.Child(p, 0); t.Kind(first) == syntax.Ident || t.Kind(first) == syntax.Attribute {
				name = t.Name(first)
			}
		case syntax.Param:
			name = t.Name(p)
		case syntax.Call:
			if callee := t.Child(p, 0); t.Kind(callee) == syntax.Attribute && textMethod(t.Name(callee)) && callee == at {
				continue
			} else if k := t.Kind(callee); k == syntax.Ident || k == syntax.Attribute {
				if name = t.Name(callee); shown.MatchString(t.Code(callee)[:min(40, len(t.Code(callee)))]) {
					return
				}
			}
		case syntax.Attribute:
			continue
		case syntax.Return, syntax.Function:
			fn := p
			if t.Kind(p) == syntax.Return {
				fn = t.Enclosing(p, syntax.Function)
			}
			if name = l.functionName(fn); name != "" && fn != 0 && t.Kind(t.Parent(fn)) != syntax.Call {
				holder = fn
			}
		}
		break
	}
	if notTold.MatchString(name) {
		return
	}
	if name == "" {
		name = role
	}
	before := len(l.found)
	if l.text(id, role, name, ByName); holder != 0 && len(l.found) > before {
		l.whole(holder, before)
	}
}

var (
	// shown are calls that show or raise a text, or hold it against another one; notTold names texts for people.
	shown   = pattern.New(`^(?:console|logger|log|toast|alert|expect|assert|describe|it|test|Error|\w*Error|t|i18n|print|process)\b`)
	notTold = pattern.New(`(?i)^(?:error|title|label|placeholder|tooltip|heading|subtitle|subject|html|body|toast|alt|caption|summary|bio|about|default_?message|message|description|help|hint|notice)$`)
)

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
	if l.t.Language == syntax.Python {
		l.text(v, role, name, ByName)
		return
	}
	before := len(l.found)
	l.text(v, role, name, ByName)
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
