package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// logCall is a call that writes into a log which is kept.
	logCall = pattern.New(`(?i)^(?:[a-z]+\.)?(?:self\.|this\.|cls\.|st\.|app\.|current_app\.|fastify\.|req\.|request\.)?_?(?:log|logger|logging|structlog|_LOGGER|LOG)\.(?:info|warning|warn|error|critical|exception|fatal|log)$`)
	// promptArgument is an argument of a call of a model that is what is said to it.
	promptArgument = []string{"messages", "prompt", "input", "contents", "content", "inputs", "message", "query", "question"}
)

// loggedPrompt finds logs of what is said to a model: the same variable is handed to a model and written into the log as it is, or what is
// logged is called so in a program that asks models.
func loggedPrompt(l *look, m *matcher) {
	if notDeployed.MatchString(l.f.Path) {
		return
	}
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call || !l.writesLog(id) || shownToPeople.MatchString(l.f.Path) && !l.serves() || l.toConsole(id) && l.inBrowser() {
			continue
		}
		function := l.innermostFunction(id)
		if function == 0 {
			continue
		}
		if logCall.MatchString(t.Code(t.Child(id, 0))) {
			for a := t.Next(t.Child(id, 0)); a != 0; a = t.Next(a) {
				if v := l.loggedWhole(a, function); v != 0 {
					l.tell(m.rule, id, v, "")
					break
				}
			}
		}
		if v := l.loggedSaid(id); v != 0 && (l.speaksOfModels() || l.isGradio() || l.isBot() && l.whole.has(factModels) || l.runsCode() && l.whole.has(factModels)) && !l.onlyWhenAsked(id) {
			l.tell(m.rule, id, v, "")
		}
	}
}

// loggedWhole is the variable in an argument of a log that is given to a model in the same function; 0: there is none.
func (l *look) loggedWhole(arg, function syntax.ID) syntax.ID {
	t := l.t
	var parts []syntax.ID
	switch t.Kind(arg) {
	case syntax.Ident:
		parts = append(parts, arg)
	case syntax.Format:
		for c := range t.Children(arg) {
			if v := t.Child(c, 0); t.Kind(c) == syntax.Interp && t.Kind(v) == syntax.Ident {
				parts = append(parts, v)
			}
		}
	case syntax.Binary:
		if v := t.Child(arg, 1); t.Kind(v) == syntax.Ident {
			parts = append(parts, v)
		}
	case syntax.Call:
		switch l.f.Callee(arg) {
		case "str", "json.dumps", "JSON.stringify", "String", "repr":
			if v := t.Child(arg, 1); t.Kind(v) == syntax.Ident {
				parts = append(parts, v)
			}
		}
	case syntax.Dict:
		for c := range t.Children(arg) {
			if v := t.Last(c); t.Kind(c) == syntax.Pair && t.Kind(v) == syntax.Ident {
				parts = append(parts, v)
			}
		}
	}
	for _, v := range parts {
		if l.constant(v) || l.f.Binding(v) == 0 {
			continue
		}
		if l.told(v, function) {
			return v
		}
	}
	return 0
}

// told says whether a variable is part of what a model is told in a function.
func (l *look) told(variable, function syntax.ID) bool {
	t := l.t
	name, found := t.Name(variable), false
	b := l.f.Binding(variable)
	l.callsIn(l.body(function), func(call syntax.ID, callee string) bool {
		if !l.e.asksModel(callee) {
			return true
		}
		for _, which := range promptArgument {
			a, _ := l.f.Argument(call, which, -1)
			if a == 0 && which == "messages" {
				a = l.firstPositional(call)
			}
			if a != 0 && l.saysWhole(a, name, b) {
				found = true
				return false
			}
		}
		return true
	})
	return found
}

func (l *look) firstPositional(call syntax.ID) syntax.ID {
	switch a := l.t.Next(l.t.Child(call, 0)); l.t.Kind(a) {
	case syntax.Keyword, syntax.Spread:
		return 0
	case syntax.Dict:
		if l.t.Language != syntax.Python {
			return 0
		}
		return a
	default:
		return a
	}
}

// saysWhole says whether an expression holds a variable as it is: itself, in a string, or as the content of a message.
func (l *look) saysWhole(expr syntax.ID, name string, binding syntax.ID) bool {
	t := l.t
	for id := firstInside(t, expr); id <= expr; id++ {
		if t.Kind(id) != syntax.Ident || t.Name(id) != name || l.f.Binding(id) != binding {
			continue
		}
		switch p := t.Parent(id); t.Kind(p) {
		case syntax.Interp, syntax.List, syntax.Keyword, syntax.Binary, syntax.Spread:
			return true
		case syntax.Pair:
			if key, _ := l.keyOf(p); key != "role" && key != "type" && key != "name" && key != "id" {
				return true
			}
		case syntax.Call:
			if id == expr {
				return true
			}
		default:
			if id == expr {
				return true
			}
		}
	}
	return false
}
