package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// lookedUp is what texts are called that are looked up for a question.
	lookedUp = pattern.New(`(?i)^(?:\w*_)?(?:context(?:_?(?:str|text|texts|string|docs|chunks))?|docs?|documents?|retrieved\w*|search_?results?|formatted_?(?:docs|results|context|search_results)|format_?(?:docs|documents|results)|chunks?|passages?|snippets?)$|^(?:\w*[a-z])?(?:Context|Documents|Docs|Chunks|Passages|SearchResults)(?:Text|Str)?$`)
	// askedFor is what the words of a user are called.
	askedFor = pattern.New(`(?i)^(?:\w*_)?(?:question|query|user_?(?:input|query|question|message|prompt|text)|user_?request)$|^(?:\w*[a-z])?(?:Question|Query|UserInput|UserMessage)$`)
	// ordered is what the operator's instructions are called, and wanted what comes from a user after them.
	ordered = pattern.New(`(?i)^(?:\w+_)?(?:pre_?prompt|prompt_?prefix|system_?(?:prompt|message|instructions?|text)|instructions?|persona|base_?prompt|initial_?prompt|preamble)$`)
	wanted  = pattern.New(`(?i)^(?:prompt|message|text|input|user_?\w+|question|query|content)$`)
	// turnTokens are signs that tell turns apart for the model.
	turnTokens = pattern.New(`<<SYS>>|\[INST\]|<\||<start_of_turn>|<(?:system|user|instructions?|s)>|(?i:\[/?(?:SYSTEM|USER|INSTRUCTIONS?)\])`)
	// ofText says that an instruction is about a text beside it, and plainText is what that is called.
	ofText    = pattern.New(`(?i)\b(?:above|following|below|given|this)\s+(?:text|document|article|content|context|transcript|page|passage)`)
	plainText = pattern.New(`(?i)^(?:\w+_)?(?:text|content|article|page|transcript|passage|chunk)$`)
	// labelUp and labelAsk are the ends of texts that say that what follows was looked up, or is what a user asks.
	labelUp  = pattern.New(`(?i)\b(?:(?:web ?)?page|site|website|search)(?:'s)?\s+(?:text|contents?|results?)\s*:\s*$|(?:^|\n)[ \t]*(?:(?:retrieved|relevant) )?(?:context|documents?|passages)\s*:\s*$`)
	labelAsk = pattern.New(`(?i)\buser(?:'s)?\s+(?:request|question|query|asked|asks|input|message)\s*:\s*["']?$`)
	// delimited is how a text ends before something that is marked as data.
	delimited = pattern.New("(?:<[A-Za-z_][\\w-]*>|```\\w*|\"\"\"|'''|-{3,}|={3,}|#{3,}|<<<+|\\[\\[|(?:^|\\n)#{1,6} [^\\n]{1,60}:?\\n)\\s*$")
	// instructs are words of an instruction to a model.
	instructs = pattern.New(`(?i)\b(?:answer|based on|use the|using the|following|given|summari[sz]e|you are|respond|generate|question)\b`)
	// promptName is what a prompt is called, and promptKey the key that it is under.
	promptName = pattern.New(`(?i)prompt|message|instruction`)
	// markedTurns are the turns of a conversation written into one text.
	markedTurns = pattern.New(`(?s)\n\n(?:Human|H):.*\n\n(?:Assistant|A):`)
	systemTurn  = pattern.New(`^\[?(?i:system)\]?:?\s`)
	userTurn    = pattern.New(`^\[?(?i:user|human)\]?:?\s*\{\}`)
)

// mixedPrompt finds prompts that put instructions, what was looked up and what a user asks into one text with nothing that tells them apart.
func mixedPrompt(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Format, syntax.Binary:
			if t.Kind(id) == syntax.Binary && t.Name(id) != "+" {
				continue
			}
			switch p := t.Parent(id); t.Kind(p) {
			case syntax.Format, syntax.Strings, syntax.Interp:
				continue
			case syntax.Binary:
				if t.Name(p) == "+" {
					continue
				}
			}
			if l.mixes(id) {
				l.tell(m.rule, id, id, "")
			}
		case syntax.Augment:
			if l.addsTo(id) {
				l.tell(m.rule, id, id, "")
			}
		case syntax.List:
			if at := l.turns(id); at != 0 {
				l.tell(m.rule, at, at, "")
			}
		}
	}
}

// slot is a part of a text that is filled in, with the text before it.
type slot struct {
	name, before string
	keyed        bool // it is read by a key
}

// slots takes a text apart that is put together: its fixed words, and what is filled in.
func (l *look) slots(id syntax.ID) (words string, all []slot) {
	t := l.t
	var text strings.Builder
	open := []syntax.ID{id}
	for len(open) > 0 && len(all) < 32 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		switch k := t.Kind(at); {
		case k == syntax.Str:
			s, _ := t.Text(at)
			text.WriteString(s)
		case k == syntax.Format || k == syntax.Strings || k == syntax.Binary && t.Name(at) == "+":
			var parts []syntax.ID
			for c := range t.Children(at) {
				parts = append(parts, c)
			}
			for i := len(parts) - 1; i >= 0; i-- {
				open = append(open, parts[i])
			}
		default:
			all = append(all, slot{l.slotName(at), text.String(), t.Kind(at) == syntax.Index || t.Kind(at) == syntax.Interp && t.Kind(t.Child(at, 0)) == syntax.Index})
			text.WriteString("{}")
		}
	}
	return text.String(), all
}

// slotName is the name that says what is filled in.
func (l *look) slotName(id syntax.ID) string {
	t := l.t
	for steps := 0; steps < 6; steps++ {
		switch t.Kind(id) {
		case syntax.Interp, syntax.Await, syntax.Cast:
			id = t.Child(id, 0)
		case syntax.Ident, syntax.Attribute:
			return t.Name(id)
		case syntax.Call:
			callee := t.Child(id, 0)
			switch last := calledLast(l, id); last {
			case "str", "String", "stringify", "dumps":
				id = t.Next(callee)
			case "join":
				if a := t.Next(callee); a != 0 && t.Language == syntax.Python {
					id = a
				} else {
					id = t.Child(callee, 0)
				}
			case "strip", "trim", "slice", "map", "toString":
				id = t.Child(callee, 0)
			default:
				return last
			}
		case syntax.Index:
			if text, ok := t.Text(t.Child(id, 1)); ok {
				return text
			}
			id = t.Child(id, 0)
		default:
			return ""
		}
	}
	return ""
}

// endsInLabel says whether a part of a text ends in what may say what comes next.
func (l *look) endsInLabel(id syntax.ID) bool {
	return l.t.Kind(id) == syntax.Str && strings.HasSuffix(strings.TrimRight(l.t.Code(id), " \n\t\"'`"), ":")
}

func (l *look) mixes(id syntax.ID) bool {
	n := l.t.Node(id)
	if n.End-n.Start < 30 || n.End-n.Start > 20000 {
		return false
	}
	asked, found := false, false
	words, all := "", []slot(nil)
	for c := range l.t.Children(id) { // most texts have no such part
		if name := l.slotName(c); l.endsInLabel(c) || name != "" && (lookedUp.MatchString(name) || askedFor.MatchString(name) || ordered.MatchString(name) || plainText.MatchString(name) || name == "prompt") || l.t.Kind(c) == syntax.Binary {
			words, all = l.slots(id)
			break
		}
	}
	bare, orders, wants := false, false, false
	above := ofText.MatchString(words)
	for _, s := range all {
		up, ask := lookedUp.MatchString(s.name) || above && plainText.MatchString(s.name) || labelUp.MatchString(s.before), askedFor.MatchString(s.name) || labelAsk.MatchString(s.before)
		switch {
		case ordered.MatchString(s.name):
			orders = true
		case wanted.MatchString(s.name) && orders && !s.keyed && !delimited.MatchString(s.before):
			wants = true
		}
		found, asked = found || up, asked || ask
		if up || ask {
			if delimited.MatchString(s.before) {
				if up {
					return false
				}
				continue
			}
			bare = true
		}
	}
	switch {
	case orders && wants && !turnTokens.MatchString(words) && l.isPrompt(id):
		return true
	case !bare:
		return false
	case markedTurns.MatchString(words) && (found || asked):
		return true
	}
	return found && asked && instructs.MatchString(words) && l.isPrompt(id)
}

// addsTo says whether an addition to a prompt puts what a user wants right behind the operator's instructions, which were added before it.
func (l *look) addsTo(augment syntax.ID) bool {
	t := l.t
	target, value := t.Child(augment, 0), t.Child(augment, 1)
	if t.Name(augment) != "+=" || t.Kind(target) != syntax.Ident || !promptName.MatchString(t.Name(target)) || strings.Contains(strings.ToLower(t.Name(target)), "system") {
		return false
	}
	words, all := l.slots(value)
	if len(all) == 0 || !wanted.MatchString(all[0].name) || delimited.MatchString(words[:strings.Index(words, "{}")]) || strings.Contains(words, ":") {
		return false
	}
	block := t.Parent(augment)
	if t.Kind(block) == syntax.ExprStmt {
		block = t.Parent(block)
	}
	for s, steps := t.Node(block).First, 0; s != 0 && steps < 40; s, steps = t.Next(s), steps+1 {
		at := s
		if t.Kind(at) == syntax.ExprStmt {
			at = t.Child(at, 0)
		}
		if at == augment || t.Node(at).Start >= t.Node(augment).Start {
			return false
		}
		if k := t.Kind(at); k != syntax.Augment && k != syntax.Assign || t.Name(t.Child(at, 0)) != t.Name(target) {
			continue
		}
		given := t.Child(at, 1)
		if k := t.Kind(at); k == syntax.Assign {
			given = l.f.Value(at)
		}
		if _, parts := l.slots(given); len(parts) > 0 && ordered.MatchString(parts[0].name) {
			return true
		}
	}
	return false
}

// isPrompt says whether a text is what a model is told in the role of the user, or in none.
func (l *look) isPrompt(id syntax.ID) bool {
	t := l.t
	for p, steps := t.Parent(id), 0; p != 0 && steps < 4; p, steps = t.Parent(p), steps+1 {
		switch t.Kind(p) {
		case syntax.Assign, syntax.Augment:
			name := t.Name(t.Child(p, 0))
			return promptName.MatchString(name) && !strings.Contains(strings.ToLower(name), "system")
		case syntax.Pair:
			key, _ := l.keyOf(p)
			if key != "content" && key != "prompt" && key != "text" && key != "input" {
				return false
			}
			role, _ := l.f.Property(t.Parent(p), "role")
			text, _ := t.Text(role)
			return role == 0 && key != "text" || text == "user"
		case syntax.Keyword:
			return t.Name(p) == "prompt" || t.Name(p) == "content" || t.Name(p) == "input"
		case syntax.Return:
			function := l.innermostFunction(p)
			return function != 0 && promptName.MatchString(t.Name(function)) && !strings.Contains(strings.ToLower(t.Name(function)), "system")
		case syntax.Call:
			return l.e.asksModel(l.f.Callee(p)) || strings.HasSuffix(l.f.Callee(p), ".HumanMessage")
		case syntax.Block, syntax.Module, syntax.Function:
			return false
		}
	}
	return false
}

// turns is the item of a list that holds a user's words beside one that holds the system's, all to be joined into one text.
func (l *look) turns(list syntax.ID) syntax.ID {
	t := l.t
	system, user := false, syntax.ID(0)
	for c := range t.Children(list) {
		if k := t.Kind(c); k != syntax.Format && k != syntax.Str {
			continue
		}
		words, _ := l.slots(c)
		words = words[:min(len(words), 40)]
		switch {
		case systemTurn.MatchString(words):
			system = true
		case userTurn.MatchString(words):
			user = c
		}
	}
	if !system {
		return 0
	}
	return user
}
