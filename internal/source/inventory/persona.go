package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// persona is how texts begin that tell a model what it is or has to do, whatever holds them.
var personaText = pattern.New(`^[\s"'` + "`" + `]*(?:<\w+>\s*)?(?:You are (?:an?|the|now|helping|acting|given|tasked)\b|You're an? |You will be (?:given|provided|asked)|Your (?:task|job|role) is|Act as an? |Please act as|I want you to act|Given the following )`)

const (
	minPersona = 60
	maxTold    = 500 // of one file
)

// persona keeps a text that begins like that, until it is known whether something else says what it is.
func (l *look) persona(id syntax.ID) {
	t := l.t
	if len(l.told) == maxTold || t.Node(id).End-t.Node(id).Start < minPersona {
		return
	}
	switch t.Kind(t.Parent(id)) {
	case syntax.Strings, syntax.Format, syntax.Interp, syntax.ExprStmt, syntax.Compare, syntax.Raise, syntax.Assert:
		return
	case syntax.Call:
		if talks[t.Name(t.Child(t.Parent(id), 0))] {
			return
		}
	case syntax.Binary:
		if t.Child(t.Parent(id), 0) != id {
			return
		}
	}
	code := t.Code(id)
	code = strings.TrimLeft(strings.TrimLeft(code[:min(len(code), 120)], "rRfFbBuU"), "\"'")
	code = strings.ReplaceAll(code, `\n`, " ")
	if personaText.MatchString(code) && (l.ai || addressed.MatchString(code) && whoTheyAre.MatchString(code)) {
		l.told = append(l.told, id)
	}
}

// personae notes those texts that are no prompt of another name.
func (l *look) personae() {
	for _, id := range l.told {
		line, _ := l.t.Line(l.t.Node(id).Start)
		known := false
		for i := range l.found {
			if a := &l.found[i]; a.Kind == lodemark.KindPrompt && a.Line-1 <= line && line <= a.EndLine {
				known = true
				break
			}
		}
		if known {
			continue
		}
		name := l.variable(id)
		if name == "" {
			if fn := l.t.Enclosing(id, syntax.Function); fn != 0 {
				name = l.t.Name(fn)
			}
		}
		if name == "" {
			name = "prompt"
		}
		l.text(id, "system", name, ByName)
	}
}
