package inventory

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// definition notes functions and classes that decorators or bases make something of: tools, agents, guardrails, services.
func (l *look) definition(id syntax.ID) {
	t := l.t
	seen := map[lodemark.Kind]bool{}
	for c := range t.Children(id) {
		if t.Kind(c) == syntax.Decorator {
			expr := t.Child(c, 0)
			name := l.f.Name(expr)
			l.book.decorators.Find(name, func(e *Entry) {
				if seen[e.Kind] {
					return
				}
				args := syntax.ID(0)
				if t.Kind(expr) == syntax.Call {
					args = expr
				}
				seen[e.Kind] = l.defined(e, id, args)
			})
		}
	}
	if t.Kind(id) != syntax.Class {
		return
	}
	for c := range t.Children(id) {
		switch t.Kind(c) {
		case syntax.Decorator, syntax.Block, syntax.Keyword:
			continue
		}
		l.book.bases.Find(l.f.Name(c), func(e *Entry) {
			if !seen[e.Kind] {
				seen[e.Kind] = l.defined(e, id, 0)
			}
		})
	}
}

// defined notes one. Its place is the line of its name, below the decorators.
func (l *look) defined(e *Entry, id, args syntax.ID) bool {
	a := Asset{Kind: e.Kind, Seen: ByCall, at: id}
	if args != 0 && len(e.Name) > 0 {
		l.nameOf(&Entry{Kind: e.Kind, Name: e.Name}, &a, args)
	}
	if a.Name == "" {
		a.Name = l.ownName(e, id)
	}
	a.set("provider", e.Provider)
	a.set("role", e.Role)
	a.at = id
	if e.Kind == lodemark.KindTool {
		a.Digest = l.shape(a.Name, id)
	}
	got := l.add(a)
	if e.Kind == lodemark.KindServer && args != 0 { // a service is what its decorator says; that can be long
		got.Line, _ = l.t.Line(l.t.Node(args).Start)
	} else if n := l.t.Node(id); n.NameEnd > n.NameStart {
		got.Line, _ = l.t.Line(n.NameStart)
	}
	return true
}

// ownName is the name of a definition; of a class for tools, what its field `name` says.
func (l *look) ownName(e *Entry, id syntax.ID) string {
	t := l.t
	if e.Kind == lodemark.KindDataset { // the script of a data set is named after it
		return strings.TrimSuffix(path.Base(l.f.Path), ".py")
	}
	if t.Kind(id) == syntax.Class {
		for _, b := range l.f.Fields(id, "name") {
			if t.Kind(b) == syntax.Assign {
				if c, ok := l.f.Constant(l.f.Value(b)); ok && c.String && !c.Partial && c.Text != "" {
					return c.Text
				}
			}
		}
	}
	return t.Name(id)
}

// dict notes messages with a role, and descriptions of tools that are written out.
func (l *look) dict(id syntax.ID) {
	role, _ := l.property(id, "role")
	switch strings.ToLower(role) {
	case "system", "developer":
		l.message(id, "system")
		return
	case "user", "human":
		l.message(id, "user")
		return
	case "":
	default:
		return
	}
	if !l.server(id) {
		l.toolSchema(id)
	}
}

// server knows an entry of a table of MCP servers: how it is started, or where it is.
func (l *look) server(id syntax.ID) bool {
	if !l.mcp || l.t.Kind(l.t.Parent(id)) != syntax.Pair {
		return false
	}
	command, _ := l.property(id, "command")
	url, _ := l.property(id, "url")
	args, _ := l.f.Property(id, "args")
	how, _ := l.property(id, "transport")
	kind, _ := l.property(id, "type")
	if !(command != "" && (args != 0 || how == "stdio" || kind == "stdio") || url != "" && (how != "" || kind == "http" || kind == "sse") || l.serverTable(id)) {
		return false
	}
	name, ok := l.t.Text(l.t.Child(l.t.Parent(id), 0))
	if !ok || name == "" || name == "connection" || name == "transport" {
		return false
	}
	a := Asset{Kind: lodemark.KindMCPServer, Name: name, Seen: ByCall, at: l.t.Parent(id)}
	a.set("role", "client")
	a.set("command", command)
	a.set("url", url)
	l.add(a)
	return true
}

// serverTable says whether an entry stands in a table of MCP servers and says how one is reached.
func (l *look) serverTable(id syntax.ID) bool {
	t := l.t
	table := t.Parent(t.Parent(id))
	if t.Kind(table) != syntax.Dict || t.Kind(t.Parent(table)) != syntax.Pair && t.Kind(t.Parent(table)) != syntax.Assign {
		return false
	}
	switch l.variable(table) {
	case "mcpServers", "mcp_servers", "MCP_SERVERS", "mcpServersConfig":
	default:
		return false
	}
	for _, key := range []string{"command", "url", "serverUrl"} {
		if v, _ := l.f.Property(id, key); v != 0 {
			return true
		}
	}
	return false
}

func (l *look) message(id syntax.ID, role string) {
	v, _ := l.f.Property(id, "content")
	if v == 0 {
		return
	}
	k := l.t.Kind(v)
	if role == "user" && (l.ai && l.t.Language == syntax.Python || l.t.Language != syntax.Python && k != syntax.Ident) && l.userParts(v, k) {
		return
	}
	if role == "user" && l.ai && l.dedented(v) {
		l.promptAt(v, role, role)
		return
	}
	if role == "user" && k != syntax.Format && k != syntax.Strings && k != syntax.Str && k != syntax.Binary {
		return // what a person asks, or a prompt that is noted where it is written
	}
	if role == "user" && !l.ai {
		if text, holes := l.fixed(v); k != syntax.Format || len(holes) == 0 || len(text) < minQuestion { // what only models are sent
			return
		}
	}
	l.promptAt(v, role, role)
}

// userParts notes the texts of what a user's message consists of, or the text that a variable holds, if things are filled into them: those are
// written by who made the system.
func (l *look) userParts(v syntax.ID, k syntax.Kind) bool {
	switch k {
	case syntax.List:
		for part := range l.t.Children(v) {
			if l.t.Kind(part) != syntax.Dict {
				continue
			}
			if text, _ := l.f.Property(part, "text"); text != 0 {
				switch l.t.Kind(text) {
				case syntax.Format, syntax.Strings, syntax.Binary, syntax.Str:
					l.promptAt(text, "user", "user")
				}
			}
		}
		return true
	case syntax.Ident:
		switch lit := l.literalBefore(v); l.t.Kind(lit) {
		case syntax.Format, syntax.Strings, syntax.Binary:
			l.text(lit, "user", l.t.Name(v), ByCall)
		case syntax.Call:
			l.text(lit, "user", l.t.Name(v), ByCall)
		}
		return true
	}
	return false
}

// toolSchema knows a tool by the description that models are given: a name, a description and the shape of its arguments.
func (l *look) toolSchema(id syntax.ID) {
	name, at := l.property(id, "name")
	if name == "" || strings.ContainsAny(name, " \n") {
		return
	}
	if d, _ := l.f.Property(id, "description"); d == 0 {
		return
	}
	for _, shape := range []string{"input_schema", "inputSchema", "parameters", "args_schema"} {
		v, _ := l.f.Property(id, shape)
		if v == 0 {
			continue
		}
		if l.t.Kind(v) == syntax.List { // parameters of something else
			continue
		}
		a := Asset{Kind: lodemark.KindTool, Name: name, Digest: l.shape(name, id), Seen: ByCall, at: l.writtenAt(at, at)}
		l.add(a)
		return
	}
}

// property is the constant text of a key, and where it stands.
func (l *look) property(dict syntax.ID, key string) (string, syntax.ID) {
	v, _ := l.f.Property(dict, key)
	if v == 0 {
		return "", 0
	}
	c, ok := l.f.Constant(v)
	if !ok || !c.String || c.Partial {
		return "", 0
	}
	return c.Text, v
}
