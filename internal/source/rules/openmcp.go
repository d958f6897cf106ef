package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// mcpLibraries serve the Model Context Protocol; those of its clients alone do not count.
	mcpLibraries = Names{"mcp.server", "mcp.server.**", "fastmcp", "fastmcp.**", "@modelcontextprotocol/sdk", "@modelcontextprotocol/sdk.**", "@modelcontextprotocol/sdk/server/**", "@modelcontextprotocol/sdk/server/**.**", "mcp-handler", "fastmcp.FastMCP", "mcp-framework", "mcp-framework.**"}
	// mcpRuns start a server that is given its address.
	mcpRuns = Names{"**.FastMCP", "**.FastMCP.run", "**.FastMCP.run_async", "**.FastMCP.run_http_async", "**.FastMCP.run_sse_async", "?.mcp.run", "?.server.run", "?.*mcp.run", "uvicorn.run", "uvicorn.Config", "hypercorn.config.Config", "aiohttp.web.run_app"}
	// listensEverywhere are servers of JavaScript that listen on all networks unless they are given a host.
	listensEverywhere = Names{"express.listen", "**.express.listen", "http.createServer.listen", "https.createServer.listen", "?.app.listen", "?.server.listen", "?.httpServer.listen", "?.http_server.listen", "connect.listen", "koa.listen", "**.createServer.listen", "restify.createServer.listen",
		"hono/node-server.serve", "@hono/node-server.serve", "Bun.serve", "Deno.serve"}
	// mcpAsks is what is used by name where callers or the pages that they come from are asked who they are.
	mcpAsks = pattern.New(`(?i)^(?:auth|auth_?provider|auth_server_provider|token_?verifier|oauth_?provider|\w*auth_?settings|\w*jwt\w*verifier|jwtVerify|\w*bearer_?auth\w*|\w*auth_?middleware|(?:experimental_?)?with_?(?:mcp_?)?auth\w*|\w*MCP_\w*(?:SECRET|TOKEN|KEY)|authentication_?middleware|transport_?security\w*|allowed_?(?:hosts|origins)|enable_?dns_?rebinding\w*|host_?header_?validation|localhost_?host_?validation|` +
		`(?:verify|check|validate|require|ensure|get_?current)_?(?:access_?|bearer_?|api_?|mcp_?)?(?:token|auth|key|origin|host|session|user|request)\w*|authenticate\w*|authoriz(?:e|ation)\w*|is_?auth\w*|requires?_?auth\w*|http_?basic\w*|http_?bearer|api_?key_?(?:header|query|auth)\w*|basic_?auth|passport|timingSafeEqual|compare_digest|` +
		`x-api-key|x-mcp-token|origin)$`)
)

// openMCP finds servers of the Model Context Protocol that listen on all networks, and where nothing in the file asks who calls.
func openMCP(l *look, m *matcher) {
	if notDeployed.MatchString(l.f.Path) || !l.servesMCP() && !l.hostedMCP() {
		return
	}
	t := l.t
	var found []syntax.ID
	published := false
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Call:
			switch {
			case l.opensMCP(id):
				found = append(found, id)
			case l.publishesMCP(id) && !published: // one is enough to be told
				found, published = append(found, id), true
			}
		case syntax.Assign:
			if target := t.Child(id, 0); t.Kind(target) == syntax.Attribute && t.Name(target) == "host" && strings.HasSuffix(t.Code(t.Child(target, 0)), "settings") && l.everywhereAt(l.f.Value(id)) {
				found = append(found, id)
			}
		}
	}
	if len(found) == 0 || l.asksMCP() {
		return
	}
	for _, id := range found {
		l.tell(m.rule, id, id, "")
	}
}

// servesMCP says whether a file serves the protocol: with a library, or by answering its methods itself.
func (l *look) servesMCP() bool {
	src := l.t.Source
	if strings.Contains(src, "mcp") || strings.Contains(src, "modelcontextprotocol") {
		for _, module := range l.f.Imports() {
			if resolve.MatchesAny(mcpLibraries, module) || strings.HasPrefix(module, "@modelcontextprotocol/sdk/server/") {
				return true
			}
		}
	}
	return strings.Contains(src, "tools/list") && strings.Contains(src, "tools/call") || strings.Contains(src, "tools/call") && strings.Contains(src, "inputSchema") ||
		strings.Contains(src, "tools/list") && strings.Contains(src, "inputSchema")
}

// hostedMCP says whether a file hands the protocol to a platform that listens for it.
func (l *look) hostedMCP() bool {
	src := l.t.Source
	return l.t.Language == syntax.JavaScript && (strings.Contains(src, ".serveSSE(") || strings.Contains(src, "createMcpHandler(") || strings.Contains(src, "agents/mcp") || strings.Contains(src, "transportType"))
}

// publishesMCP says whether a call makes what a platform gives to everybody: Tools.serve("/mcp").fetch of a worker, the handler of a
// route of Next; or starts a server of fastmcp on all networks.
func (l *look) publishesMCP(call syntax.ID) bool {
	t := l.t
	if t.Language != syntax.JavaScript {
		return false
	}
	switch calledLast(l, call) {
	case "serveSSE", "serve":
		text, ok := t.Text(t.Child(call, 1))
		callee := t.Child(call, 0)
		if !ok || !strings.HasPrefix(text, "/") || t.Kind(callee) != syntax.Attribute || t.Name(callee) == "serve" && !strings.Contains(t.Source, "agents/mcp") && !strings.Contains(t.Source, ".serveSSE(") {
			return false
		}
		return l.exportedByDefault(call)
	case "createMcpHandler":
		switch name := l.f.Callee(call); {
		case strings.HasPrefix(name, "mcp-handler."), strings.HasPrefix(name, "@vercel/mcp-adapter."):
			return nextRoute.MatchString(l.f.Path) || otherPages.MatchString(l.f.Path) || nuxtRoute.MatchString(l.f.Path)
		case strings.HasPrefix(name, "agents/mcp"):
			return l.exportedByDefault(call)
		}
	case "start":
		for _, kind := range []string{"httpStream", "sse"} {
			options, _ := l.f.Argument(call, kind, -1)
			if d := l.f.Literal(options); t.Kind(d) == syntax.Dict {
				if host, _ := l.f.Property(d, "host"); l.everywhereAt(host) {
					return true
				}
			}
		}
	}
	return false
}

// exportedByDefault says whether a node stands in what a file exports by itself.
func (l *look) exportedByDefault(id syntax.ID) bool {
	for p := l.t.Parent(id); p != 0; p = l.t.Parent(p) {
		if l.t.Kind(p) == syntax.Export {
			return l.t.Name(p) == "default"
		}
	}
	return false
}

// opensMCP says whether a call starts a server that everybody on the network reaches.
func (l *look) opensMCP(call syntax.ID) bool {
	t := l.t
	last := calledLast(l, call)
	if t.Language == syntax.Python {
		switch last {
		case "run", "run_async", "run_http_async", "run_sse_async", "FastMCP", "Config", "run_app":
		default:
			return false
		}
		host, _ := l.f.Argument(call, "host", -1)
		return l.everywhereAt(host) && resolve.MatchesAny(mcpRuns, l.f.Callee(call))
	}
	if last != "listen" && last != "serve" {
		return false
	}
	if l.listenAt(call) != 0 {
		return true
	}
	if !resolve.MatchesAny(listensEverywhere, l.f.Callee(call)) {
		return false
	}
	for _, name := range []string{"host", "hostname"} {
		if v, open := l.f.Argument(call, name, -1); v != 0 || open {
			return false
		}
	}
	if last == "serve" {
		return true
	}
	first := t.Child(call, 1)
	switch host := t.Next(first); {
	case first == 0 || t.Kind(first) == syntax.Spread, t.Kind(first) == syntax.Str: // a port of the system's choice; a socket
		return false
	case host == 0 || t.Kind(host) == syntax.Function:
		return true
	case t.Kind(host) == syntax.Ident: // a callback by its name, or a host
		b := l.f.Binding(host)
		return t.Kind(b) == syntax.Function
	}
	return false
}

// asksMCP says whether anything in a file asks who calls, by a name that is used or a header that is read.
func (l *look) asksMCP() bool {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Keyword, syntax.Alias:
			if mcpAsks.MatchString(t.Name(id)) {
				return true
			}
		case syntax.Ident, syntax.Attribute:
			if name := t.Name(id); len(name) > 3 && mcpAsks.MatchString(name) && !l.corsOrigin(id) {
				return true
			}
		case syntax.Str:
			if n := t.Node(id); n.End-n.Start > 40 || t.Kind(t.Parent(id)) == syntax.ExprStmt {
				continue
			}
			if text, _ := t.Text(id); len(text) > 3 && mcpAsks.MatchString(text) && !l.corsOrigin(id) && !l.sendsHeader(id) {
				return true
			}
		}
	}
	return false
}

// corsOrigin says of the word `origin` that it is the key of an option that lets pages in, not the header that is looked at.
func (l *look) corsOrigin(id syntax.ID) bool {
	p := l.t.Parent(id)
	if l.t.Kind(p) != syntax.Pair || l.t.Child(p, 0) != id {
		return false
	}
	v, ok := l.f.Constant(l.t.Last(p))
	return ok && (v.Text == "*" || v.Text == "true" || v.Text == "True")
}

// sendsHeader says of a header's name that it is sent: the key of an object of headers.
func (l *look) sendsHeader(id syntax.ID) bool {
	p := l.t.Parent(id)
	return l.t.Kind(p) == syntax.Pair && l.t.Child(p, 0) == id || l.t.Kind(p) == syntax.List
}
