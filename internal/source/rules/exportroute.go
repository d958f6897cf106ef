package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Files of JavaScript whose exports are routes by the folder that they lie in.
var (
	nextRoute = pattern.New(`(?:^|/)app/(?:.*/)?route\.(?:ts|js|tsx|mjs)$`)
	// otherPages are the routes of Astro and SvelteKit, which are exported as those of Next are.
	otherPages  = pattern.New(`(?:^|/)src/pages/(?:.*/)?[^/]+\.(?:ts|js)$|(?:^|/)\+server\.(?:ts|js)$`)
	pageActions = pattern.New(`(?:^|/)\+page\.server\.(?:ts|js)$`)
	nuxtRoute   = pattern.New(`(?:^|/)server/(?:api|routes)/.+\.(?:ts|js)$`)
	nextPages   = pattern.New(`(?:^|/)pages/api/.+\.(?:ts|js|tsx|mjs)$`)
	remixRoute  = pattern.New(`(?:^|/)app/routes/.+\.(?:ts|js|tsx|jsx)$`)
	// functionFile is one of those that Netlify, Vercel and Cloudflare run where they are asked for by their path.
	functionFile = pattern.New(`(?:^|/)netlify/(?:edge-)?functions/.+\.(?:ts|js|mts|mjs)$|^(?:[\w.-]+/)?api/[^.]+\.(?:ts|js|mjs)$`)
	pageFunction = pattern.New(`(?:^|/)functions/.+\.(?:ts|js|mjs)$`)
)

// exported is a function that a file exports under a name, and what it was handed through on the way: withAuth(handler).
type exported struct {
	name     string
	function syntax.ID
	at       syntax.ID
	through  string
}

// routesByPath are the routes that a file of JavaScript has because of where it lies and what it exports.
func (l *look) routesByPath() []route {
	file := l.f.Path
	bare := "/" + strings.TrimSuffix(file, path.Ext(file))
	var wanted []string
	address, onlyEvents := bare, false
	switch {
	case nextRoute.MatchString(file):
		wanted, address = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, "/"+path.Dir(file)
	case otherPages.MatchString(file):
		wanted, address = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "post", "all", "ALL"}, strings.TrimSuffix(bare, "/+server")
	case pageActions.MatchString(file):
		return l.pageActions()
	case nextPages.MatchString(file), functionFile.MatchString(file):
		wanted = []string{"default", "handler", "GET", "POST"}
	case nuxtRoute.MatchString(file):
		wanted, address, onlyEvents = []string{"default"}, strings.TrimSuffix(strings.TrimSuffix(bare, ".post"), ".get"), true
	case remixRoute.MatchString(file):
		wanted = []string{"action", "loader"}
	case pageFunction.MatchString(file):
		wanted = []string{"onRequest", "onRequestPost", "onRequestPut", "onRequestPatch", "onRequestGet", "handler"}
	case strings.Contains(l.t.Source, "handler") && strings.Contains(l.t.Source, "statusCode"): // what a cloud calls with an event of its gateway
		wanted = []string{"handler"}
	default:
		return nil
	}
	var all []route
	for _, x := range l.exports() {
		if !slices.Contains(wanted, x.name) || onlyEvents && !strings.HasSuffix(x.through, "ventHandler") {
			continue
		}
		if x.name == "handler" && !l.takesRequest(x.function) || x.name == "default" && functionFile.MatchString(file) && !l.takesRequest(x.function) {
			continue
		}
		reads := x.name == "GET" || x.name == "loader" || x.name == "onRequestGet" || onlyEvents && strings.HasSuffix(bare, ".get")
		r := route{function: x.function, body: l.body(x.function), at: x.at, path: address, reads: reads, hosted: true}
		if x.name == "DELETE" {
			r.path = "" // what it speaks of is no question
		}
		if x.through != "" && !onlyEvents {
			r.has = named(x.through)
			if !plainName.MatchString(x.through) {
				r.has |= asksWho // something of which nothing is known
			}
		}
		all = append(all, r)
	}
	return all
}

// takesRequest says whether a function's first parameter is one that a request comes in.
func (l *look) takesRequest(function syntax.ID) bool {
	for c := range l.t.Children(function) {
		if l.t.Kind(c) == syntax.Param {
			switch strings.TrimLeft(l.t.Name(c), "_") {
			case "req", "request", "event", "context", "ctx":
				return true
			}
			return false
		}
	}
	return false
}

// exports are the functions that a file exports.
func (l *look) exports() []exported {
	t := l.t
	var all []exported
	add := func(name string, value, at syntax.ID) {
		function, through := l.functionBehind(value)
		if function == 0 {
			return
		}
		if t.Kind(t.Parent(function)) == syntax.Export || t.Kind(t.Parent(function)) == syntax.Assign && through == "" || t.Parent(function) == t.Root {
			at = function
		}
		all = append(all, exported{name, function, at, through})
	}
	for c := range t.Children(t.Root) {
		switch t.Kind(c) {
		case syntax.Export:
			for x := range t.Children(c) {
				name := t.Name(c)
				switch t.Kind(x) {
				case syntax.Assign:
					if target := t.Child(x, 0); t.Kind(target) == syntax.Ident {
						add(t.Name(target), l.f.Value(x), c)
					}
					continue
				case syntax.Ident:
					if name == "" { // export { run as POST }
						add(t.Outside(x), x, c)
						continue
					}
				case syntax.Function:
					if name == "" {
						name = t.Name(x)
					}
				}
				add(name, x, c)
			}
		case syntax.ExprStmt: // module.exports = run; exports.handler = async (event) => …
			a := t.Child(c, 0)
			if t.Kind(a) != syntax.Assign {
				continue
			}
			switch target := t.Code(t.Child(a, 0)); target {
			case "module.exports":
				add("default", l.f.Value(a), c)
			case "exports.handler", "module.exports.handler":
				add("handler", l.f.Value(a), c)
			}
		}
	}
	return all
}

// functionBehind is the function that an expression is or names, also through calls that take it and give one like it.
func (l *look) functionBehind(expr syntax.ID) (function syntax.ID, through string) {
	t := l.t
	for range 6 {
		switch t.Kind(expr) {
		case syntax.Function:
			return expr, through
		case syntax.Cast, syntax.Await:
			expr = t.Child(expr, 0)
		case syntax.Ident:
			b := l.f.Binding(expr)
			if t.Kind(b) == syntax.Assign {
				expr = l.f.Value(b)
				continue
			}
			if t.Kind(b) != syntax.Function {
				return 0, ""
			}
			return b, through
		case syntax.Call:
			if calledLast(l, expr) == "bind" {
				expr = t.Child(t.Child(expr, 0), 0)
				continue
			}
			next := syntax.ID(0)
			for a := t.Child(expr, 1); a != 0 && next == 0; a = t.Next(a) {
				switch t.Kind(a) {
				case syntax.Function, syntax.Call, syntax.Cast:
					next = a
				case syntax.Ident:
					if k := t.Kind(l.f.Binding(a)); k == syntax.Function || k == syntax.Assign && l.isFunction(a) {
						next = a
					}
				case syntax.Dict: // defineEventHandler({ handler: async (event) => … })
					next, _ = l.f.Property(a, "handler")
				}
			}
			if next == 0 {
				return 0, ""
			}
			code := t.Code(t.Child(expr, 0))
			through, expr = through+" "+code[:min(len(code), 80)], next
		default:
			return 0, ""
		}
	}
	return 0, ""
}

// isFunction says whether a name is given a function where it is bound.
func (l *look) isFunction(ident syntax.ID) bool {
	b := l.f.Binding(ident)
	return l.t.Kind(b) == syntax.Assign && l.t.Kind(l.f.Value(b)) == syntax.Function
}

// pageActions are the actions of a page of SvelteKit: export const actions = { default: async ({ request }) => … }.
func (l *look) pageActions() []route {
	t := l.t
	var all []route
	for c := range t.Children(t.Root) {
		if t.Kind(c) != syntax.Export {
			continue
		}
		for a := range t.Children(c) {
			if t.Kind(a) != syntax.Assign || t.Name(t.Child(a, 0)) != "actions" {
				continue
			}
			d := l.f.Literal(l.f.Value(a))
			if t.Kind(d) != syntax.Dict {
				continue
			}
			for p := range t.Children(d) {
				if f := t.Last(p); t.Kind(p) == syntax.Pair && t.Kind(f) == syntax.Function {
					all = append(all, route{function: f, body: l.body(f), at: f, path: "/" + path.Dir(l.f.Path), hosted: true})
				}
			}
		}
	}
	return all
}
