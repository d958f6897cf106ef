package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Texts that instruct a model and stand where no name says so are known by how they begin, in every language: as nothing else begins that is
// written for people. They are kept until the rest of the file is known, as most of them are prompts that something names.
var (
	// addressed begins what tells somebody who they are or what they have to do; taught what tells them what to work with.
	addressed  = pattern.New(`(?i)^[\s#*<>\w/]{0,40}?\b(?:you are|you're|you will be|act as|imagine you are|your (?:task|role|job|goal) is)\b`)
	whoTheyAre = pattern.New(`(?i)\b(?:assistant|agent|chat ?bot|\bbot\b|AI\b|language model|expert|helper|specialist|analyst|writer|copywriter|researcher|engineer|developer|programmer|reviewer|editor|translator|tutor|teacher|coordinator|director|manager|classifier|generator|planner|summari[sz]er|advisor|consultant|moderator|interviewer|scientist|architect|given|task is|role is)\b`)
	taught     = pattern.New(`(?i)^\s*(?:you (?:may|must|should|can) (?:only )?use the|use the|given (?:the|a|an|some)|answer the|based on the|using the|summari[sz]e the|extract (?:the|all)|classify the|rewrite the|rephrase the|translate the|analy[sz]e the)\b[^.?!\n]{0,60}\b(?:context|conversation|questions?|documents?|text|sources?|history|schema|passages?|articles?|transcripts?|excerpts?|search results|user input|message|quer(?:y|ies))\b`)
	// persona begins what is only a prompt in a file about models.
	persona = pattern.New(`^\s*(?:<\w+>\s*)?(?:You are (?:an?|the|now|helping|acting|given|tasked)\b|You're an? |You will be (?:given|provided|asked)|Your (?:task|job|role) is|Act as an? |Please act as|I want you to act|Given the following )`)

	// shown are calls that show or raise a text, or hold it against another one; notTold names texts for people.
	shown   = pattern.New(`^(?:console|logger|log|toast|alert|expect|assert|describe|it|test|Error|\w*Error|t|i18n|print|process|logging|warnings|st|click|typer)\b`)
	notTold = pattern.New(`(?i)^(?:error|title|label|placeholder|tooltip|heading|subtitle|subject|html|body|toast|alt|caption|summary|bio|about|default_?message|message|description|help|hint|notice)$`)
)

const (
	minTold    = 30
	minPersona = 60  // of what begins like a prompt in a file about models, and like a lesson
	maxTold    = 500 // of one file
)

// told keeps a text that begins as only instructions to a model do.
func (l *look) tells(id syntax.ID) {
	t := l.t
	n := t.Node(id)
	if n.End-n.Start < minTold || len(l.told) == maxTold {
		return
	}
	switch t.Kind(t.Parent(id)) {
	case syntax.Strings, syntax.Format, syntax.Interp, syntax.ExprStmt, syntax.Compare, syntax.Raise, syntax.Assert, syntax.Case, syntax.Attr:
		return
	}
	if l.toldAs(id) != "" {
		l.told = append(l.told, id)
	}
}

// toldAs is the role of a text by its beginning; empty: it begins like anything.
func (l *look) toldAs(id syntax.ID) string {
	t := l.t
	start := t.Code(id)
	long := len(start) >= minPersona
	start = start[:min(len(start), 200)]
	if t.Language == syntax.Python {
		start = strings.ReplaceAll(strings.TrimLeft(start, "rRfFbBuU"), `\n`, " ")
	}
	start = strings.TrimLeft(start, "\"'` \n\t\\")
	if len(start) < 20 || !strings.Contains(start, " ") {
		return ""
	}
	switch {
	case long && strings.HasPrefix(start, "I want you to act as "):
		return "system"
	case addressed.MatchString(start) && whoTheyAre.MatchString(start) && (long || t.Language != syntax.Python), long && l.ai && persona.MatchString(start):
		return "system"
	case long && taught.MatchString(start) && (t.Language != syntax.Python || l.ai):
		return "template"
	}
	return ""
}

// instructions notes the texts that were kept and are no prompt of another name.
func (l *look) instructions() {
	if len(l.told) == 0 {
		return
	}
	for _, id := range l.told {
		if line, _ := l.t.Line(l.t.Node(id).Start); !l.isPrompt(line) {
			l.instruction(id)
		}
	}
}

// isPrompt says whether a line belongs to a prompt that is known.
func (l *look) isPrompt(line int) bool {
	for i := range l.found {
		if a := &l.found[i]; a.Kind == lodemark.KindPrompt && line <= a.EndLine && (a.Line <= line || l.t.Language == syntax.Python && a.Line-1 <= line) {
			return true
		}
	}
	return false
}

// instruction notes one, under the name of what it is given to, or of the function that gives it back.
func (l *look) instruction(id syntax.ID) {
	t := l.t
	name, holder := "", syntax.ID(0)
	for at, p := id, t.Parent(id); p != 0; at, p = p, t.Parent(p) {
		switch t.Kind(p) {
		case syntax.Interp, syntax.Format: // a part of a text that begins with something else
			return
		case syntax.Binary:
			if t.Child(p, 0) != at {
				return
			}
			continue
		case syntax.Logic, syntax.Cast, syntax.Conditional, syntax.List, syntax.Tuple, syntax.Attribute:
			continue
		case syntax.Compare, syntax.Case, syntax.Attr, syntax.Raise, syntax.Strings, syntax.Assert, syntax.ExprStmt:
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
		case syntax.Param, syntax.Keyword:
			name = t.Name(p)
		case syntax.Call:
			if callee := t.Child(p, 0); t.Kind(callee) == syntax.Attribute && textMethod(t.Name(callee)) && callee == at {
				continue
			} else if k := t.Kind(callee); k == syntax.Ident || k == syntax.Attribute {
				name = t.Name(callee)
				if code := t.Code(callee); shown.MatchString(code[:min(40, len(code))]) || talks[name] {
					return
				}
				if t.Language == syntax.Python {
					name = l.variable(p)
				}
			}
		case syntax.Return, syntax.Function:
			fn := p
			if t.Kind(p) == syntax.Return {
				fn = t.Enclosing(p, syntax.Function)
			}
			if name = l.functionName(fn); name != "" && fn != 0 && t.Language != syntax.Python && t.Kind(t.Parent(fn)) != syntax.Call {
				holder = fn
			}
		}
		break
	}
	if notTold.MatchString(name) {
		return
	}
	role := l.toldAs(id)
	if name == "" {
		name = role
		if fn := t.Enclosing(id, syntax.Function); fn != 0 && t.Language == syntax.Python && t.Name(fn) != "" {
			name = t.Name(fn)
		}
	}
	before := len(l.found)
	if l.text(id, role, name, ByName); holder != 0 && len(l.found) > before {
		l.whole(holder, before)
	}
}
