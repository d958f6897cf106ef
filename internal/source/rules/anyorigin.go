package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

const allowOrigin = "access-control-allow-origin"

// anyOrigin finds servers that let pages of every site call them: by the options of CORS, or by the header itself.
func anyOrigin(l *look, m *matcher) {
	t := l.t
	if notDeployed.MatchString(l.f.Path) || !l.f.Holds("*") && !l.f.Holds("origin") {
		return
	}
	lower := l.f.Holds("llow-Origin") || l.f.Holds("llow-origin")
	options := l.f.Holds("allow_origins") || l.f.Holds("allowed-origins") || l.f.Holds("allowed_origins") || l.f.Holds("cors-")
	cors := t.Language == syntax.JavaScript && (l.f.Holds("cors(") || l.f.Holds("Cors") || l.f.Holds("/cors"))
	if !lower && !options && !cors {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Call:
			l.anyOriginCall(m, id, cors)
		case syntax.Pair:
			if !lower {
				continue
			}
			if key, ok := l.keyOf(id); ok && strings.EqualFold(key, allowOrigin) && l.star(t.Last(id)) && l.answersWith(id) {
				l.tellOrigin(m, id, t.Last(id))
			}
		case syntax.Assign:
			if target := t.Child(id, 0); lower && t.Kind(target) == syntax.Index && l.star(l.f.Value(id)) {
				if key, ok := t.Text(t.Child(target, 1)); ok && strings.EqualFold(key, allowOrigin) && strings.Contains(strings.ToLower(t.Code(target)), "resp") {
					l.tellOrigin(m, id, target)
				}
			}
		}
	}
}

// tellOrigin tells of a place, unless code that runs before every request looks at where it comes from by itself.
func (l *look) tellOrigin(m *matcher, at, value syntax.ID) {
	l.tellLater(m.rule, at, value, "", open{lifted: checksOrigin})
}

func (l *look) anyOriginCall(m *matcher, call syntax.ID, cors bool) {
	t := l.t
	switch calledLast(l, call) {
	case "setHeader", "send_header", "header", "set", "append", "add_header", "set_header":
		if text, ok := t.Text(t.Child(call, 1)); ok && strings.EqualFold(text, allowOrigin) && l.star(t.Child(call, 2)) {
			l.tellOrigin(m, call, call)
		}
	case "add_middleware", "CORSMiddleware", "Middleware":
		if t.Language != syntax.Python || !strings.Contains(t.Code(call), "CORSMiddleware") {
			return
		}
		if v, _ := l.f.Argument(call, "allow_origins", -1); v != 0 && l.star(v) {
			l.tellOrigin(m, v, v)
		}
	case "add_argument", "option", "Option":
		option, ok := t.Text(t.Child(call, 1))
		if v, _ := l.f.Argument(call, "default", -1); ok && v != 0 && originOption.MatchString(option) && l.star(v) {
			l.tellOrigin(m, call, call)
		}
	case "cors":
		if !cors || !corsLibrary(l.f.Callee(call)) {
			return
		}
		if v, _ := l.f.Argument(call, "origin", -1); v != 0 && (l.star(v) || t.Kind(v) == syntax.Const && t.Name(v) == "true") {
			l.tellOrigin(m, call, call)
		}
	case "register", "enableCors":
		if v, _ := l.f.Argument(call, "origin", -1); v != 0 && strings.Contains(strings.ToLower(t.Code(call)), "cors") && (l.star(v) || t.Kind(v) == syntax.Const && t.Name(v) == "true") {
			l.tellOrigin(m, call, call)
		}
	}
}

var originOption = pattern.New(`^--?(?:cors[-_])?(?:allow(?:ed)?[-_])?(?:cors[-_])?origins?$`)

// corsLibrary says whether a function is one that makes middleware of CORS.
func corsLibrary(name string) bool {
	switch name {
	case "cors", "@koa/cors", "@fastify/cors", "hono/cors.cors", "elysia.cors", "@elysiajs/cors.cors", "fastify-cors", "koa2-cors":
		return true
	}
	return false
}

// star says whether a value is "*", or a list with nothing else in it.
func (l *look) star(v syntax.ID) bool {
	t := l.t
	if v == 0 {
		return false
	}
	if t.Kind(v) == syntax.Ident {
		b := l.f.Binding(v)
		if b == 0 || t.Kind(b) != syntax.Assign || t.Kind(t.Child(b, 0)) != syntax.Ident {
			return false
		}
		v = l.f.Value(b)
	}
	if k := t.Kind(v); k == syntax.List || k == syntax.Tuple {
		first := t.Child(v, 0)
		return first != 0 && t.Next(first) == 0 && l.star(first)
	}
	text, ok := t.Text(v)
	return ok && text == "*"
}

// answersWith says whether a table of headers is one of an answer, not of a request that is sent.
func (l *look) answersWith(pair syntax.ID) bool {
	t := l.t
	for id := t.Parent(pair); id != 0; id = t.Parent(id) {
		switch t.Kind(id) {
		case syntax.Call:
			name := calledLast(l, id)
			return strings.HasSuffix(name, "Response") || name == "writeHead" || name == "set" || name == "header" || name == "json" || name == "next" || name == "setHeaders"
		case syntax.Assign:
			return strings.Contains(strings.ToLower(t.Code(t.Child(id, 0))), "cors")
		case syntax.Function, syntax.Class:
			return false
		case syntax.Return: // what a function of a cloud gives back
			return strings.Contains(t.Code(id), "statusCode")
		}
	}
	return false
}
