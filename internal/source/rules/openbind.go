package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// openBind finds programs in front of a model that listen on all networks, or do so unless they are told otherwise, and ask nobody who
// they are.
func openBind(l *look, m *matcher) {
	t := l.t
	if notDeployed.MatchString(l.f.Path) || !l.f.Holds("0.0.0.0") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		at := syntax.ID(0)
		switch t.Kind(id) {
		case syntax.Call:
			at = l.bindCall(id)
		case syntax.Assign: // host: str = Field(default="0.0.0.0") of a class of settings
			at = l.bindField(id)
		case syntax.Param:
			at = l.bindParam(id)
		}
		if at != 0 && l.frontOfModel() && !l.f.Once(asksWho, func() bool { return showsInText(t.Source, asksWho) != 0 }) {
			l.sayLater(m.rule, at, l.saysWhere(at), l.t.Code(at), "", open{lifted: asksWho, calls: l.routesAdded(), ownApp: madeApplication.MatchString(t.Source)})
		}
	}
}

// routesAdded are the functions of the target that a file hands its application to, each of which may put routes there that ask who calls.
func (l *look) routesAdded() []uint64 {
	var calls []uint64
	l.callsIn(l.t.Root, func(call syntax.ID, name string) bool {
		if first := l.t.Child(call, 1); ownName(name) && l.t.Kind(first) == syntax.Ident && applicationName.MatchString(l.t.Name(first)) {
			calls = append(calls, hashed(name))
		}
		return len(calls) < maxCalls
	})
	return calls
}

var (
	applicationName = pattern.New(`(?i)^(?:\w*_)?(?:app|application|server|router|api|fastify)$`)
	// madeApplication is how a file makes an application of its own, so that no other file of its project stands before it unseen.
	madeApplication = pattern.New(`\b(?:FastAPI|Flask|Starlette|Quart|Litestar|Sanic|express|[fF]astify|Hono|Koa)\(`)
)

// saysWhere is the part of a place that names the address.
func (l *look) saysWhere(at syntax.ID) syntax.ID {
	t := l.t
	if p := t.Parent(at); t.Kind(p) == syntax.Keyword {
		return p
	}
	if t.Kind(at) == syntax.Call {
		for a := t.Child(at, 1); a != 0; a = t.Next(a) {
			if t.Kind(a) == syntax.Keyword && l.everywhereAt(t.Child(a, 0)) {
				return a
			}
		}
	}
	return at
}

// frontOfModel says whether a file belongs to a program that asks models, as far as it or the target's packages show.
func (l *look) frontOfModel() bool {
	if l.speaksOfModels() || l.whole.has(factModels) {
		return true
	}
	routes := l.routesOf()
	for i := range routes {
		if l.servesModel(&routes[i]) {
			return true
		}
	}
	return false
}

var (
	hostOption = pattern.New(`^--(?:host|hostname|server[-_](?:name|host|address)|listen(?:[-_]host)?|bind|ip|address)$`)
	hostField  = pattern.New(`^(?:host|hostname|server_host|server_name|bind_address|api_host|HOST|SERVER_HOST|API_HOST)$`)
	webImport  = []string{"gradio", "fastapi", "uvicorn", "flask", "starlette", "aiohttp", "streamlit", "quart", "sanic", "mcp", "fastmcp", "tornado", "waitress", "hypercorn", "litestar", "chainlit", "nicegui"}
)

// bindCall is the place in a call that says where to listen: an option whose default is all networks, or the start of a server.
func (l *look) bindCall(call syntax.ID) syntax.ID {
	t := l.t
	switch name := calledLast(l, call); name {
	case "add_argument", "option":
		option, ok := t.Text(t.Child(call, 1))
		if !ok || t.Language != syntax.Python {
			return 0
		}
		if !hostOption.MatchString(option) {
			if option, ok = t.Text(t.Child(call, 2)); !ok || !hostOption.MatchString(option) {
				return 0
			}
		}
		if v, _ := l.f.Argument(call, "default", -1); l.everywhereAt(v) && l.importsAny(webImport) {
			return call
		}
	case "run", "serve":
		if t.Language != syntax.Python {
			return l.listenAt(call)
		}
		v, _ := l.f.Argument(call, "host", -1)
		if l.everywhereAt(v) && l.f.Says(webApplication) {
			return v
		}
	case "listen":
		return l.listenAt(call)
	}
	return 0
}

var webApplication = pattern.New(`\b(?:FastAPI|Flask|Starlette|Quart|Litestar)\(`)

// listenAt is the address that a server of JavaScript listens at.
func (l *look) listenAt(call syntax.ID) syntax.ID {
	if l.t.Language != syntax.JavaScript {
		return 0
	}
	for _, name := range []string{"host", "hostname"} {
		if v, _ := l.f.Argument(call, name, -1); l.everywhereAt(v) {
			return call
		}
	}
	for a := l.t.Child(call, 1); a != 0; a = l.t.Next(a) {
		if text, ok := l.t.Text(a); ok && everywhere(text) {
			return call
		}
	}
	return 0
}

func (l *look) everywhereAt(v syntax.ID) bool {
	if v == 0 {
		return false
	}
	c, ok := l.f.Constant(v)
	return ok && (c.Text == "0.0.0.0" || c.Text == "::")
}

func (l *look) importsAny(names []string) bool {
	for _, module := range l.f.Imports() {
		first, _, _ := strings.Cut(module, ".")
		for _, n := range names {
			if first == n {
				return true
			}
		}
	}
	return false
}

// bindField is a field of a class of settings that says to listen everywhere.
func (l *look) bindField(assign syntax.ID) syntax.ID {
	t := l.t
	target := t.Child(assign, 0)
	if t.Language != syntax.Python || t.Kind(target) != syntax.Ident || !hostField.MatchString(t.Name(target)) {
		return 0
	}
	class := l.f.Scope(assign)
	if class == 0 || t.Kind(class) != syntax.Class || !settingsClass.MatchString(t.Name(class)) {
		return 0
	}
	v := l.f.Value(assign)
	if t.Kind(v) == syntax.Call && calledLast(l, v) == "Field" {
		d, _ := l.f.Argument(v, "default", 0)
		v = d
	}
	if l.everywhereAt(v) {
		return assign
	}
	return 0
}

var settingsClass = pattern.New(`(?i)(?:server|app|api|web|http|service|gateway|main|global)?(?:settings?|config(?:uration)?|options)$`)

// bindParam is the parameter of a command for a terminal: host: str = typer.Option("0.0.0.0").
func (l *look) bindParam(param syntax.ID) syntax.ID {
	t := l.t
	if t.Language != syntax.Python || !hostField.MatchString(t.Name(param)) {
		return 0
	}
	v := t.Last(param)
	if t.Kind(v) != syntax.Call || calledLast(l, v) != "Option" {
		return 0
	}
	if d, _ := l.f.Argument(v, "default", 0); l.everywhereAt(d) && l.importsAny(webImport) {
		return param
	}
	return 0
}

// openCommand finds model servers that a program starts with a list of words, on all networks and without a key.
func openCommand(l *look, m *matcher) {
	t := l.t
	if !l.f.Holds("0.0.0.0") || notDeployed.MatchString(l.f.Path) {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.List || t.Child(id, 0) == 0 {
			continue
		}
		if _, ok := t.Text(t.Child(id, 0)); !ok {
			continue
		}
		c := command{}
		var nodes []syntax.ID
		for item := range t.Children(id) {
			text, ok := t.Text(item)
			if !ok {
				text = "?"
			}
			line, _ := t.Line(t.Node(item).Start)
			c.words, nodes = append(c.words, word{text, line}), append(nodes, item)
		}
		for i := range modelServers {
			s := &modelServers[i]
			if c.starts(s.programs...) < 0 {
				continue
			}
			if _, _, given := c.flag(s.keys...); given {
				continue
			}
			for k, w := range c.words {
				name, value, joined := strings.Cut(w.text, "=")
				if !isOneOf(name, s.host) {
					continue
				}
				if !joined && k+1 < len(c.words) {
					value, k = c.words[k+1].text, k+1
				}
				if everywhere(value) {
					l.tell(m.rule, nodes[k], id, s.name)
				}
			}
		}
	}
}

func isOneOf(name string, all []string) bool {
	for _, n := range all {
		if n == name {
			return true
		}
	}
	return false
}
