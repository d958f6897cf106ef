package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Guards that people write themselves are known by their names: classes and functions that are called after what they keep out, and the
// places where such a class is made.

var (
	guardClass = pattern.New(`^(?:\w*(?:Safeguard|Guardrails?|PromptGuard|LlamaGuard|ShieldGemma|InputGuard|OutputGuard|ContentFilter|ContentModerat(?:or|ion)|PromptInjection(?:Detector|Filter|Guard|Scanner|Checker|Classifier|Validator|Defense|Shield)?|` +
		`Jailbreak(?:Detector|Filter|Guard|Checker|Scanner|Classifier)|Toxicity(?:Filter|Detector|Checker|Scanner|Guard)|P(?:II|ii)(?:Redactor|Detector|Filter|Masker|Scrubber|Anonymizer|Scanner|Guard)|InjectionDetector|InjectionFilter|SafetyFilter|SafetyChecker|SafetyGuard|ModerationFilter|ModerationGuard|HallucinationDetector|HallucinationGuard)(?:Service|Middleware|Agent|Chain|Node|Tool|Client|Manager|Engine|Pipeline|Processor)?)$`)
	notGuard = pattern.New(`(?i)^(?:Enum|StrEnum|BaseModel|Exception|Error|TypedDict|Protocol|BaseSettings|SQLModel|TestCase|NamedTuple)$|Error$|Exception$|TestCase$`)
	// guardFunction are names of functions, in small letters and without lines between words, that only guards of models bear; ofGuards those
	// that mean one in a file about models.
	guardFunction = pattern.New(`^(?:check|detect|scan|screen|is|has|block|validate|contains?|filter|prevent|guard|looks?like|find|assess|classify)(?:for|against)?(?:potential|possible|any)?(?:prompt|llm)?(?:injections?|jailbreaks?)(?:attempts?|attacks?|risks?|patterns?|score)?$|^(?:prompt)?(?:injection|jailbreak)(?:detect(?:or|ion)?|filter|guard|check(?:er)?|scan(?:ner)?)$|^(?:run|apply|check|create|make|build|get)?(?:input|output|content|moderation|safety|llm|topic)?guardrails?(?:check|classifier|input|output|node|middleware|agent|pipeline)?$|^safeguard(?:input|output|check|node)?$`)
	ofGuards      = pattern.New(`^(?:redact|mask|scrub|anonymi[sz]e|detect|remove|strip)(?:pii|personal(?:data|information)|sensitive(?:data|information))$|^(?:moderate|check|filter|screen)(?:content|user|input|output|message|prompt|text)*(?:moderation|safety|toxicity|policy)$|^saniti[sz]e(?:prompt|(?:llm|model)(?:output|response)|userprompt)$|^(?:check|detect)hallucinations?$`)
)

// ownGuard notes a class that is named after what it keeps out.
func (l *look) ownGuard(class syntax.ID) {
	t := l.t
	name := t.Name(class)
	if !guardClass.MatchString(name) {
		return
	}
	for c := range t.Children(class) {
		if k := t.Kind(c); (k == syntax.Ident || k == syntax.Attribute) && notGuard.MatchString(t.Name(c)) {
			return
		}
	}
	if t.Node(class).End-t.Node(class).Start < minGuard {
		return
	}
	l.guard(name, class)
}

// minGuard is the length under which a class or a function does nothing.
const minGuard = 60

// guardCall notes where a guard of this system is made.
func (l *look) guardCall(call syntax.ID) {
	t := l.t
	callee := t.Child(call, 0)
	if t.Kind(callee) != syntax.Ident || !guardClass.MatchString(t.Name(callee)) || t.Language != syntax.Python && !t.Is(call, syntax.New) {
		return
	}
	l.add(Asset{Kind: lodemark.KindGuardrail, Name: t.Name(callee), Seen: ByName, at: call})
}

// guardNamed notes a function that is named after what it keeps out.
func (l *look) guardNamed(fn syntax.ID, name string) {
	if len(name) < 6 || len(name) > 60 {
		return
	}
	flat := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	if !guardFunction.MatchString(flat) && !(l.ai && ofGuards.MatchString(flat)) || l.t.Node(fn).End-l.t.Node(fn).Start < minGuard {
		return
	}
	l.guard(name, fn)
}

func (l *look) guard(name string, at syntax.ID) {
	if l.noted(lodemark.KindGuardrail, at) {
		return
	}
	got := l.add(Asset{Kind: lodemark.KindGuardrail, Name: name, Seen: ByName, at: at})
	if n := l.t.Node(at); n.NameEnd > n.NameStart {
		got.Line, _ = l.t.Line(n.NameStart)
	}
}

// transfers are names of functions that hand a conversation over to another agent, which they give back.
var transfers = pattern.New(`(?i)^(?:transfer|hand_?off|handoff|route|escalate)_?(?:back_?)?to_?(\w+)$`)

// handsOver notes such a function.
func (l *look) handsOver(fn syntax.ID) {
	t := l.t
	m := transfers.FindStringSubmatch(t.Name(fn))
	if m == nil || !l.ai {
		return
	}
	for id := first(t, fn); id < fn; id++ {
		if t.Kind(id) != syntax.Return {
			continue
		}
		if v := t.Child(id, 0); t.Kind(v) == syntax.Ident && strings.Contains(strings.ToLower(t.Name(v)), "agent") || t.Kind(v) == syntax.Call && t.Name(t.Child(v, 0)) == "Command" {
			got := l.add(Asset{Kind: lodemark.KindHandoff, Name: m[1], Seen: ByName, at: fn})
			if n := t.Node(fn); n.NameEnd > n.NameStart {
				got.Line, _ = t.Line(n.NameStart)
			}
			return
		}
	}
}

// given notes functions of this file that an agent is given as tools, where no decorator makes them that.
func (l *look) given(list syntax.ID) {
	t := l.t
	lit := l.f.Literal(list)
	if t.Language != syntax.Python || lit == 0 || t.Kind(lit) != syntax.List {
		return
	}
	for c := range t.Children(lit) {
		if t.Kind(c) != syntax.Ident {
			continue
		}
		b := l.f.Binding(c)
		if b == 0 || t.Kind(b) != syntax.Function || t.Kind(t.Child(b, 0)) == syntax.Decorator || transfers.MatchString(t.Name(b)) || l.noted(lodemark.KindTool, b) {
			continue
		}
		got := l.add(Asset{Kind: lodemark.KindTool, Name: t.Name(b), Digest: l.shape(t.Name(b), b), Seen: ByCall, at: b})
		if n := t.Node(b); n.NameEnd > n.NameStart {
			got.Line, _ = t.Line(n.NameStart)
		}
	}
}

// renamedTool gives a tool that a call made of a function the name that it is given afterwards: calculator.name = "Calculator".
func (l *look) renamedTool(assign syntax.ID) {
	t := l.t
	target := t.Child(assign, 0)
	if t.Kind(target) != syntax.Attribute || t.Name(target) != "name" || t.Kind(t.Child(target, 0)) != syntax.Ident {
		return
	}
	b := l.f.Binding(t.Child(target, 0))
	if b == 0 || t.Kind(b) != syntax.Assign {
		return
	}
	made := l.f.Value(b)
	c, ok := l.f.Constant(l.f.Value(assign))
	if !ok || !c.String || c.Partial || c.Text == "" {
		return
	}
	for i := range l.found {
		if a := &l.found[i]; a.Kind == lodemark.KindTool && (a.at == made || a.at == b) {
			delete(l.known, key{a.Kind.Group(), a.Name, a.Line})
			a.set("written", a.Name)
			a.Name = c.Text
			l.known[key{a.Kind.Group(), a.Name, a.Line}] = i
		}
	}
}

// configuredStore notes a store of vectors that a table of settings in code chooses: VECTOR_DB_CONFIG = {"provider": "qdrant"}.
func (l *look) configuredStore(name string, v syntax.ID) {
	t := l.t
	if !storeKey.MatchString(name) {
		return
	}
	if t.Kind(v) == syntax.Call { // json.dumps({...})
		v = t.Child(v, 1)
	}
	switch t.Kind(v) {
	case syntax.Str:
		if text, ok := t.Text(v); ok && storeKind.MatchString(text) {
			l.chosenStore(text, v)
		}
	case syntax.Dict:
		for pair := range t.Children(v) {
			if t.Kind(pair) != syntax.Pair || t.Kind(t.Last(pair)) != syntax.Str {
				continue
			}
			key, _ := t.Text(t.Child(pair, 0))
			if text, ok := t.Text(t.Last(pair)); ok && storeType.MatchString(key) && storeKind.MatchString(text) {
				l.chosenStore(text, pair)
				return
			}
		}
	}
}

func (l *look) chosenStore(name string, at syntax.ID) {
	a := Asset{Kind: lodemark.KindVectorStore, Name: strings.ToLower(name), Seen: ByName, at: at}
	a.set("technology", strings.ToLower(name))
	l.add(a)
}

var (
	mcpAddress = pattern.New(`(?i)(?:^|_|[a-z])mcp(?:_?\w+)?_?(?:url|endpoint|uri)$`)
	httpText   = pattern.New(`^https?://[^\s{}<>]+$`)
)

// serverAddress notes an MCP server by the address that settings in code give it.
func (l *look) serverAddress(name string, v syntax.ID) {
	t := l.t
	if !mcpAddress.MatchString(name) {
		return
	}
	if t.Kind(v) == syntax.Logic { // the environment, or this one
		v = t.Last(v)
	}
	if t.Kind(v) != syntax.Str {
		return
	}
	if text, ok := t.Text(v); ok && httpText.MatchString(text) {
		a := Asset{Kind: lodemark.KindMCPServer, Name: text, Seen: ByName, at: v}
		a.set("role", "client")
		a.set("url", text)
		l.add(a)
	}
}

// addedHandoffs notes agents that another one is told afterwards that it may hand over to: a.handoffs.push(b, c), a.handoffs = [b].
func (l *look) addedHandoffs(id syntax.ID) {
	t := l.t
	if t.Kind(id) == syntax.Assign {
		if first := t.Child(id, 0); t.Kind(first) == syntax.Attribute && t.Name(first) == "handoffs" {
			l.handoffs(l.f.Value(id))
		}
		return
	}
	callee := t.Child(id, 0)
	if t.Kind(callee) != syntax.Attribute || t.Name(callee) != "push" && t.Name(callee) != "append" && t.Name(callee) != "extend" {
		return
	}
	list := t.Child(callee, 0)
	for t.Kind(list) == syntax.Cast {
		list = t.Child(list, 0)
	}
	if t.Kind(list) != syntax.Attribute || t.Name(list) != "handoffs" {
		return
	}
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		switch t.Kind(a) {
		case syntax.Ident, syntax.Attribute:
			l.add(Asset{Kind: lodemark.KindHandoff, Name: t.Name(a), Seen: ByCall, at: a})
		case syntax.List:
			l.handoffs(a)
		}
	}
}
