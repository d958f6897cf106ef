package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// askedName is a name of what is asked, which may be asked of a model, of a search engine, or of a database in its own language.
	askedName = pattern.New(`(?i)^(?:\w+_)?quer(?:y|ies)$|Quer(?:y|ies)$`)
	// asksWithWords is how functions are called that ask a model, or look for what a model is given.
	asksWithWords = pattern.New(`(?i)llm|model|chat|embed|similarity|retriev|generat|complet|condens|rewrit|answer|agent|prompt|(?:^|[._])ask|invoke|predict|rerank|vector|\brag\b|\bgpt|summar|store\.\w*(?:query|search)|(?:query|chat)_?engine|run_llm|messages\.create`)
	// runsStatement is how functions are called that run a query of a database.
	runsStatement = pattern.New(`(?i)(?:^|[._])(?:execute|exec|executemany|run_?sql|sql|aql|cypher|parse|parse_one|log\w*|info|warn\w*|error|debug|print)$`)
)

// saidToModel says whether a value that is logged is what somebody said to a model. Of most names that is clear; a query has to be handed
// to a model, or to what looks for a model's documents, in the same function, or be what a model or a client says: the parameter of a
// tool or of a route.
func (l *look) saidToModel(v syntax.ID, name string) bool {
	if !askedName.MatchString(name) {
		return true
	}
	function := l.innermostFunction(v)
	if function == 0 {
		return false
	}
	for p := function; p != 0; p = l.t.Parent(p) {
		if l.t.Kind(p) == syntax.Function && (l.e.isTool(l.f, p) || l.e.isRoute(l.f, p)) {
			return true
		}
	}
	if routes := l.routesOf(); slices.ContainsFunc(routes, func(r route) bool { return r.function == function }) {
		return true
	}
	return l.asksWith(function, name, 2)
}

// asksWith says whether a function hands what is called name to a model, or to what looks for a model's documents; of a function of the
// same file that it is handed to, what that does decides.
func (l *look) asksWith(function syntax.ID, name string, steps int) bool {
	found := false
	l.callsIn(l.body(function), func(call syntax.ID, callee string) bool {
		written := l.t.Code(l.t.Child(call, 0))
		if len(written) > maxCalleeCode || runsStatement.MatchString(written) || !l.handsName(call, name) {
			return true
		}
		if own := l.ownFunction(call); own != 0 {
			found = steps > 1 && own != function && l.asksWith(own, name, steps-1)
		} else {
			found = l.e.asksModel(callee) || asksWithWords.MatchString(written)
		}
		return !found
	})
	return found
}

const maxCalleeCode = 200

// handsName says whether an argument of a call has a variable or a field of this name in it.
func (l *look) handsName(call syntax.ID, name string) bool {
	t := l.t
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		for id := firstInside(t, a); id <= a; id++ {
			if k := t.Kind(id); (k == syntax.Ident || k == syntax.Attribute) && strings.EqualFold(t.Name(id), name) {
				return true
			}
		}
	}
	return false
}

// ownFunction is the function of this file that a call is of: search(q), self.search(q), this.search(q); 0: it is another's.
func (l *look) ownFunction(call syntax.ID) syntax.ID {
	t := l.t
	callee := t.Child(call, 0)
	switch t.Kind(callee) {
	case syntax.Ident:
		if b := l.f.Binding(callee); b != 0 {
			if t.Kind(b) == syntax.Function {
				return b
			}
			if t.Kind(b) == syntax.Assign && t.Kind(l.f.Value(b)) == syntax.Function {
				return l.f.Value(b)
			}
		}
	case syntax.Attribute:
		if object := t.Code(t.Child(callee, 0)); object != "self" && object != "this" && object != "cls" {
			return 0
		}
		for class := l.f.Scope(call); class != 0; class = l.f.Scope(class) {
			if t.Kind(class) != syntax.Class {
				continue
			}
			for _, b := range l.f.Fields(class, t.Name(callee)) {
				if t.Kind(b) == syntax.Function {
					return b
				}
			}
			return 0
		}
	}
	return 0
}
