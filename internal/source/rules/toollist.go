package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// What tools of a program's own do, as far as the names of their classes and functions say it.
var (
	namedPrivate = pattern.New(`(?i)read_?(?:from_?)?files?|files?_?(?:system|manager|management|read|tool)|sql_?(?:tool|query|database)|database|gmail|e?mail|inbox|calendar|google_?drive|notion`)
	namedOutside = pattern.New(`(?i)brows(?:er?|ing)|web_?(?:search|page|scrap|site|read|fetch|tool)|google|search_?(?:engine|web|internet|online)|duckduckgo|tavily|serp|scrap|crawl|fetch_?(?:url|page|web)|visit|http|open_?url`)
	namedSends   = pattern.New(`(?i)brows(?:er?|ing)|shell|terminal|bash|exec(?:ute)?_?(?:command|python|code)|run_?(?:command|python|code)|https?_?(?:request|tool|get|post)|requests?_?(?:tool|get|post)|send|gmail|slack|tweet|twitter|fetch_?(?:url|page)|visit|scrap|crawl`)
	// toolsOf is what a list of the tools of an agent is called, or the function that gives it.
	toolsOf = pattern.New(`(?i)^(?:\w+_)?tools(?:_list)?$|^(?:\w+)?Tools$|^(?:get|build|make|create|load|default|builtin)_?\w*tools$`)
)

// minListed is how many tools a list has at least that says what an agent can do.
const minListed = 3

// mixedList finds lists of a program's own tools, all in the hands of one model, which by their names read private files or data, take in
// content from outside, and can send.
func (l *look) mixedList(m *matcher) {
	t := l.t
	if !l.f.Holds("ools") && !l.f.Holds("TOOLS") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.List || !l.listsTools(id) {
			continue
		}
		does, n := 0, 0
		var names []string
		for item := range t.Children(id) {
			name := l.itemName(item)
			if name == "" || n > maxTools {
				continue
			}
			n++
			what := 0
			if namedPrivate.MatchString(name) {
				what |= readsPrivate
			}
			if namedOutside.MatchString(name) {
				what |= takesOutside
			}
			if namedSends.MatchString(name) {
				what |= sendsOut
			}
			if what&^does != 0 {
				names = append(names, name)
			}
			does |= what
		}
		if n >= minListed && does == allThree && len(names) > 1 && !asksAround.MatchString(t.Source) {
			l.tell(m.rule, id, id, strings.Join(names, ", "))
		}
	}
}

// itemName is the name of a tool in a list: of a class, of what makes one, or of several that are spread.
func (l *look) itemName(item syntax.ID) string {
	t := l.t
	if k := t.Kind(item); k == syntax.Spread || k == syntax.Await {
		item = t.Child(item, 0)
	}
	if t.Kind(item) == syntax.Call {
		item = t.Child(item, 0)
	}
	switch t.Kind(item) {
	case syntax.Ident, syntax.Attribute:
		return t.Name(item)
	}
	return ""
}

// listsTools says whether a list is one of tools by what it is assigned to, handed over as, or given back by.
func (l *look) listsTools(list syntax.ID) bool {
	t := l.t
	switch p := t.Parent(list); t.Kind(p) {
	case syntax.Assign:
		return t.Child(p, 0) != list && toolsOf.MatchString(t.Name(t.Child(p, 0)))
	case syntax.Keyword:
		return toolsOf.MatchString(t.Name(p))
	case syntax.Pair:
		key, _ := l.keyOf(p)
		return toolsOf.MatchString(key)
	case syntax.Return:
		function := l.innermostFunction(list)
		return function != 0 && toolsOf.MatchString(t.Name(function))
	}
	return false
}
