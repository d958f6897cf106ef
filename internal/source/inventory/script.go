package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// What JavaScript writes by hand, where no library says what it is: stores of vectors behind SQL, agents and tools of frameworks of one's own,
// requests to the model of an MCP client, and what asks people before a tool runs.

// scriptCall notes what a call that the book does not know makes.
func (l *look) scriptCall(id syntax.ID) {
	t := l.t
	callee := t.Child(id, 0)
	if t.Kind(callee) != syntax.Attribute {
		return
	}
	first := t.Next(callee)
	if first == 0 {
		return
	}
	switch t.Name(callee) {
	case "rpc": // supabase.rpc("match_documents", { query_embedding: … })
		if name, ok := t.Text(first); ok && t.Kind(first) == syntax.Str && l.embeds(t.Next(first)) {
			l.store(name, "supabase pgvector", id)
		}
	case "insert", "upsert": // supabase.from("documents").insert(rows)
		from := t.Child(callee, 0)
		if t.Kind(from) != syntax.Call || t.Kind(t.Child(from, 0)) != syntax.Attribute || t.Name(t.Child(from, 0)) != "from" || t.Kind(t.Child(from, 1)) != syntax.Str {
			return
		}
		if name, ok := t.Text(t.Child(from, 1)); ok && l.embeds(first) {
			l.store(name, "supabase pgvector", id)
		}
	case "sendRequest", "request", "createMessage", "requestSampling": // the model of an MCP client
		if !l.mcp {
			return
		}
		lit := l.f.Literal(first)
		if lit == 0 || t.Kind(lit) != syntax.Dict {
			return
		}
		method, _ := l.property(lit, "method")
		if messages, _ := l.f.Property(lit, "messages"); method == "sampling/createMessage" || t.Name(callee) == "createMessage" && messages != 0 {
			a := Asset{Kind: lodemark.KindModelCall, Name: calleeText(t, id), Seen: ByCall, at: id}
			a.set("provider", "mcp")
			a.set("role", "sampling")
			l.add(a)
		}
	case "agent", "addAgent", "createAgent", "registerAgent": // .agent("researcher", { role: "You are …", functions: […] })
		settings := t.Next(first)
		if settings == 0 || t.Kind(settings) != syntax.Dict {
			return
		}
		for _, key := range []string{"role", "instructions", "systemPrompt", "system", "prompt", "functions", "tools"} {
			v, _ := l.f.Property(settings, key)
			if v == 0 {
				continue
			}
			c, _ := l.f.Constant(first)
			a := Asset{Kind: lodemark.KindAgent, Name: c.Text, Seen: ByCall, at: first}
			if c.Text == "" {
				a.Name = short(t.Code(first))
			}
			if key != "functions" && key != "tools" {
				l.text(v, "system", key, ByCall)
			}
			l.add(a)
			return
		}
	}
}

func (l *look) store(name, provider string, at syntax.ID) {
	a := Asset{Kind: "vector_store", Name: name, Seen: ByCall, at: at}
	a.set("provider", provider)
	l.add(a)
}

// embeds says whether what is stored or asked has embeddings in it.
func (l *look) embeds(v syntax.ID) bool {
	t := l.t
	if v != 0 && t.Kind(v) == syntax.Ident {
		if b := l.f.Binding(v); b != 0 && t.Kind(b) == syntax.Assign && l.f.Value(b) != 0 {
			v = l.f.Value(b)
		}
	}
	if v == 0 {
		return false
	}
	code := t.Code(v)
	return strings.Contains(strings.ToLower(code[:min(len(code), 4000)]), "embedding")
}

var (
	vectorSQL = pattern.New(`(?i)\bcreate\s+table\b[^;]*\bvector\s*\(|\balter\s+table\b[^;]*\bvector\s*\(|\busing\s+(?:ivfflat|hnsw)\b|\bselect\b[^;]*(?:<=>|<->|<#>)`)
	tableSQL  = pattern.New(`(?i)\b(?:table(?:\s+if\s+not\s+exists)?|from|on)\s+["` + "`" + `]?([A-Za-z_][\w.]*)`)
)

// sql notes a store of vectors that a statement makes or asks.
func (l *look) sql(id syntax.ID) {
	t := l.t
	if n := t.Node(id); n.End-n.Start < 20 || n.End-n.Start > 8000 {
		return
	}
	code := t.Code(id)
	if !vectorSQL.MatchString(code) {
		return
	}
	name := "pgvector"
	if m := tableSQL.FindStringSubmatch(code); m != nil {
		name = m[1]
	}
	l.store(name, "pgvector", id)
}

// approves names what asks people before a tool runs.
var approves = pattern.New(`(?i)^(?:request|require|ask|await|confirm|check|wait_?for)_?(?:for_?)?(?:user_?|human_?)?tool_?(?:call_?|use_?|execution_?)?(?:approval|confirmation|permission)$|^(?:request|ask|wait)_?(?:for_?)?human_?(?:approval|review|confirmation)$`)

// approval notes a function that is named so, or one that something of such a name is given.
func (l *look) approval(at syntax.ID, name string, value syntax.ID) {
	if value == 0 || l.t.Kind(value) != syntax.Function || !approves.MatchString(name) {
		return
	}
	a := Asset{Kind: lodemark.KindGuardrail, Name: name, Seen: ByName, at: at}
	a.set("role", "approval")
	l.add(a)
}

// handled are the keys under which tools of one's own say what they do, shapes those under which they say what they take.
var (
	handled = []string{"handler", "execute", "run", "func", "fn", "call", "invoke", "action", "callback", "function", "_call"}
	shapes  = []string{"parameters", "schema", "inputSchema", "input_schema", "args", "argsSchema", "params", "input", "zodSchema"}
	toolish = pattern.New(`(?i)tool|skill|function|plugin|capabilit`)
)

// ownTool knows a tool of a framework of one's own: a name, a description, what it does, and what it takes.
func (l *look) ownTool(id syntax.ID) {
	t := l.t
	if t.Language == syntax.Python {
		return
	}
	name, at := l.property(id, "name")
	if name == "" || !toolName.MatchString(name) {
		return
	}
	if d, _ := l.f.Property(id, "description"); d == 0 {
		return
	}
	does, takes := false, false
	for _, key := range handled {
		if v, _ := l.f.Property(id, key); v != 0 && (t.Kind(v) == syntax.Function || t.Kind(v) == syntax.Ident || t.Kind(v) == syntax.Attribute) {
			does = true
			break
		}
	}
	for _, key := range shapes {
		if v, _ := l.f.Property(id, key); v != 0 && t.Kind(v) != syntax.Str {
			takes = true
			break
		}
	}
	around := l.inList(id) + " " + l.variable(id)
	list := t.Kind(t.Parent(id)) == syntax.List
	switch {
	case t.Kind(t.Parent(id)) == syntax.Call: // what the book knows, or options
		return
	case does && takes && (l.ai || l.mcp || toolish.MatchString(around)), does && toolish.MatchString(around), takes && list && l.ai && toolish.MatchString(l.listCall(id)):
		l.add(Asset{Kind: lodemark.KindTool, Name: name, Digest: l.shape(name, id), Seen: ByCall, at: l.writtenAt(at, at)})
	}
}

var toolName = pattern.New(`^[A-Za-z][\w.:-]{1,63}$`)

// listCall is the name of the call that a list is given to: bindTools([ … ]).
func (l *look) listCall(id syntax.ID) string {
	p := l.t.Parent(l.t.Parent(id))
	if l.t.Kind(p) == syntax.Call {
		if k := l.t.Kind(l.t.Child(p, 0)); k == syntax.Ident || k == syntax.Attribute {
			return l.t.Name(l.t.Child(p, 0))
		}
	}
	return ""
}

// ownToolClass knows a class that is a tool: it says its name, a description and what it takes.
func (l *look) ownToolClass(id syntax.ID) {
	t := l.t
	if t.Language == syntax.Python {
		return
	}
	text := func(field string) string {
		for _, b := range l.f.Fields(id, field) {
			if t.Kind(b) != syntax.Assign {
				continue
			}
			if c, ok := l.f.Constant(l.f.Value(b)); ok && c.String {
				return c.Text
			}
		}
		return ""
	}
	name := text("name")
	if name == "" || !toolName.MatchString(name) || text("description") == "" {
		return
	}
	does, takes := false, false
	for _, key := range handled {
		does = does || len(l.f.Fields(id, key)) > 0
	}
	for _, key := range shapes {
		takes = takes || len(l.f.Fields(id, key)) > 0
	}
	if !does || !takes && !toolish.MatchString(t.Name(id)) {
		return
	}
	n := t.Node(id)
	a := Asset{Kind: lodemark.KindTool, Name: name, Digest: l.shape(name, id), Seen: ByCall, at: id}
	got := l.add(a)
	if n.NameEnd > n.NameStart {
		got.Line, _ = t.Line(n.NameStart)
	}
}
