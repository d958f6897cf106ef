package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// hostedName are names that only models behind an API bear.
	hostedName = pattern.New(`^(?:(?:openai|anthropic|google|gemini|mistral|cohere|groq|xai|x-ai|deepseek|azure|bedrock|vertex_ai|openrouter|together_ai|models)[/:])?` +
		`(?:gpt-(?:[345]|realtime|audio|image-)[\w.:-]*|codex-mini\S*|sora-\d\S*|imagen-\d\S*|veo-\d\S*|gemini-embedding-\S+|text-multilingual-embedding-\d+|llama-?[234][\w.]*-(?:\w+-)*(?:instant|versatile|specdec|\d{4,5})|mixtral-8x7b-32768|gemma2?-\d+b-it|magistral-(?:small|medium)\S*|devstral-(?:small|medium)\S*|deepseek-(?:v\d|r1)[\w.-]*|chatgpt-[\w.-]+|o[134](?:-mini|-preview|-pro)?(?:-\d{4}-\d\d-\d\d)?|claude-(?:\d|instant|sonnet|opus|haiku|v\d|[a-z]+-\d)[\w.@:-]*|gemini-(?:\d|pro|flash|ultra|exp)[\w.-]*|` +
		`text-embedding-(?:3-(?:small|large)|ada-002|00\d|gecko\S*)|text-(?:davinci|curie|babbage|ada)-\d{3}|davinci-002|babbage-002|code-davinci-\d{3}|dall-e-[23]|whisper-1|tts-1(?:-hd)?|omni-moderation-\S+|` +
		`text-moderation-\S+|mistral-(?:large|medium|small|tiny|embed|saba|nemo)[\w.-]*|ministral-\d\S*|codestral-\S+|pixtral-\S+|open-mi[sx]tral-\S+|command(?:-r|-a|-light|-nightly)[\w.+-]*|` +
		`embed-(?:english|multilingual)(?:-light)?-v\d\S*|rerank-(?:english-|multilingual-)?v\d\S*|grok-(?:\d|beta|vision|code)[\w.-]*|deepseek-(?:chat|reasoner|coder)|sonar(?:-pro|-reasoning|-deep-research)[\w-]*|voyage-(?:\d|large|code|law|finance|lite)[\w.-]*|` +
		`(?:us\.|eu\.|apac\.|global\.)?(?:anthropic\.claude|amazon\.(?:nova|titan)|meta\.llama|cohere\.(?:command|embed)|mistral\.mi|ai21\.j|deepseek\.r1)[\w.:-]*|palm-2|chat-bison\S*|text-bison\S*|jurassic-2\S*|j2-(?:ultra|mid|light)|` +
		`qwen-(?:max|plus|turbo|long|vl)[\w.-]*|moonshot-v1-\S+|kimi-k\d\S*|glm-4[\w.-]*|abab\d\S*|ernie-\S+|hunyuan-\S+|nova-(?:pro|lite|micro)\S*|jamba-\S+|solar-(?:pro|mini)\S*)$`)
	// hubName is a repository of a hub.
	hubName  = pattern.New(`^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$`)
	commitID = pattern.New(`^[0-9a-f]{40}$`)
	// dated is the day, or the month, that fixes a hosted model: 2024-08-06, 20240620, 0613, 2407. Lengths of contexts (8192) are none.
	dated = pattern.New(`(?:^|[-@])(20\d\d-\d\d-\d\d|20\d{6}|(?:0\d|1[0-2])[0-3]\d|2\d(?:0[1-9]|1[0-2]))(?:$|[-:])`)
)

// prefixed is the name of a model behind that of the library's own provider: `openai:gpt-4o`.
var prefixed = pattern.New(`^(openai|azure_openai|anthropic|google|google_genai|google_vertexai|google-gla|google-vertex|vertexai|bedrock|bedrock_converse|groq|mistral|mistralai|cohere|ollama|xai|deepseek|fireworks|together|perplexity|openrouter):(\S+)$`)

// judge decides what a name is when all is known: where it comes from, and how firmly it is pinned.
func (l *look) judge(e *Entry, a *Asset, call syntax.ID) {
	if m := prefixed.FindStringSubmatch(a.Name); m != nil && a.Origin != lodemark.OriginUnresolved && (a.Kind == lodemark.KindHostedModel || a.Kind == lodemark.KindEmbeddingModel) {
		a.set("written", a.Name)
		a.set("provider", m[1])
		a.Name = m[2]
	}
	switch a.Kind {
	case lodemark.KindHostedModel:
		a.Pin, a.Version = lodemark.PinNone, ""
		if m := dated.FindStringSubmatch(a.Name); m != nil && a.Origin != lodemark.OriginUnresolved {
			a.Pin, a.Version = lodemark.PinTag, m[1]
		}
	case lodemark.KindEmbeddingModel, lodemark.KindModel, lodemark.KindDataset:
		a.Pin = lodemark.PinNone
		if hostedName.MatchString(a.Name) {
			return
		}
		if isLocal(a.Name) {
			a.set("source", "local")
			return
		}
		if call == 0 || e.Pin == "" {
			return
		}
		v := l.argument(call, e.Pin)
		if v == 0 {
			return
		}
		c, ok := l.f.Constant(v)
		switch {
		case !ok || c.Partial || !c.String:
			a.set("revision", short(l.t.Code(v)))
		case commitID.MatchString(c.Text):
			a.Pin, a.Version = lodemark.PinCommit, c.Text
		case c.Text == "main" || c.Text == "master":
			a.Pin, a.Version = lodemark.PinBranch, c.Text
		default:
			a.Pin, a.Version = lodemark.PinTag, c.Text
		}
	}
}

// isLocal says whether a name is a path.
func isLocal(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.Count(name, "/") > 1 && !resource.MatchString(name) ||
		strings.ContainsAny(name, "\\") || pathEnding.MatchString(name)
}

// resource begins the names by which providers and gateways call what they run: accounts/fireworks/models/x, publishers/google/models/y.
var resource = pattern.New(`^(?:accounts|publishers|projects|models|openrouter|openai|anthropic|fireworks_ai|bedrock|vertex_ai|azure|azure_ai|huggingface|together_ai|groq|nvidia_nim|replicate|deepinfra|novita|cloudflare|@cf)/`)

// isPath says whether a name is a path and nothing else.
func isPath(name string) bool {
	return strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.Contains(name, "\\") || pathEnding.MatchString(name)
}

var pathEnding = pattern.New(`(?i)\.(?:pt|pth|bin|ckpt|safetensors|gguf|ggml|onnx|pkl|pickle|joblib|h5|keras|pb|tflite|model|json|jsonl|csv|tsv|parquet|txt|arrow|zip|tar|gz|npy|npz)$`)

// named finds models by their names alone, where they are given to something that is named after models: a default, an argument, a key, a
// variable. Comparisons, keys of tables and texts name models too, but choose none.
func (l *look) named(id syntax.ID) {
	t := l.t
	name, value := "", syntax.ID(0)
	switch t.Kind(id) {
	case syntax.Assign:
		first := t.Child(id, 0)
		if k := t.Kind(first); k != syntax.Ident && k != syntax.Attribute {
			return
		}
		name, value = t.Name(first), l.f.Value(id)
		l.namedPrompt(id, name, value)
	case syntax.Param:
		name, value = t.Name(id), t.Last(id)
		l.namedPrompt(id, name, value)
	case syntax.Keyword:
		name, value = t.Name(id), t.Child(id, 0)
		l.namedPrompt(id, name, value)
		if name == "name" && l.templateOf(t.Parent(id)) {
			return
		}
		if name == "default" || name == "default_value" || name == "value" {
			name = l.option(t.Parent(id))
		}
	case syntax.Pair:
		text, ok := t.Text(t.Child(id, 0))
		if holder := t.Parent(t.Parent(id)); !ok || t.Kind(holder) == syntax.Keyword && (t.Name(holder) == "example" || t.Name(holder) == "examples") {
			return
		}
		name, value = text, t.Last(id)
		if k := t.Kind(value); k == syntax.Str || k == syntax.Strings || k == syntax.Format {
			l.namedPrompt(id, name, value)
		}
	}
	if t.Language != syntax.Python {
		l.approval(id, name, value)
	}
	if value != 0 && name != "" && !notOffered.MatchString(name) {
		l.namedModels(name, value, 3)
		l.table(name, value)
		l.offeredBy(name, value, 4)
		if t.Kind(id) == syntax.Assign {
			l.setElsewhere(name, value)
		}
		l.configuredStore(name, value)
		l.serverAddress(name, value)
		if t.Language == syntax.Python && t.Kind(id) != syntax.Pair {
			l.valuesOf(name, value, 3)
		}
	}
}

// setElsewhere notes the model that a variable takes over from settings of another file: const MODEL = config.chatModel.
func (l *look) setElsewhere(name string, v syntax.ID) {
	if l.t.Kind(v) != syntax.Attribute || !anyModel.MatchString(name) && !holdsModel.MatchString(name) || l.f.Written(v) != 0 || l.mocked() {
		return
	}
	if c, ok := l.f.Constant(v); ok && c.String && !c.Partial && (hostedName.MatchString(c.Text) || isRouted(c.Text) || family.MatchString(c.Text) && sized.MatchString(c.Text) && modelID.MatchString(c.Text)) {
		a := Asset{Kind: kindOfHosted(c.Text), Name: c.Text, Seen: ByName, at: v}
		a.set("written", short(l.t.Code(v)))
		l.judge(&Entry{}, &a, 0)
		l.add(a)
	}
}

// option is the name of a command line's option or of a field that a call defines: add_argument("--model", default=...), Field(default=...).
func (l *look) option(call syntax.ID) string {
	t := l.t
	if t.Kind(call) != syntax.Call {
		return ""
	}
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		if text, ok := t.Text(a); ok && t.Kind(a) == syntax.Str && strings.HasPrefix(text, "--") {
			return strings.TrimLeft(text, "-")
		}
	}
	return l.variable(call)
}

// namedModels looks at a value, at the items of a list, and at what it falls back to.
func (l *look) namedModels(name string, v syntax.ID, depth int) {
	t := l.t
	if depth == 0 || v == 0 {
		return
	}
	switch t.Kind(v) {
	case syntax.Str:
		if text, ok := t.Text(v); ok {
			if kind := byName(name, text, l.ai); kind != "" {
				a := Asset{Kind: kind, Name: text, Seen: ByName, at: v}
				l.judge(&Entry{}, &a, 0)
				l.add(a)
			} else if (t.Language != syntax.Python || sized.MatchString(text) && family.MatchString(text)) && l.unknownID(name, text) {
				l.model(text, v)
			}
		}
	case syntax.List, syntax.Tuple, syntax.Set, syntax.Logic:
		for c := range t.Children(v) {
			l.namedModels(name, c, depth-1)
		}
	case syntax.Conditional:
		l.namedModels(name, t.Child(v, 1), depth-1)
		l.namedModels(name, t.Child(v, 2), depth-1)
	case syntax.Cast, syntax.Await:
		l.namedModels(name, t.Child(v, 0), depth-1)
	case syntax.Call: // os.getenv("MODEL", "gpt-4o"), Field("gpt-4o"), z.string().default("gpt-4o")
		for a := t.Next(t.Child(v, 0)); a != 0; a = t.Next(a) {
			if t.Kind(a) == syntax.Keyword && t.Name(a) == "default" {
				l.namedModels(name, t.Child(a, 0), depth-1)
			} else if t.Kind(a) == syntax.Str || t.Kind(a) == syntax.List && t.Language != syntax.Python { // z.enum(["gpt-4o"])
				l.namedModels(name, a, depth-1)
			}
		}
	}
}

var (
	// modelWord is in names of what holds the name of a model, hubWord of one out of a hub, dataWord of a dataset.
	modelWord = pattern.New(`(?i)model|engine|deployment|llm|judge|embedding|^id$|^name$|^value$`)
	hubWord   = pattern.New(`(?i)model|checkpoint|tokenizer|encoder|backbone|pretrained|repo_?id|reranker|embedding|llm|^hf_`)
	dataWord  = pattern.New(`(?i)dataset|data_?(?:name|path|files?)$|corpus|(?:^|_)(?:train|eval|validation|test)_(?:data|file)$|_jsonl$`)
	notHub    = pattern.New(`(?i)\.(?:py|js|ts|md|yaml|yml|html|css|png|sh|git|com|org|io|ai|net)$|^(?:https?|application|text|image|audio|video|multipart|font|model|models|data|src|app|api|v1|v2|lib|output|outputs|results?|checkpoints?|weights|logs?|tmp|bin|usr|config|configs|assets|public|static|prompts?|templates?|openai|anthropic|google|azure|bedrock|ollama|groq|mistral|cohere|vertex_ai|gemini)/`)
)

// byName says what a text names by itself, given to something of a name; empty: nothing that is known.
func byName(name, text string, ai bool) lodemark.Kind {
	if len(text) > 120 || len(text) < 2 {
		return ""
	}
	if modelWord.MatchString(name) && (hostedName.MatchString(text) || isRouted(text)) {
		return kindOfHosted(text)
	}
	if documented.MatchString(name) {
		return ""
	}
	switch {
	case hubWord.MatchString(name) && weightsFile.MatchString(text) && !strings.ContainsAny(text, " *{") && !bareEnding.MatchString(text) && ai:
		return lodemark.KindModel
	case dataWord.MatchString(name) && dataFile.MatchString(text) && !strings.ContainsAny(text, " *{") && !bareEnding.MatchString(text) && ai:
		return lodemark.KindDataset
	case bareHub.MatchString(text) && hubWord.MatchString(name) && ai:
		if bareEmbedding.MatchString(text) {
			return lodemark.KindEmbeddingModel
		}
		return lodemark.KindModel
	}
	if !isHub(text) || !ai && !surelyHub.MatchString(text) && !(anyModel.MatchString(name) && family.MatchString(text)) {
		return ""
	}
	switch {
	case dataWord.MatchString(name):
		return lodemark.KindDataset
	case hubWord.MatchString(name):
		if embedWord.MatchString(name + " " + text) {
			return lodemark.KindEmbeddingModel
		}
		return lodemark.KindModel
	}
	return ""
}

var embedWord = pattern.New(`(?i)embed|sentence-transformers/|BAAI/bge-|intfloat/e5|thenlper/gte|/all-MiniLM`)

// kindOfHosted tells models for embeddings from others by their names.
func kindOfHosted(name string) lodemark.Kind {
	if strings.Contains(name, "embed") || strings.HasPrefix(name, "voyage-") {
		return lodemark.KindEmbeddingModel
	}
	return lodemark.KindHostedModel
}
