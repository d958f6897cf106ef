package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Classes of Python that are agents and tools of a framework of one's own are known by the base that the project itself wrote, and by what is
// in them: an agent speaks with a model, a tool says what it is for and does something.

var (
	agentBase  = pattern.New(`^(?:Base|Abstract|Lazy|Lazy_?Loading|Chat|LLM)?Agent(?:Base)?$`)
	agentClass = pattern.New(`^[A-Z]\w*Agent$`)
	speaks     = pattern.New(`(?i)\b\w*(?:llm|prompt|conversation|chat_?history|system_message|messages)\w*\b`)
	toolBase   = pattern.New(`^(?:Base|Abstract)?Tools?(?:Base)?$`)
	doesWork   = []string{"execute", "run", "_run", "arun", "_arun", "invoke", "call", "__call__", "forward", "use"}
)

// maxClass is how much of a class is read for what it speaks of.
const maxClass = 20 << 10

// ownClass notes one.
func (l *look) ownClass(id syntax.ID) {
	t := l.t
	if t.Language != syntax.Python || t.Name(id) == "" || l.mocked() {
		return
	}
	kind := lodemark.Kind("")
	for c := range t.Children(id) {
		if k := t.Kind(c); k != syntax.Ident && k != syntax.Attribute {
			continue
		}
		switch base := t.Name(c); {
		case agentBase.MatchString(base) && agentClass.MatchString(t.Name(id)):
			kind = lodemark.KindAgent
		case toolBase.MatchString(base):
			kind = lodemark.KindTool
		}
	}
	if kind == "" || l.noted(kind, id) || strings.HasPrefix(t.Name(id), "Base") || strings.HasPrefix(t.Name(id), "Abstract") || strings.HasPrefix(t.Name(id), "_") {
		return
	}
	a := Asset{Kind: kind, Name: t.Name(id), Seen: ByName, at: id}
	if kind == lodemark.KindAgent {
		code := t.Code(id)
		if !speaks.MatchString(code[:min(len(code), maxClass)]) {
			return
		}
	} else {
		if !l.described(id) {
			return
		}
		a.Name = l.ownName(&Entry{Kind: kind}, id)
		if !toolName.MatchString(a.Name) {
			a.Name = t.Name(id)
		}
		a.Digest = l.shape(a.Name, id)
	}
	got := l.add(a)
	if n := t.Node(id); n.NameEnd > n.NameStart {
		got.Line, _ = t.Line(n.NameStart)
	}
}

// described says whether a class says what it is for, in a field, and does something.
func (l *look) described(class syntax.ID) bool {
	if len(l.f.Fields(class, "description")) == 0 {
		return false
	}
	for _, name := range doesWork {
		if len(l.f.Fields(class, name)) > 0 {
			return true
		}
	}
	return false
}

// holdsCall says whether a name is a variable that was given what a call made.
func (l *look) holdsCall(name syntax.ID) bool {
	b := l.f.Binding(name)
	return b != 0 && l.t.Kind(b) == syntax.Assign && l.t.Kind(l.f.Value(b)) == syntax.Call
}

// withHoles is a format of Python without its quotes: Helsinki-NLP/opus-mt-{lang}-en of f"Helsinki-NLP/opus-mt-{lang}-en".
func withHoles(code string) string {
	text := strings.TrimLeft(code, "fFrR")
	if len(text) < 3 || strings.ContainsAny(text, " \\") || text[0] != '"' && text[0] != '\'' || text[len(text)-1] != text[0] || text[1] == text[0] {
		return code
	}
	return text[1 : len(text)-1]
}

// announced are the MCP servers that a file announces to a registry or to what installs them.
func announced(base string, roots []*settings.Node) []Asset {
	if base != "server.json" && base != "manifest.json" || len(roots) == 0 {
		return nil
	}
	root := roots[0]
	name := root.Child("name")
	if name == nil || !name.Scalar || name.Value == "" || len(name.Value) > 200 {
		return nil
	}
	form := ""
	switch schema := root.Child("$schema"); {
	case base == "server.json" && schema != nil && strings.Contains(schema.Value, "modelcontextprotocol.io/"):
		form = "registry"
	case base == "manifest.json" && (root.Child("manifest_version") != nil || root.Child("dxt_version") != nil) && root.Child("server").Child("mcp_config") != nil:
		form = "bundle"
	default:
		return nil
	}
	return []Asset{{Kind: lodemark.KindMCPServer, Name: name.Value, Line: name.Line, EndLine: name.EndLine, Origin: lodemark.OriginInferred, Seen: ByCall, Detail: map[string]string{"role": "server", "form": form}}}
}

// servedHere notes the pages that Gradio makes of a model that the same file loads.
func (l *look) servedHere() {
	if len(l.pages) == 0 {
		return
	}
	for i := range l.found {
		if a := &l.found[i]; a.Kind == lodemark.KindModel && a.Seen&ByCall != 0 {
			for _, id := range l.pages {
				page := Asset{Kind: lodemark.KindServer, Name: calleeText(l.t, id), Seen: ByCall, at: id}
				page.set("technology", "gradio")
				l.add(page)
			}
			return
		}
	}
}
