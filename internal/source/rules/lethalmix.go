package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// What a tool does, as bits: all three in the hands of one model are how data gets out.
const (
	readsPrivate = 1 << iota
	takesOutside
	sendsOut
	allThree = readsPrivate | takesOutside | sendsOut
)

// privateReads, outsideReads and sends are calls in the bodies of tools.
var (
	privateReads = Names{"open", "pathlib.Path.read_text", "pathlib.Path.read_bytes", "fs.readFile", "fs.readFileSync", "fs.promises.readFile", "fs/promises.readFile", "**.cursor.execute", "?.cursor.execute", "?.conn.execute", "?.db.execute", "**.connect.execute", "sqlite3.connect.execute", "?.pool.query", "?.db.query",
		"imaplib.IMAP4_SSL.fetch", "imaplib.IMAP4_SSL.search", "**.messages.list.execute", "**.messages.get.execute"}
	outsideReads = Names{"requests.get", "httpx.get", "httpx.Client.get", "httpx.AsyncClient.get", "aiohttp.ClientSession.get", "urllib.request.urlopen", "fetch", "axios.get", "node-fetch", "**.page.goto", "?.page.goto", "imaplib.IMAP4_SSL.fetch", "**.WebBaseLoader.load", "trafilatura.fetch_url", "**.DuckDuckGoSearchRun.run", "duckduckgo_search.DDGS.text",
		"googlesearch.search", "tavily.TavilyClient.search", "**.messages.get.execute"}
	sends = Names{"requests.post", "requests.put", "httpx.post", "httpx.AsyncClient.post", "httpx.Client.post", "aiohttp.ClientSession.post", "axios.post", "smtplib.SMTP.send_message", "smtplib.SMTP.sendmail", "smtplib.SMTP_SSL.send_message", "smtplib.SMTP_SSL.sendmail", "**.sendMail", "slack_sdk.WebClient.chat_postMessage",
		"**.messages.send.execute", "twilio.rest.Client.messages.create", "resend.Emails.send", "resend.Resend.emails.send", "boto3.client.send_email"}
)

// readyMade are tools of libraries, by what they do.
var readyMade = map[string]int{
	"ReadFileTool": readsPrivate, "FileReadTool": readsPrivate, "DirectoryReadTool": readsPrivate, "FileManagementToolkit": readsPrivate, "ListDirectoryTool": readsPrivate, "SQLDatabaseToolkit": readsPrivate, "QuerySQLDatabaseTool": readsPrivate, "QuerySQLDataBaseTool": readsPrivate,
	"WebBrowserTool": takesOutside | sendsOut, "PlayWrightBrowserToolkit": takesOutside | sendsOut, "RequestsGetTool": takesOutside | sendsOut, "RequestsToolkit": takesOutside | sendsOut, "ScrapeWebsiteTool": takesOutside | sendsOut, "VisitWebpageTool": takesOutside | sendsOut, "WebBrowser": takesOutside | sendsOut,
	"DuckDuckGoSearchRun": takesOutside, "DuckDuckGoSearchTool": takesOutside, "TavilySearchResults": takesOutside, "TavilySearch": takesOutside, "SerperDevTool": takesOutside, "GoogleSearchRun": takesOutside, "SerpAPIWrapper": takesOutside, "WebSearchTool": takesOutside, "BraveSearch": takesOutside,
	"GmailToolkit": allThree, "GmailSendMessage": sendsOut, "RequestsPostTool": sendsOut, "SlackSendMessage": sendsOut, "SlackToolkit": allThree, "O365Toolkit": allThree,
}

// lethalMix finds a file whose tools together read private data, take in content from outside and can send. A tool that only does one
// of these with a fixed place (an own file, an own service) does not count: its path or address has to come from the model.
func lethalMix(l *look, m *matcher) {
	t := l.t
	l.describedMix(m)
	l.mixedList(m)
	at, does := syntax.ID(0), 0
	var names []string
	add := func(id syntax.ID, name string, what int) {
		if what == 0 {
			return
		}
		if does|what == allThree && does != allThree {
			at = id
		}
		if does|what != does {
			names = append(names, name)
		}
		does |= what
	}
	for _, tool := range l.tools() {
		add(tool, l.toolName(tool), l.toolDoes(tool))
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) == syntax.Call {
			if last := calledLast(l, id); readyMade[last] != 0 {
				if name := l.f.Callee(id); strings.Contains(name, ".") && !strings.HasPrefix(name, "?.") && !strings.HasPrefix(name, l.f.Module+".") {
					add(id, last, readyMade[last])
				}
			}
		}
	}
	if does == allThree && at != 0 && len(names) > 1 {
		l.tell(m.rule, at, at, strings.Join(names, ", "))
	}
}

func (l *look) toolName(tool syntax.ID) string {
	if name := l.t.Name(tool); name != "" {
		return name
	}
	if call := l.t.Enclosing(tool, syntax.Call); call != 0 {
		if text, ok := l.t.Text(l.t.Child(call, 1)); ok && len(text) < 60 {
			return text
		}
	}
	return "a tool"
}

// toolDoes says what the body of a tool does with places that the model names.
func (l *look) toolDoes(tool syntax.ID) int {
	does := 0
	l.callsIn(l.body(tool), func(call syntax.ID, name string) bool {
		private, outside, out := resolve.MatchesAny(privateReads, name), resolve.MatchesAny(outsideReads, name), resolve.MatchesAny(sends, name)
		if !private && !outside && !out || !l.usesParameter(tool, call) || private && l.writes(call) {
			return true
		}
		if private {
			does |= readsPrivate
		}
		address, _ := l.f.Argument(call, "url", 0)
		switch chosen := l.chosen(tool, address, maxTrail); {
		case outside && chosen: // an address can carry words away, too
			does |= takesOutside | sendsOut
		case out && (chosen || !resolve.Matches("**.post", name) && !resolve.Matches("**.put", name)):
			does |= sendsOut
		}
		return true
	})
	return does
}

// chosen says whether the model names the place: the expression begins with a parameter of the tool.
func (l *look) chosen(tool, expr syntax.ID, steps int) bool {
	t := l.t
	if expr == 0 || steps == 0 {
		return false
	}
	switch t.Kind(expr) {
	case syntax.Ident:
		b := l.f.Binding(expr)
		if b == 0 || !t.Within(b, tool) {
			return false
		}
		if t.Kind(b) == syntax.Param {
			return t.Name(expr) != "self" && t.Name(expr) != "this"
		}
		return t.Kind(b) == syntax.Assign && l.f.Value(b) != 0 && !t.Within(expr, l.f.Value(b)) && l.chosen(tool, l.f.Value(b), steps-1)
	case syntax.Attribute, syntax.Index, syntax.Await, syntax.Cast, syntax.Interp, syntax.Format, syntax.Binary:
		return l.chosen(tool, t.Child(expr, 0), steps-1)
	case syntax.Call:
		if callee := t.Child(expr, 0); t.Kind(callee) == syntax.Attribute && l.chosen(tool, t.Child(callee, 0), steps-1) {
			return true
		}
		return l.chosen(tool, t.Child(expr, 1), steps-1)
	}
	return false
}

// writes says whether an open is for writing, or a statement changes something.
func (l *look) writes(call syntax.ID) bool {
	if mode, _ := l.f.Argument(call, "mode", 1); mode != 0 {
		if v, ok := l.f.Constant(mode); ok && strings.ContainsAny(v.Text, "wax") && len(v.Text) < 4 {
			return true
		}
	}
	v, ok := l.f.Constant(l.t.Child(call, 1))
	return ok && changesSQL.MatchString(v.Text)
}

var changesSQL = pattern.New(`(?i)^\s*(insert|update|delete|create|drop|alter|pragma)\s`)

// privateServers and webServers are MCP servers that are known by the names of their packages or images.
var (
	privateServers = pattern.New(`(?i)(server-filesystem|server-postgres|server-sqlite|mcp-server-sqlite|server-gdrive|server-gmail|gmail-mcp|server-slack|notion-mcp-server|mysql-mcp|mcp-server-mysql|postgres-mcp|mcp/(filesystem|postgres|sqlite|slack))`)
	webServers     = pattern.New(`(?i)(mcp-server-fetch|server-fetch|server-puppeteer|@playwright/mcp|mcp-playwright|playwright-mcp|browserbase|browser-use|firecrawl-mcp|mcp/(fetch|puppeteer|playwright))`)
)

// lethalServers finds a list of MCP servers with one that reads private data and one that fetches from the web, which takes in and sends.
func lethalServers(f *file, m *matcher) {
	for _, root := range f.roots {
		for _, list := range [][]string{{"mcpServers"}, {"servers"}, {"mcp", "servers"}} {
			n := root
			for _, key := range list {
				n = n.Child(key)
			}
			if n == nil {
				continue
			}
			private, web := "", ""
			for _, server := range n.Children {
				if off := server.Child("disabled"); off != nil && off.Value == "true" {
					continue
				}
				text := server.Child("command").Text() + " " + server.Child("args").Text()
				switch {
				case privateServers.MatchString(text):
					private = server.Key
				case webServers.MatchString(text):
					web = server.Key
				}
			}
			if private != "" && web != "" {
				f.tell(m.rule, n, private+", "+web)
			}
		}
	}
}

var (
	agentMakers  = Names{"**.createAgent", "**.createReactAgent", "**.create_react_agent", "**.create_agent", "**.createToolCallingAgent", "**.create_tool_calling_agent", "**.AgentExecutor", "**.initialize_agent", "**.initializeAgentExecutorWithOptions", "**.Agent", "**.ToolLoopAgent", "ai.generateText", "ai.streamText", "**.ReActAgent", "**.FunctionAgent"}
	tellsOutside = pattern.New(`(?i)\b(?:search|browse|crawl|scrape|fetch|read|visit|open)\w*\s+(?:\w+\s+){0,2}?(?:the\s+)?(?:web|internet|web ?sites?|web ?pages?|urls?|news|incoming (?:e-?)?mails?)\b|\bweb search\b`)
	tellsPrivate = pattern.New(`(?i)\b(?:customer|client|patient|employee|user)s?(?:'s)?\s+(?:information|data|records?|profiles?|details|accounts?|orders?)\b|\b(?:company|internal|private|customer|production)\s+(?:\w+\s+)?(?:databases?|documents?|data|files|knowledge)\b|\bread\w*\s+(?:an?\s+|the\s+)?(?:local\s+|user'?s?\s+)?(?:files?|e-?mails?|inbox|calendar|contacts)\b`)
	tellsSends   = pattern.New(`(?i)\bsend\w*\s+(?:an?\s+|the\s+)?(?:e-?mails?|messages?|sms|slack|http|post|request|text)\b|\bpost\w*\s+(?:an?\s+)?(?:message|tweet|comment|to\s+slack)\b|\bupload\w*\s+\w+\s+to\b`)
)

// describedMix finds agents whose tools together do all three by what their descriptions say, as far as these stand in the file.
func (l *look) describedMix(m *matcher) {
	t := l.t
	if !l.f.Holds("tools") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call {
			continue
		}
		tools, _ := l.f.Argument(id, "tools", -1)
		if tools == 0 || !resolve.MatchesAny(agentMakers, l.f.Callee(id)) {
			continue
		}
		list := l.f.Literal(tools)
		if t.Kind(list) != syntax.List {
			continue
		}
		if !l.f.Says(tellsSends) || l.f.Says(asksAround) {
			return
		}
		does, n := 0, 0
		var names []string
		for item := range t.Children(list) {
			if n++; n > maxTools || t.Kind(item) != syntax.Ident {
				continue
			}
			what := l.describedDeed(item)
			if what&^does != 0 {
				names = append(names, t.Name(item))
			}
			does |= what
		}
		if does == allThree && len(names) > 1 {
			l.tell(m.rule, id, id, strings.Join(names, ", "))
		}
	}
}

const maxTools = 64

// describedDeed is what a tool says that it does.
func (l *look) describedDeed(name syntax.ID) int {
	t := l.t
	b := l.f.Binding(name)
	text := ""
	switch t.Kind(b) {
	case syntax.Assign:
		if v := l.f.Value(b); t.Kind(v) == syntax.Call {
			if d, _ := l.f.Argument(v, "description", -1); d != 0 {
				text, _ = t.Text(d)
			}
		}
	case syntax.Function:
		if doc := l.docstring(b); doc != 0 {
			text, _ = t.Text(doc)
		}
	}
	does := 0
	if text == "" {
		return 0
	}
	if tellsPrivate.MatchString(text) {
		does |= readsPrivate
	}
	if tellsOutside.MatchString(text) {
		does |= takesOutside
	}
	if tellsSends.MatchString(text) {
		does |= sendsOut
	}
	return does
}
