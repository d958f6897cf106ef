package survey

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// mostAlone is how many agents or servers of a kind are drawn one by one; more are one for each unit.
const mostAlone = 40

// general are names that programmers give to any agent.
var general = []string{"agent", "agents", "graph", "workflow", "builder", "app", "executor", "agentexecutor", "agent_executor", "chain", "crew", "assistant", "bot", "main", "stategraph", "react_agent", "self.agent", "runner", "compiled"}

// agents draws the agents of the code: one for each name, and those without a name of their own by their file.
func (d *drafter) agents() {
	names := map[string]bool{}
	for c := range d.sys.Of(lodemark.KindAgent) {
		names[c.Name+c.Path] = true
	}
	for c := range d.sys.Of(lodemark.KindAgent) {
		if d.aside(c) || evaluates(c.Path) || c.Origin == lodemark.OriginUnresolved {
			continue
		}
		name := c.Name
		if slices.Contains(general, strings.ToLower(name)) || name == "" || strings.ContainsAny(name, "(){}.$") {
			name = strings.TrimSuffix(path.Base(c.Path), path.Ext(c.Path))
			if n := strings.ToLower(name); slices.Contains(general, n) || n == "index" || n == "__init__" || n == "route" || n == "page" || n == "core" || n == "actions" {
				name = path.Base(path.Dir(c.Path))
				if n := strings.ToLower(name); n == "." || slices.Contains(general, n) || n == "src" || n == "api" || n == "lib" {
					name = joined(d.label(c.Path), "agent")
				}
			}
		}
		key := "agent " + strings.TrimSuffix(slug(name), "-agent")
		if len(names) > mostAlone {
			name = "agents of " + cmp.Or(path.Base(path.Dir(c.Path)), d.sys.Name)
			key = "agents " + d.unit(c.Path)
		}
		p := d.add(key, "agent", strings.TrimPrefix(strings.TrimPrefix(name, "sub-agent-"), "supervisor-"), "serving", "code makes an agent", place{c.Path, c.Line})
		p.tech(c.Detail["provider"], c.Detail["framework"])
		p.unknown("autonomy", "identity")
		if d.code[c.Path] != nil {
			d.own(p, c.Path)
		}
	}
	d.classes()
	for _, p := range d.kinds("agent") {
		for _, f := range filesOf(p) {
			if s := d.code[f]; s != nil {
				if line, ok := s.find(waits); ok {
					p.text("autonomy", "confirm", "a person is asked, at "+place{f, line}.String())
					delete(p.attributes, "autonomy")
					p.text("autonomy", "confirm", "a person is asked, at "+place{f, line}.String())
				}
				if line, ok := s.find(sessions); ok {
					p.text("memory", "session", "it keeps conversations, at "+place{f, line}.String())
				}
			}
		}
	}
}

// classes takes out agents that are the class in which another agent of the same file is made.
func (d *drafter) classes() {
	all := d.kinds("agent")
	for _, p := range all {
		for _, q := range all {
			if p != q && plain(p.name) == plain(q.name) && len(p.files) == 1 && len(q.files[p.at.path]) > 0 && p.at.line < q.at.line && d.parts != nil {
				q.files[p.at.path] = append(q.files[p.at.path], p.files[p.at.path]...)
				d.drop(p)
				d.own(q, q.at.path)
				break
			}
		}
	}
}

var (
	waits    = pattern.New(`\bhuman_input_mode\s*=\s*["']ALWAYS|interrupt_before\s*=|\bHumanApproval\w*\(|\bneedsApproval\b|HumanInTheLoopMiddleware\(`)
	sessions = pattern.New(`\b(MemorySaver|InMemorySaver|ConversationBuffer\w*Memory|ChatMemoryBuffer|InMemoryChatMessageHistory|InMemoryStore)\b`)
	hasPath  = pattern.New(`^https?://`)
)

// ownServer draws an MCP server that this code is, and what calls it.
func (d *drafter) ownServer(file string, line int) {
	if strings.HasSuffix(file, ".tsx") || evaluates(file) {
		return
	}
	unit, label := d.unit(file), d.label(file)
	p := d.add("own "+unit, "mcp_server", joined(label, "MCP server"), "tool-runtime", "code serves tools over MCP", place{file, line})
	p.text("origin", "own", "")
	p.tech("mcp")
	p.unknown("token_scope")
	d.own(p, file)
	for _, s := range d.order {
		text := d.code[s].text
		if d.unit(s) != unit {
			continue
		}
		if strings.Contains(text, "StdioServerTransport") || strings.Contains(text, `transport="stdio"`) || strings.Contains(text, "stdio_server(") {
			p.text("transport", "stdio", "it speaks over standard input, at "+s)
		}
	}
	for _, s := range d.order {
		if d.unit(s) == unit && (strings.Contains(d.code[s].text, "StreamableHTTPServerTransport") || strings.Contains(d.code[s].text, "SSEServerTransport") || strings.Contains(d.code[s].text, `transport="streamable-http"`)) {
			p.text("transport", "http", "it speaks over HTTP, at "+s)
		}
	}
	p.unknown("transport")
}

// servers draws the MCP servers that a configuration or a client names.
func (d *drafter) servers() {
	configured := 0
	for c := range d.sys.Of(lodemark.KindMCPServer) {
		if d.aside(c) {
			continue
		}
		role, at := c.Detail["role"], place{c.Path, c.Line}
		if role == "server" {
			d.ownServer(c.Path, c.Line)
			continue
		}
		name := c.Name
		url := cmp.Or(c.Detail["url"], c.Address)
		if role == "client" && (d.code[c.Path] == nil || url == "" && c.Detail["command"] == "") {
			continue // a client of something not said
		}
		if hasPath.MatchString(name) || url != "" && strings.HasPrefix(name, "_") {
			name = host(name)
		}
		if p := d.parts["own "+d.unit(c.Path)]; p != nil && (alike(name, p.name) || alike(name, d.sys.Name)) {
			continue // the server that this tree is, set up for those who work on it
		}
		if configured++; configured > mostAlone {
			name, url = "further MCP servers", ""
		}
		same := ""
		for key, q := range d.parts {
			if url != "" && q.kind == "mcp_server" && q.attributes["x"].Text == "" && q.because["url"] == url {
				same = key
			}
		}
		p := d.add(cmp.Or(same, "mcp "+slug(name)), "mcp_server", name, "tool-runtime", "a client of MCP is set up for it", at)
		p.tech("mcp")
		if url != "" {
			p.because["url"] = url
		}
		if role == "client" && c.Detail["command"] == "" && hasPath.MatchString(c.Name) {
			p.named[c.Path] = true // an address in settings is no client
		}
		p.unknown("origin", "token_scope", "effects")
		switch {
		case url != "" && !strings.Contains(url, "localhost") && !strings.Contains(url, "127.0.0.1"):
			p.boundary = "vendor"
			p.text("transport", "http", "")
		case c.Detail["transport"] == "stdio" || c.Detail["command"] != "":
			p.text("transport", "stdio", "")
		default:
			p.unknown("transport")
		}
		if d.code[c.Path] == nil {
			p.why = "a configuration for coding assistants names it"
		}
	}
}

func host(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	rest, _, _ = strings.Cut(rest, "/")
	return strings.TrimPrefix(rest, "api.")
}

func filesOf(p *part) []string {
	var all []string
	for f := range p.files {
		all = append(all, f)
	}
	slices.Sort(all)
	return all
}
