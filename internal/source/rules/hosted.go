package rules

import (
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/hosted"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/settings"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	modelKey = pattern.New(`^(?i:(\w+_)?(?:model|llm)(_?(name|id))?)$|^engine$`)
	// Names of models that are called over an API under these very names.
	hostedID = pattern.New(`^(gpt-[345]|o[134](-|$)|chatgpt-|claude-|gemini-|text-embedding-|command-|mistral-(large|medium|small)|grok-|deepseek-(chat|reasoner)$)`)
	// Where these are used, the name is one of a deployment or of a server of one's own, or the model is kept longer.
	elsewhere = pattern.New(`(?i)azure|bedrock|vertex|localhost|127\.0\.0\.1`)
)

// modelCalls take the id of a hosted model as their first argument.
var modelCalls = sync.OnceValue(func() *resolve.Table[bool] {
	var t resolve.Table[bool]
	for _, p := range []string{"@ai-sdk/openai.openai", "@ai-sdk/anthropic.anthropic", "@ai-sdk/google.google", "@ai-sdk/mistral.mistral", "@ai-sdk/groq.groq", "@ai-sdk/openai.openai.chat",
		"@ai-sdk/openai.openai.responses", "google.generativeai.GenerativeModel", "llm.get_model", "openai.Embedding.create", "@ai-sdk/*.*", "ai.gateway", "langchain*.**.ChatOpenAI", "langchain*.**.ChatAnthropic", "langchain*.**.ChatGoogleGenerativeAI",
		"langchain*.**.ChatMistralAI", "langchain*.**.ChatGroq", "langchain*.**.init_chat_model", "langchain.initChatModel", "langchain/chat_models/universal.initChatModel", "pydantic_ai.Agent", "llama_index.llms.**.OpenAI",
		"llama_index.llms.**.Anthropic", "llama_index.llms.**.Gemini", "llama_index.llms.**.MistralAI", "dspy.LM", "crewai.LLM", "litellm.completion", "litellm.acompletion", "@langchain/**.ChatOpenAI", "@langchain/**.ChatAnthropic"} {
		t.Add(p, true)
	}
	return &t
})

func isHosted(id string) bool {
	_, known := hosted.Of(id)
	return known
}

// modelUse is a place at which the id of a hosted model is chosen.
type modelUse struct {
	at syntax.ID
	id string
}

// modelsUsed gives those of a file, each model once.
func (l *look) modelsUsed() []modelUse {
	if l.models != nil {
		return l.models
	}
	t := l.t
	l.models = []modelUse{}
	seen := map[string]bool{}
	var use func(at, value syntax.ID)
	use = func(at, value syntax.ID) {
		if t.Kind(value) == syntax.Conditional {
			use(at, t.Child(value, 1))
			use(at, t.Child(value, 2))
			return
		}
		if t.Kind(value) == syntax.Attribute && t.Name(value) == "value" { // of an enumeration
			value = t.Child(value, 0)
		}
		v, ok := l.f.Constant(value)
		if !ok || !v.String || v.Partial || len(v.Text) > 80 || seen[v.Text] {
			return
		}
		if id := hosted.Bare(v.Text); hostedID.MatchString(id) || isHosted(id) {
			seen[v.Text] = true
			l.models = append(l.models, modelUse{at, id})
		}
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		n := t.Node(id)
		switch n.Kind {
		case syntax.Keyword:
			if name := t.Name(id); isModelKey(name) || name == "default" && l.modelOption(t.Parent(id)) {
				use(id, n.First)
			}
		case syntax.Pair:
			if key, ok := t.Text(t.Child(id, 0)); ok && isModelKey(key) && chosenHere(t, t.Parent(id)) {
				use(id, t.Last(id))
			}
		case syntax.Assign:
			if first := t.Child(id, 0); t.Kind(first) == syntax.Ident || t.Kind(first) == syntax.Attribute {
				if isModelKey(t.Name(first)) {
					use(id, l.f.Value(id))
				}
			}
		case syntax.Return: // the default that a function gives back which is named after models
			if v := n.First; v != 0 && t.Kind(v) == syntax.Str {
				if fn := t.Enclosing(id, syntax.Function); fn != 0 && isModelKey(l.definedAs(fn)) {
					use(id, v)
				}
			}
		case syntax.Param:
			if n.First != 0 && isModelKey(t.Name(id)) {
				use(id, t.Last(id))
			}
		case syntax.Call:
			callee := t.Child(id, 0)
			if k := t.Kind(callee); (k == syntax.Ident || k == syntax.Attribute) && modelCalls().Might(t.Name(callee)) && modelCalls().Has(l.f.Called(id)) {
				use(id, t.Child(id, 1))
			}
		}
	}
	return l.models
}

// definedAs is the name of a function, or of the key or variable that it is given to.
func (l *look) definedAs(fn syntax.ID) string {
	t := l.t
	if name := t.Name(fn); name != "" {
		return name
	}
	switch p := t.Parent(fn); t.Kind(p) {
	case syntax.Pair:
		key, _ := t.Text(t.Child(p, 0))
		return key
	case syntax.Assign:
		if first := t.Child(p, 0); t.Kind(first) == syntax.Ident {
			return t.Name(first)
		}
	}
	return ""
}

// isModelKey asks the expression only of names that it could match.
func isModelKey(name string) bool {
	return (strings.Contains(name, "odel") || strings.Contains(name, "MODEL") || strings.Contains(name, "llm") || strings.Contains(name, "LLM") || name == "engine") && modelKey.MatchString(name)
}

// modelOption says whether a call declares a command's option that is a model.
func (l *look) modelOption(call syntax.ID) bool {
	v, ok := l.f.Constant(l.t.Child(call, 1))
	return ok && strings.HasPrefix(v.Text, "-") && isModelKey(strings.ReplaceAll(strings.TrimLeft(v.Text, "-"), "-", "_"))
}

// chosenHere says whether a dictionary is what something is called or set up with: one in a list or a larger table may be a price list.
func chosenHere(t *syntax.Tree, dict syntax.ID) bool {
	switch t.Kind(t.Parent(dict)) {
	case syntax.Call, syntax.Keyword, syntax.Assign, syntax.Return, syntax.Spread, syntax.Function, syntax.ExprStmt, syntax.Await:
		return true
	}
	return false
}

// retiredModel finds ids that the provider no longer serves.
func retiredModel(l *look, m *matcher) {
	for _, u := range l.modelsUsed() {
		if h, _ := hosted.Of(u.id); h.Retired != "" && !l.f.Says(elsewhere) {
			l.say(m.rule, u.at, u.at, u.id, h.Provider+" shut it down on "+h.Retired)
		}
	}
}

// floatingModel finds names behind which the provider changes the model.
func floatingModel(l *look, m *matcher) {
	for _, u := range l.modelsUsed() {
		if h, _ := hosted.Of(u.id); h.Fixed != "" && !l.f.Says(elsewhere) {
			l.say(m.rule, u.at, u.at, u.id, h.Fixed)
		}
	}
}

// undeclaredModel finds ids that lodemark.yaml, which names others, does not name.
func undeclaredModel(l *look, m *matcher) {
	if len(l.whole.models) == 0 {
		return
	}
	for _, u := range l.modelsUsed() {
		if hostedID.MatchString(u.id) && !l.whole.models[strings.ToLower(u.id)] {
			l.say(m.rule, u.at, u.at, u.id, declarationName)
		}
	}
}

// retiredSetting finds ids that are no longer served in configuration.
func retiredSetting(f *file, m *matcher) {
	f.modelsSet(m, func(h hosted.State) string {
		if h.Retired == "" {
			return ""
		}
		return h.Provider + " shut it down on " + h.Retired
	})
}

// floatingSetting finds names that move in configuration.
func floatingSetting(f *file, m *matcher) {
	f.modelsSet(m, func(h hosted.State) string { return h.Fixed })
}

// outcome are files of what a run gave, which names the model that was asked then.
var outcome = pattern.New(`(?i)(?:^|/)(?:\w+[_-])?(?:results?|outputs?|predictions|responses|transcripts|logs|traces|leaderboards?)/(?:.+/)?[^/]+\.json$`)

func (f *file) modelsSet(m *matcher, say func(hosted.State) string) {
	if outcome.MatchString(f.path) {
		return
	}
	seen := map[string]bool{}
	open := slices.Clone(f.roots)
	for len(open) > 0 {
		n := open[len(open)-1]
		open = append(open[:len(open)-1], n.Children...)
		if !n.Scalar || len(n.Value) > 80 || seen[n.Value] || !isModelKey(n.Key) || inList(n) || answered(n.Parent) {
			continue
		}
		h, _ := hosted.Of(hosted.Bare(n.Value))
		if note := say(h); note != "" && !elsewhere.MatchString(f.data) {
			seen[n.Value] = true
			f.tell(m.rule, n, note)
		}
	}
}

// inList says whether a value is part of a list of tables: of all the models that there are, as likely as of the one in use.
func inList(n *settings.Node) bool {
	return n.Parent != nil && n.Parent.Parent != nil && n.Parent.Parent.List && len(n.Parent.Parent.Children) > 1
}

// answered says whether a table is what a provider answered, kept as a test's data or a log.
func answered(n *settings.Node) bool {
	return n != nil && slices.ContainsFunc([]string{"choices", "object", "usage", "created", "stop_reason", "finish_reason"}, func(key string) bool { return n.Child(key) != nil })
}
