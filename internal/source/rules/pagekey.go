package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Scripts that a browser loads as they lie there, and how keys of providers begin. It does not matter here whether the key is one that works:
// the next one will stand in the same place.
var (
	pageScript = pattern.New(`(?i)(?:^|/)(?:public|static|www|htdocs|wwwroot)/`)
	keyStarts  = []string{"sk-ant-", "sk-proj-", "sk-or-v1-", "gsk_", "hf_", "xai-", "pplx-", "r8_"}
)

const minPageKey = 36

// keyInPage finds keys of providers in scripts of pages.
func keyInPage(l *look, m *matcher) {
	if !pageScript.MatchString(l.f.Path) || notDeployed.MatchString(l.f.Path) || l.t.Language != syntax.JavaScript {
		return
	}
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		if l.t.Kind(id) != syntax.Str || l.t.Node(id).End-l.t.Node(id).Start < minPageKey {
			continue
		}
		text, _ := l.t.Text(id)
		if len(text) >= minPageKey && !strings.ContainsAny(text, " ./") && slices.ContainsFunc(keyStarts, func(s string) bool { return strings.HasPrefix(text, s) }) {
			shown := fmt.Sprintf("%s (%d characters)", masked(text), len(text))
			line, column := l.t.Line(l.t.Node(id).Start)
			l.found = append(l.found, Finding{Rule: m.rule, Path: l.f.Path, Line: line, Column: column, EndLine: line, Code: masked(text), Message: told(m.rule.Message, "`"+shown+"`", "", "")})
		}
	}
}

// publicVariable is a variable that a bundler writes into what the browser loads, and that holds a provider's key by its name.
var publicVariable = pattern.New(`^(?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|PUBLIC)_(?:\w+_)?(?:OPENAI|AZURE_OPENAI|OPEN_AI|ANTHROPIC|CLAUDE|GEMINI|GOOGLE_(?:GENERATIVE_)?AI|GROQ|MISTRAL|COHERE|HUGGING_?FACE|HF|REPLICATE|DEEPSEEK|OPEN_?ROUTER|TOGETHER|PERPLEXITY|PINECONE|ELEVENLABS|LLM)_(?:\w+_)?(?:API_?)?(?:KEY|TOKEN|SECRET)$`)

// publicKey finds reads of such variables: process.env.NEXT_PUBLIC_OPENAI_KEY.
func publicKey(l *look, m *matcher) {
	t := l.t
	if notDeployed.MatchString(l.f.Path) || !strings.Contains(t.Source, "PUBLIC_") && !strings.Contains(t.Source, "VITE_") && !strings.Contains(t.Source, "REACT_APP_") && !strings.Contains(t.Source, "GATSBY_") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Attribute || !publicVariable.MatchString(t.Name(id)) {
			continue
		}
		if object := t.Code(t.Child(id, 0)); object == "process.env" || object == "import.meta.env" {
			l.tell(m.rule, id, id, "")
		}
	}
}
