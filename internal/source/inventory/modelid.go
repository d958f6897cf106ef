package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Providers name new models every week. An id that no pattern of names knows is one all the same where it stands for the model: given to what
// is named after models and bearing the name of a family, as the default of a variable of the environment that is, or in an entry of a list of
// models, beside what only such entries say.
var (
	modelID = pattern.New(`^@?[A-Za-z0-9][\w.:/+@-]{1,79}$`)
	// family is in the names of models of one descent.
	family = pattern.New(`(?i)(?:^|[/@_.-])(?:llama|codellama|mi[sx]tral|magistral|devstral|ministral|codestral|gemm(?:a|ini)|gemini|qwen|qwq|deepseek|phi-?\d|gpt-|chatgpt|claude|command-|sonar|pplx|grok|kimi|moonshot|glm-|minimax|abab|nova-\d|titan|falcon|yi-|vicuna|wizard|starcoder|` +
		`whisper|distil-whisper|eleven_|dall-e|flux|stable-diffusion|sdxl|imagen|veo-|sora|jamba|palm|bge-|e5-|multilingual-e5|all-minilm|ms-marco|nomic|mxbai|snowflake-arctic|voyage|embed-|text-embedding|rerank|jina-|hermes|nous-|openhermes|zephyr|solar|dolphin|orca|smollm|tinyllama|granite|nemotron|olmo|` +
		`dbrx|bert-|distilbert|roberta|t5-|flan-|bart-|clip-|blip|vit-|doubao|hunyuan|ernie|baichuan|internlm|o[134]-mini|seed-|wan-|step-|mimo|sonnet|haiku|opus)`)
	holdsModel = pattern.New(`(?i)^(?:\w*[_.])?(?:default|fallback|base|chat|llm|small|large|fast|embedding|embedder|image|vision|tts|stt|speech|transcription|rerank(?:er)?|summary|title|judge|completion|generation|ai|openai|text|code|agent)?_?model(?:_?(?:name|id|slug|pref|preference|key))?$|^deployment(?:_?name|_?id)?$`)
	anyModel   = pattern.New(`(?:^|_)(?i:models?)(?:_?(?i:name|id|slug))?$|[a-z]Models?(?:Name|Id)?$`)
	envModel   = pattern.New(`(?:^|_)MODELS?(?:$|_(?:NAME|ID|PREF|PREFERENCE|DEFAULT))|(?:^|_)(?:LLM|EMBEDDER|EMBEDDINGS?)$|DEPLOYMENT(?:_NAME)?$`)
	listModels = pattern.New(`(?i)models?(?:_?list|_?options|_?ids|_?names)?$|^llms?$|llm_?list$`)
	// modelTrait is a key that stands beside the id of a model.
	modelTrait = pattern.New(`(?i)^(?:provider(?:_?id|_?name)?|context_?(?:window|length|size|tokens|limit)|max_?(?:input|output|completion|context)?_?tokens(?:_?allowed)?|token_?limit|pricing|(?:input|output|prompt|completion)_?(?:cost|price|pricing)|hosted_?id|supports_?\w+|image_?input|modalities|reasoning|capabilities|dimensions|platform_?link|hugging_?face_?id|knowledge_?cutoff)$`)
	// notOffered names what models are kept out of: lists of those that lack something.
	notOffered = pattern.New(`^(?:no|non|not)[A-Z_]|(?:^|_)NO_|(?i:without|unsupported|not_?supported|deprecated|blocked|denied|exclu|disabled|retired|blacklist|deny_?list|ignored|removed|incompatible|voice|prefix)`)
	noModel    = pattern.New(`(?i)^(?:https?:|\.)|//|\.(?:js|ts|tsx|json|md|ya?ml|py|html|css|png|svg|jpe?g|mp[34]|wav|txt|com|org|net)$|(?:^|[/_.-])(?:test|tests|fake|mock|dummy|example|your|my|custom|unknown|none|placeholder|foo|bar)(?:$|[/_.-])|^\d+(?:[.:]\d+)*$`)
)

// unknownID says whether a text that no pattern knows is a model's id, given to something of a name.
func (l *look) unknownID(name, text string) bool {
	if len(text) < 3 || !modelID.MatchString(text) || noModel.MatchString(text) {
		return false
	}
	if !holdsModel.MatchString(name) { // inferenceModel, ROUTER_MODEL
		return anyModel.MatchString(name) && family.MatchString(text) && strings.ContainsAny(text, "0123456789") && strings.ContainsAny(text, "-/:.")
	}
	return family.MatchString(text) && strings.ContainsAny(text, "0123456789-/") || l.ai && strings.ContainsAny(text, "0123456789") && strings.ContainsAny(text, "-/") && strings.ToLower(text) != strings.ToUpper(text)
}

// model notes a model that is named and not called.
func (l *look) model(text string, at syntax.ID) {
	kind := kindOfHosted(text)
	switch {
	case embedWord.MatchString(text):
		kind = lodemark.KindEmbeddingModel
	case strings.HasPrefix(text, "Xenova/") || strings.HasPrefix(text, "onnx-community/"), l.local && hubName.MatchString(text):
		kind = lodemark.KindModel
	}
	a := Asset{Kind: kind, Name: text, Seen: ByName, at: at}
	l.judge(&Entry{}, &a, 0)
	l.add(a)
}

// environment notes the model that a variable of the environment falls back to: process.env.CHAT_MODEL ?? "...".
func (l *look) environment(id syntax.ID) {
	t := l.t
	left, right := t.Child(id, 0), t.Child(id, 1)
	if t.Language == syntax.Python || t.Kind(right) != syntax.Str || t.Name(id) == "&&" {
		return
	}
	for t.Kind(left) == syntax.Logic {
		left = t.Child(left, 1)
	}
	if t.Kind(left) != syntax.Attribute && t.Kind(left) != syntax.Index && t.Kind(left) != syntax.Call {
		return
	}
	c, ok := l.f.Constant(left)
	name := c.Env
	if !ok || name == "" {
		if t.Kind(left) != syntax.Attribute || t.Kind(t.Child(left, 0)) != syntax.Attribute || t.Name(t.Child(left, 0)) != "env" {
			return
		}
		name = t.Name(left)
	}
	text, _ := t.Text(right)
	if !envModel.MatchString(name) || notOffered.MatchString(name) || len(text) < 3 || !modelID.MatchString(text) || noModel.MatchString(text) {
		return
	}
	if hostedName.MatchString(text) || family.MatchString(text) || strings.ContainsAny(text, "-/") && strings.ContainsAny(text, "0123456789/") {
		l.model(text, right)
	}
}

// entry notes the model of an entry in a list of models: { modelId: "...", provider: "...", contextWindow: 8192 }.
func (l *look) entry(id syntax.ID) {
	t := l.t
	best, rank, traits := syntax.ID(0), 0, 0
	for pair := range t.Children(id) {
		if t.Kind(pair) != syntax.Pair {
			continue
		}
		key, ok := t.Text(t.Child(pair, 0))
		if !ok {
			continue
		}
		if modelTrait.MatchString(key) {
			traits++
		}
		if t.Kind(t.Last(pair)) != syntax.Str {
			continue
		}
		r := 0
		switch key {
		case "modelId", "model_id":
			r = 4
		case "model", "slug":
			r = 3
		case "id", "value":
			r = 2
		case "modelName", "model_name", "name":
			r = 1
		}
		if r > rank {
			best, rank = t.Last(pair), r
		}
	}
	if best == 0 {
		return
	}
	text, _ := t.Text(best)
	if len(text) < 3 || !modelID.MatchString(text) || noModel.MatchString(text) || hostedName.MatchString(text) { // what is known is noted where it is written
		return
	}
	list := l.inList(id)
	switch {
	case notOffered.MatchString(list):
		return
	case rank == 4 && traits > 0, family.MatchString(text) && (traits > 0 || listModels.MatchString(list)), traits > 1 && listModels.MatchString(list) && strings.ContainsAny(text, "-/0123456789"):
		l.model(text, best)
	}
}

// inList is the name of the list that an entry stands in, or empty.
func (l *look) inList(id syntax.ID) string {
	p := l.t.Parent(id)
	if l.t.Kind(p) == syntax.Cast {
		id, p = p, l.t.Parent(p)
	}
	switch l.t.Kind(p) {
	case syntax.List:
		return l.variable(p)
	case syntax.Pair:
		if l.t.Kind(l.t.Parent(p)) == syntax.Dict {
			return l.variable(l.t.Parent(p))
		}
	}
	return ""
}

// table notes the keys of a table of models whose values describe them: SUPPORTED_MODELS = { "org/name": { ... } }.
func (l *look) table(name string, dict syntax.ID) {
	t := l.t
	if t.Language == syntax.Python || t.Kind(dict) != syntax.Dict || !listModels.MatchString(name) || notOffered.MatchString(name) {
		return
	}
	for pair := range t.Children(dict) {
		if t.Kind(pair) != syntax.Pair || t.Kind(t.Last(pair)) != syntax.Dict {
			continue
		}
		if key, ok := t.Text(t.Child(pair, 0)); ok && modelID.MatchString(key) && !noModel.MatchString(key) && (hostedName.MatchString(key) || family.MatchString(key) && strings.ContainsAny(key, "-/:")) {
			l.model(key, t.Child(pair, 0))
		}
	}
}
