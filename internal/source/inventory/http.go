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
	`/api/(?:generate|chat|embeddings?)$|api-inference\.huggingface\.co/(?:models|pipeline)|/worker_(?:generate|get_embeddings)\w*$|/chat/completions$|api\.(?:openai|anthropic|mistral|groq|cohere|together|deepseek|perplexity|x|fireworks)\.(?:com|ai|xyz|cn)/(?:openai/|inference/)?(?:v\d/)?(?:chat|completions|complete|messages|responses|embed|generate|rerank|images|audio|moderations|fim|beta)|/generate(?:_stream)?$`)

// overHTTP notes a request to where models are asked.
func (l *look) overHTTP(id, callee syntax.ID) bool {
	t := l.t
	k := t.Kind(callee)
	if k != syntax.Ident && k != syntax.Attribute || !sends[t.Name(callee)] || t.Kind(t.Parent(id)) == syntax.Decorator {
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
	if l.t.Language == syntax.Python && l.asksInBody(id) {
		l.add(Asset{Kind: lodemark.KindModelCall, Name: calleeText(t, id), Seen: ByName, at: id})
		return true
	}
	return false
}

// asksInBody knows a request to a model by what it sends: a model and a text for it, or a text and how the answer is sampled.
func (l *look) asksInBody(id syntax.ID) bool {
	v, _ := l.f.Argument(id, "json", -1)
	if v == 0 {
		return false
	}
	body := l.literalBefore(v)
	if body == 0 || l.t.Kind(body) != syntax.Dict {
		return false
	}
	has := func(keys ...string) bool {
		for _, k := range keys {
			if v, _ := l.f.Property(body, k); v != 0 {
				return true
			}
		}
		return false
	}
	return has("messages", "prompt", "inputs", "input", "contents", "query") && has("model", "model_id", "modelUri", "model_name", "max_tokens", "max_new_tokens", "temperature", "top_p", "parameters", "completionOptions", "generationConfig")
}

// literalBefore is the literal that a value is or was given last, before it is used.
func (l *look) literalBefore(v syntax.ID) syntax.ID {
	if lit := l.f.Literal(v); lit != 0 {
		return lit
	}
	if l.t.Kind(v) == syntax.Ident {
		if b := l.f.Binding(v); b != 0 && l.t.Kind(b) == syntax.Assign {
			return l.f.Value(b)
		}
	}
	return v
}
