package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// subjectName is a parameter that says whose data is meant.
var subjectName = pattern.New(`(?i)^(user|customer|tenant|account|owner|patient|employee|member|client|org|organi[sz]ation|workspace)_?id$|^(tenant|user_?name|userEmail|user_email|customer_email)$`)

// queryName is a call that reads or changes records.
var queryName = pattern.New(`(?i)(^|\.)(execute|fetch|fetchrow|fetch_all|fetch_one|query|queryRaw|find|findOne|findUnique|findMany|findFirst|find_one|filter|filter_by|where|eq|scalar|aggregate|(get|find|fetch|list|load|lookup|read|delete|update|select|query)_?[a-z_]*(user|customer|account|order|transaction|profile|record|balance|invoice|history|data|document|patient|ticket|booking)[a-z_]*)$`)

// tenantParameter finds tools in which the model says whose records are read: the identity of the user is a parameter, and nothing
// compares it with who asks.
func tenantParameter(l *look, m *matcher) {
	for _, tool := range l.tools() {
		for _, param := range l.toolParameters(tool) {
			if !subjectName.MatchString(l.t.Name(param)) || l.compared(tool, l.t.Name(param)) {
				continue
			}
			if query := l.queryWith(tool, l.t.Name(param)); query != 0 {
				l.tell(m.rule, query, param, l.t.Name(param))
			}
		}
	}
}

// toolParameters are the parameters that a model fills in; of an object pattern, its names.
func (l *look) toolParameters(function syntax.ID) []syntax.ID {
	t := l.t
	var all []syntax.ID
	first := true
	for c := range t.Children(function) {
		if t.Kind(c) != syntax.Param {
			continue
		}
		if t.Name(c) != "" {
			all = append(all, c)
		} else if p := t.Node(c).First; first && t.Kind(p) == syntax.Dict {
			for pair := range t.Children(p) {
				v := t.Last(pair)
				if t.Kind(v) == syntax.Assign {
					v = t.Child(v, 0)
				}
				if t.Kind(v) == syntax.Ident {
					all = append(all, v)
				}
			}
		}
		first = false
	}
	return all
}

// compared says whether a function asks anything of a name: a comparison with something that is no constant, or a call of a check.
func (l *look) compared(function syntax.ID, name string) bool {
	t := l.t
	body := l.body(function)
	for id := firstInside(t, body); id <= body; id++ {
		switch t.Kind(id) {
		case syntax.Compare:
			left, right := t.Child(id, 0), t.Child(id, 1)
			if t.Name(left) == name && t.Kind(left) == syntax.Ident && !l.constant(right) || t.Name(right) == name && t.Kind(right) == syntax.Ident && !l.constant(left) {
				return true
			}
		case syntax.Call:
			if !checkName.MatchString(calledLast(l, id)) {
				continue
			}
			for a := t.Next(t.Child(id, 0)); a != 0; a = t.Next(a) {
				if l.mentions(a, name) {
					return true
				}
			}
		}
	}
	return false
}

var checkName = pattern.New(`(?i)^_?(require|assert|check|verify|ensure|authorize|authorise|validate|can|has|is_allowed|permit|enforce)`)

func (l *look) constant(id syntax.ID) bool {
	_, ok := l.f.Constant(id)
	return ok
}

// calledLast is the last part of what a call calls.
func calledLast(l *look, call syntax.ID) string {
	switch callee := l.t.Child(call, 0); l.t.Kind(callee) {
	case syntax.Ident, syntax.Attribute:
		return l.t.Name(callee)
	}
	return ""
}

// mentions says whether a name is used in an expression.
func (l *look) mentions(expr syntax.ID, name string) bool {
	for id := firstInside(l.t, expr); id <= expr; id++ {
		if l.t.Kind(id) == syntax.Ident && l.t.Name(id) == name {
			return true
		}
	}
	return false
}

// queryWith is the first call in a function that reads records with a name among its arguments, or 0. Calls of the language's own
// containers are none: something has to be called that is not a plain variable's `get`.
func (l *look) queryWith(function syntax.ID, name string) syntax.ID {
	found := syntax.ID(0)
	l.callsIn(l.body(function), func(call syntax.ID, callee string) bool {
		last := calledLast(l, call)
		if last == "" || !queryName.MatchString(last) || l.t.Kind(l.t.Child(call, 0)) == syntax.Ident && !strings.Contains(last, "_") && strings.ToLower(last) == last {
			return true
		}
		for a := l.t.Next(l.t.Child(call, 0)); a != 0; a = l.t.Next(a) {
			if l.mentions(a, name) {
				found = call
				return false
			}
		}
		return true
	})
	return found
}
