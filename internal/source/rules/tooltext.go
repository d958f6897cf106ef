package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// What code says of its tools, and how it starts those of others.

var describing = pattern.New(`(?i)^(?:tool_?)?(?:description|instructions)$|_description$|^description_|[a-z]Description$`)

// poisonedCode sees orders in the descriptions that code gives its tools: docstrings, arguments, keys, and names that say so.
func poisonedCode(l *look, m *matcher) {
	t := l.t
	if !slices.ContainsFunc([]string{"tool", "Tool", "TOOL", "mcp", "MCP"}, l.f.Holds) {
		return
	}
	for _, tool := range l.tools() {
		if doc := l.docstring(tool); doc != 0 {
			l.poisoned(m, doc)
		}
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch n := t.Node(id); n.Kind {
		case syntax.Keyword:
			if describing.MatchString(t.Name(id)) {
				l.poisoned(m, n.First)
			}
		case syntax.Pair:
			if key, ok := t.Text(n.First); ok && describing.MatchString(key) {
				l.poisoned(m, t.Last(id))
			}
		case syntax.Assign:
			value := l.f.Value(id)
			for c := n.First; c != 0 && c != value; c = t.Next(c) {
				if k := t.Kind(c); (k == syntax.Ident || k == syntax.Attribute) && (describing.MatchString(t.Name(c)) || t.Name(c) == "__doc__") {
					l.poisoned(m, value)
				}
			}
		case syntax.Call:
			callee := n.First
			switch t.Name(callee) {
			case "tool", "registerTool", "addTool":
				l.poisoned(m, t.Child(id, 2))
			case "describe":
				l.poisoned(m, t.Child(id, 1))
			}
		}
	}
}

// docstring is the string that a function begins with, or 0.
func (l *look) docstring(function syntax.ID) syntax.ID {
	body := l.body(function)
	first := l.t.Child(body, 0)
	if body == 0 || l.t.Kind(body) != syntax.Block || first == 0 || l.t.Kind(first) != syntax.ExprStmt {
		return 0
	}
	return l.t.Child(first, 0)
}

func (l *look) poisoned(m *matcher, value syntax.ID) {
	if value == 0 {
		return
	}
	text, ok := l.f.Constant(value)
	if !ok || !text.String {
		return
	}
	s, ok := poisonedTool(text.Text)
	if !ok {
		return
	}
	at := l.t.Node(value).Start
	words := text.Text[s.at:s.end]
	if i := strings.Index(l.t.Code(value), words); i >= 0 {
		at += uint32(i)
	}
	k := foundKey{m.rule, at}
	if l.seen[k] {
		return
	}
	l.seen[k] = true
	line, column := l.t.Line(at)
	l.found = append(l.found, Finding{Rule: m.rule, Path: l.f.Path, Line: line, Column: column, EndLine: line, Code: firstLine(words), Message: told(m.rule.Message, quoteCode(words), s.what, "")})
}

// changedDescription sees tools that change what they, or others, say of themselves when they are called.
func changedDescription(l *look, m *matcher) {
	t := l.t
	for _, tool := range l.tools() {
		body := l.body(tool)
		for id := firstInside(t, body); id <= body; id++ {
			switch t.Kind(id) {
			case syntax.Assign:
				value := l.f.Value(id)
				for c := t.Node(id).First; c != 0 && c != value; c = t.Next(c) {
					if t.Kind(c) == syntax.Attribute && l.describesTool(c) {
						l.report(m.rule, id, value)
					}
				}
			case syntax.Call: // the SDK's registered tools are changed by a method
				callee := t.Child(id, 0)
				if t.Language == syntax.JavaScript && t.Kind(callee) == syntax.Attribute && t.Name(callee) == "update" {
					if d := t.Child(id, 1); d != 0 && t.Kind(d) == syntax.Dict {
						if value, _ := l.f.Property(d, "description"); value != 0 && strings.Contains(strings.ToLower(t.Code(t.Child(callee, 0))), "tool") {
							l.report(m.rule, id, value)
						}
					}
				}
			}
		}
	}
}

// describesTool says of an attribute that it is the description of a tool.
func (l *look) describesTool(attribute syntax.ID) bool {
	of := l.t.Code(l.t.Child(attribute, 0))
	switch l.t.Name(attribute) {
	case "__doc__":
		return true
	case "description", "inputSchema", "input_schema":
		return strings.Contains(strings.ToLower(of), "tool")
	}
	return false
}

// serverStarters are what MCP's SDKs and frameworks start servers with.
var serverStarters = set("StdioServerParameters", "StdioClientTransport", "StdioServerParams", "StdioConnectionParams", "StdioTransport", "Experimental_StdioMCPTransport", "StdioMCPTransport", "MultiServerMCPClient", "MCPServerStdio",
	"MCPServerStdioParams", "MCPToolset", "McpToolset", "MCPTools", "MCPStdioTool", "MCPStdioPlugin", "MCPClient", "McpClient", "MCPServerAdapter", "BasicMCPClient", "StdioMCPServerConfig", "McpWorkbench", "fromStdio", "StdioServerConfig", "ClaudeAgentOptions", "ClaudeCodeOptions")

// startsServer says whether a call, or a table inside of one or under a key for servers, is what a server is started with.
func (l *look) startsServer(id syntax.ID) bool {
	t := l.t
	for ; id != 0; id = t.Parent(id) {
		switch t.Kind(id) {
		case syntax.Call:
			if callee := t.Child(id, 0); serverStarters[t.Name(callee)] {
				return true
			}
		case syntax.Pair:
			if key, ok := t.Text(t.Child(id, 0)); ok && (key == "mcpServers" || key == "mcp_servers") {
				return true
			}
		case syntax.Keyword:
			if name := t.Name(id); name == "mcp_servers" || name == "server_params" {
				return true
			}
		case syntax.Assign: // a table with the servers, or one of them, under a name that says so
			if name := t.Child(id, 0); t.Kind(name) == syntax.Ident && strings.Contains(strings.ToLower(t.Name(name)), "mcp") {
				return true
			}
		case syntax.Function, syntax.Module:
			return false
		}
	}
	return false
}

// unpinnedLaunch sees servers that code starts by name: a command beside a list of its arguments.
func unpinnedLaunch(l *look, m *matcher) {
	t := l.t
	if !l.f.Holds("args") || !slices.ContainsFunc([]string{"npx", "uvx", "bunx", "docker", "pipx", "dlx", "podman"}, l.f.Holds) {
		return
	}
	if !slices.ContainsFunc([]string{"mcp", "MCP", "Stdio"}, l.f.Holds) {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		var command, args syntax.ID
		switch t.Kind(id) {
		case syntax.Call:
			if t.Language != syntax.Python {
				continue
			}
			command, _ = l.f.Argument(id, "command", -1)
			args, _ = l.f.Argument(id, "args", -1)
		case syntax.Dict:
			command, _ = l.f.Property(id, "command")
			args, _ = l.f.Property(id, "args")
		}
		if command == 0 || args == 0 || !l.startsServer(id) {
			continue
		}
		name, ok := l.f.Constant(command)
		list := l.f.Literal(args)
		if !ok || name.Partial || list == 0 || t.Kind(list) != syntax.List {
			continue
		}
		s := toolServer{command: name.Text}
		nodes := map[*settings.Node]syntax.ID{}
		for c := range t.Children(list) {
			n := &settings.Node{Value: "${}", Scalar: true}
			if v, ok := l.f.Constant(c); ok && !v.Partial {
				n.Value = v.Text
			}
			nodes[n] = c
			s.args = append(s.args, n)
		}
		launcher, words := s.words()
		if at, spec := unpinnedPackage(launcher, words); at != nil {
			c := nodes[at]
			k := foundKey{m.rule, t.Node(c).Start}
			if l.seen[k] {
				continue
			}
			l.seen[k] = true
			line, column := t.Line(t.Node(c).Start)
			l.found = append(l.found, Finding{Rule: m.rule, Path: l.f.Path, Line: line, Column: column, EndLine: line, Code: firstLine(t.Code(c)), Message: told(m.rule.Message, quoteCode(l.serverNamed(id, spec)), quoteCode(spec), "")})
		}
	}
}

// serverNamed is what a server is called where it is started: by the key it stands under, or by its name; else by its package.
func (l *look) serverNamed(id syntax.ID, spec string) string {
	t := l.t
	for at, steps := id, 0; at != 0 && steps < 5; at, steps = t.Parent(at), steps+1 {
		name := syntax.ID(0)
		switch t.Kind(at) {
		case syntax.Dict:
			name, _ = l.f.Property(at, "name")
			if pair := t.Parent(at); name == 0 && t.Kind(pair) == syntax.Pair {
				if key, _ := l.keyOf(pair); key != "" && !startsWith[key] {
					return key
				}
			}
		case syntax.Call:
			name, _ = l.f.Argument(at, "name", -1)
		case syntax.Function, syntax.Block:
			return packageName(spec)
		}
		if text, ok := t.Text(name); name != 0 && ok {
			return text
		}
	}
	return packageName(spec)
}

// startsWith are keys that say how a server is started, and not what it is called.
var startsWith = map[string]bool{"transport": true, "params": true, "server_params": true, "serverParams": true, "stdio": true, "config": true, "server": true, "connection": true, "options": true, "mcp": true, "mcpServer": true}

// packageName is the name of a package or an image without its version.
func packageName(spec string) string {
	spec, _, _ = strings.Cut(spec, "==")
	if i := strings.LastIndexByte(spec, '@'); i > 0 {
		spec = spec[:i]
	}
	return spec
}

// doubledTool sees two servers of one file that offer a tool of the same name.
func doubledTool(l *look, m *matcher) {
	t := l.t
	first := map[string]string{} // name of the tool -> server
	for _, tool := range l.tools() {
		for c := range t.Children(tool) {
			if t.Kind(c) != syntax.Decorator {
				continue
			}
			call := t.Child(c, 0)
			callee := call
			name := t.Name(tool)
			if t.Kind(call) == syntax.Call {
				callee = t.Child(call, 0)
				if given, _ := l.f.Argument(call, "name", 0); given != 0 {
					v, ok := l.f.Constant(given)
					if !ok || v.Partial {
						continue
					}
					name = v.Text
				}
			}
			of := t.Child(callee, 0)
			if t.Kind(callee) != syntax.Attribute || t.Name(callee) != "tool" || t.Kind(of) != syntax.Ident {
				continue
			}
			if !strings.HasSuffix(l.f.Name(of), "FastMCP") {
				continue
			}
			server := t.Name(of)
			if other, twice := first[name]; twice && other != server {
				l.reportTool(m, tool, server, name)
			} else if !twice {
				first[name] = server
			}
		}
	}
}

func (l *look) reportTool(m *matcher, tool syntax.ID, server, name string) {
	at := l.t.Node(tool).NameStart
	k := foundKey{m.rule, at}
	if l.seen[k] {
		return
	}
	l.seen[k] = true
	line, column := l.t.Line(at)
	l.found = append(l.found, Finding{Rule: m.rule, Path: l.f.Path, Line: line, Column: column, EndLine: line, Code: firstLine(l.t.Name(tool)), Message: told(m.rule.Message, quoteCode(server), quoteCode(name), "")})
}
