package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// route is a function that answers requests over the network.
type route struct {
	function syntax.ID // 0: it is handed over by a name of another file
	at       syntax.ID // what makes it a route
	handler  string    // the dotted name of a function of another file
}

// routes are those of a file: by a decorator, as a callback of an application's or a router's method, by their place in Next's folders.
func (l *look) routes() []route {
	t := l.t
	var all []route
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Function:
			if at := l.routeOf(id); at != 0 {
				all = append(all, route{function: id, at: at})
			}
		case syntax.Call:
			all = append(all, l.registered(id)...)
		}
	}
	return all
}

var (
	nextRoute = pattern.New(`(?:^|/)app/(?:.*/)?route\.(?:ts|js|tsx|mjs)$`)
	nextPages = pattern.New(`(?:^|/)pages/api/.+\.(?:ts|js|tsx|mjs)$`)
)

// routeOf is what makes a function a route: its decorator, or in Next its name or being exported. 0: it is none.
func (l *look) routeOf(function syntax.ID) syntax.ID {
	t := l.t
	for c := range t.Children(function) {
		if call := t.Child(c, 0); t.Kind(c) == syntax.Decorator && t.Kind(call) == syntax.Call {
			switch calledLast(l, call) {
			case "get", "post", "put", "patch", "route", "websocket", "api_route":
				if text, ok := t.Text(t.Child(call, 1)); ok && (strings.HasPrefix(text, "/") || text == "") && t.Language == syntax.Python {
					return call
				}
			}
		}
	}
	if t.Language != syntax.JavaScript {
		return 0
	}
	name, outer := t.Name(function), t.Parent(function)
	if t.Kind(outer) == syntax.Assign && t.Kind(t.Child(outer, 0)) == syntax.Ident {
		name, outer = t.Name(t.Child(outer, 0)), t.Parent(outer)
	}
	if t.Kind(outer) != syntax.Export {
		return 0
	}
	switch {
	case nextRoute.MatchString(l.f.Path) && slices.Contains([]string{"GET", "POST", "PUT", "PATCH"}, name), nextPages.MatchString(l.f.Path) && t.Name(outer) == "default":
		return function
	}
	return 0
}

// registered are the routes that a call makes: app.post("/chat", check, async (req, res) => …), router.get("/x", controller.run).
func (l *look) registered(call syntax.ID) []route {
	t := l.t
	switch calledLast(l, call) {
	case "get", "post", "put", "patch", "all":
	default:
		return nil
	}
	text, ok := t.Text(t.Child(call, 1))
	last := t.Last(call)
	if !ok || !strings.HasPrefix(text, "/") || last == t.Child(call, 1) || t.Language != syntax.JavaScript {
		return nil
	}
	switch t.Kind(last) {
	case syntax.Function:
		return []route{{function: last, at: call}}
	case syntax.Ident, syntax.Attribute:
		if b := l.f.Binding(last); t.Kind(last) == syntax.Ident && b != 0 {
			if t.Kind(b) == syntax.Function {
				return []route{{function: b, at: call}}
			}
			if v := l.f.Value(b); t.Kind(b) == syntax.Assign && t.Kind(v) == syntax.Function {
				return []route{{function: v, at: call}}
			}
		}
		if name := l.f.Name(last); ownName(name) && len(l.f.Imports()) > 0 {
			return []route{{at: call, handler: name}}
		}
	}
	return nil
}

// openRoute finds routes that lead to a model or to a store, where nothing in the target shows what must stand before them.
func openRoute(lifted facts, onlyModels bool) func(*look, *matcher) {
	return func(l *look, m *matcher) {
		for _, r := range l.routes() {
			done, calls := false, []uint64(nil)
			if r.function == 0 {
				calls = []uint64{hashed(r.handler)}
			} else {
				done, calls = l.leadsTo(r.function, onlyModels)
			}
			if done || len(calls) > 0 {
				o := open{lifted: lifted | staysLocal, leads: calls}
				if done {
					o.leads = nil
				}
				l.tellLater(m.rule, r.at, r.at, "", o)
			}
		}
	}
}

// leadsTo says whether a function asks a model or writes into a store, and which functions of the target it calls.
func (l *look) leadsTo(function syntax.ID, onlyModels bool) (done bool, calls []uint64) {
	l.callsIn(l.body(function), func(call syntax.ID, name string) bool {
		switch {
		case l.asks(call, name), !onlyModels && storeWrites(name):
			done = true
			return false
		case ownName(name) && len(calls) < maxCalls:
			calls = append(calls, hashed(name))
		}
		return true
	})
	return done, calls
}
