package inventory

import (
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// sends are names of functions that send a request.
var sends = map[string]bool{"post": true, "fetch": true, "request": true, "axios": true, "stream": true, "urlopen": true, "$fetch": true, "ofetch": true, "got": true}

// modelPath is a part of addresses at which models are asked.
var modelPath = pattern.New(`/v1/(?:chat/)?completions|/v1beta?\d?/models/[^/]+:(?:generateContent|streamGenerateContent|embedContent)|:(?:generateContent|streamGenerateContent)\b|/v1/(?:messages|responses|embeddings|images/generations|audio/(?:speech|transcriptions)|rerank)$|` +
	`/api/(?:generate|chat|embeddings?)$|api-inference\.huggingface\.co/(?:models|pipeline)|/worker_(?:generate|get_embeddings)\w*$|/chat/completions$|api\.(?:openai|anthropic|mistral|groq|cohere|together|deepseek|perplexity|x|fireworks)\.(?:com|ai|xyz|cn)/|/generate(?:_stream)?$`)

// overHTTP notes a request to where models are asked.
func (l *look) overHTTP(id, callee syntax.ID) bool {
	t := l.t
	k := t.Kind(callee)
	if k != syntax.Ident && k != syntax.Attribute || !sends[t.Name(callee)] {
		return false
	}
	for _, spec := range []string{"url", "0", "1"} {
		v := l.argument(id, spec)
		if v == 0 {
			continue
		}
		c, ok := l.f.Constant(v)
		if !ok || !c.String || !modelPath.MatchString(c.Text) {
			continue
		}
		a := Asset{Kind: lodemark.KindModelCall, Name: calleeText(t, id), Seen: ByCall, at: id}
		a.set("url", short(c.Text))
		l.add(a)
		return true
	}
	return false
}
