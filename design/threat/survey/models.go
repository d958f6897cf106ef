package survey

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/pattern"
)

// byName tells whose model a name is. The first that fits counts.
var byName = [][2]string{
	{"azure-", "azure-openai"}, {"azure/", "azure-openai"}, {"anthropic.", "bedrock"}, {"amazon.", "bedrock"}, {"us.", "bedrock"}, {"eu.", "bedrock"}, {"global.", "bedrock"}, {"bedrock/", "bedrock"},
	{"openai/", "openai"}, {"anthropic/", "anthropic"}, {"google/", "google"}, {"models/gemini", "google"}, {"groq/", "groq"}, {"xai/", "xai"},
	{"gpt-", "openai"}, {"chatgpt-", "openai"}, {"o1", "openai"}, {"o3", "openai"}, {"o4", "openai"}, {"tts-1", "openai"}, {"whisper-1", "openai"}, {"text-embedding-", "openai"}, {"text-davinci", "openai"}, {"dall-e", "openai"},
	{"claude-", "anthropic"}, {"gemini-", "google"}, {"gemini/", "google"}, {"mistral-", "mistral"}, {"codestral", "mistral"}, {"magistral", "mistral"}, {"command-", "cohere"}, {"embed-english", "cohere"}, {"embed-multilingual", "cohere"},
	{"deepseek-", "deepseek"}, {"deepseek/", "deepseek"}, {"grok-", "xai"}, {"sonar", "perplexity"}, {"voyage-", "voyage"},
}

var titles = map[string]string{"openai": "OpenAI", "azure-openai": "Azure OpenAI", "bedrock": "Amazon Bedrock", "anthropic": "Anthropic", "google": "Google", "vertex": "Google Vertex", "groq": "Groq",
	"xai": "xAI", "mistral": "Mistral", "cohere": "Cohere", "deepseek": "DeepSeek", "perplexity": "Perplexity", "together": "Together", "fireworks": "Fireworks", "openrouter": "OpenRouter", "replicate": "Replicate", "voyage": "Voyage", "ollama": "Ollama", "lmstudio": "LM Studio", "huggingface": "Hugging Face"}

// local are servers of models that run where the system does.
var local = []string{"ollama", "vllm", "llama.cpp", "lmstudio", "localai", "tgi"}

// asking are calls by which only one provider is asked. Names of models are left to the inventory.
var asking = []struct {
	provider string
	re       *pattern.Pattern
}{
	{"ollama", pattern.New(`\b(Chat)?Ollama(LLM|Embeddings?)?\(|\bcreateOllama\(|from ['"](ollama|@langchain/ollama|ollama-ai-provider(-v2)?)['"]|require\(['"]ollama['"]\)|\bollama\.(chat|generate|embed|embeddings|AsyncClient|Client)\(|` +
		`[\w.]*OLLAMA_\w*(URL|HOST|BASE)[^\n]{0,120}/api/(chat|generate|embed)|:11434/(api|v1)\b|\bmodel_?[pP]rovider["']?\s*[:=]\s*["']ollama["']|(process\.env\.|getenv\(["']|environ(\.get\(|\[)["'])\w*OLLAMA_\w*(URL|HOST|BASE)`)},
	{"lmstudio", pattern.New(`from ['"]@lmstudio/sdk['"]|\bLMStudioClient\(|\bimport lmstudio\b`)},
	{"groq", pattern.New(`\bChatGroq\(|\bGroq\(|\bcreateGroq\(|from ['"]@ai-sdk/groq['"]|api\.groq\.com`)},
	{"bedrock", pattern.New(`\bChatBedrock\w*\(|\bBedrockChat\(|BedrockRuntimeClient\(|["']bedrock-runtime["']|from ['"]@ai-sdk/amazon-bedrock['"]`)},
	{"vertex", pattern.New(`\bChatVertexAI\(|\bvertexai\.init\(|from ['"]@ai-sdk/google-vertex['"]`)},
	{"mistral", pattern.New(`\bChatMistralAI\(|\bMistral(Client)?\(|from ['"]@ai-sdk/mistral['"]|api\.mistral\.ai`)},
	{"cohere", pattern.New(`\bChatCohere\(|\bcohere\.Client\w*\(|new CohereClient\(|from ['"]@ai-sdk/cohere['"]`)},
	{"deepseek", pattern.New(`\bChatDeepSeek\(|api\.deepseek\.com|from ['"]@ai-sdk/deepseek['"]`)},
	{"xai", pattern.New(`\bChatXAI\(|api\.x\.ai|from ['"]@ai-sdk/xai['"]`)},
	{"openrouter", pattern.New(`openrouter\.ai/api|\bcreateOpenRouter\(|\bChatOpenRouter\(`)},
	{"together", pattern.New(`api\.together\.(xyz|ai)|\bTogether\(|new Together\(|\bChatTogether\w*\(|from ['"]@ai-sdk/togetherai['"]`)},
	{"fireworks", pattern.New(`\bChatFireworks\(|api\.fireworks\.ai|from ['"]@ai-sdk/fireworks['"]`)},
	{"replicate", pattern.New(`\breplicate\.run\(|new Replicate\(`)},
	{"perplexity", pattern.New(`api\.perplexity\.ai|from ['"]@ai-sdk/perplexity['"]`)},
}

// models draws hosted models by their provider, servers of models, and models that are loaded here.
func (d *drafter) models() {
	called, installed := map[string]bool{}, map[string]bool{}
	for c := range d.sys.Of(lodemark.KindHostedModel, lodemark.KindEmbeddingModel, lodemark.KindModel, lodemark.KindModelCall) {
		if !d.aside(c) && c.Detail["found_by"] != "name" && c.Detail["from"] == "" {
			called[c.Detail["provider"]] = true
		}
	}
	for c := range d.sys.Of(lodemark.KindPackage) {
		if !d.aside(c) && c.Format != "npm" && c.Format != "uv" && c.Format != "pnpm" && c.Format != "yarn" && c.Format != "poetry.lock" {
			installed[c.Detail["of"]] = true
			installed[strings.TrimPrefix(strings.TrimPrefix(c.Name, "@ai-sdk/"), "langchain-")] = true
		}
	}
	var unclear []lodemark.Component
	for c := range d.sys.Of(lodemark.KindHostedModel, lodemark.KindEmbeddingModel, lodemark.KindModelCall) {
		if d.aside(c) || c.Detail["from"] != "" && d.code[c.Path] == nil && c.Origin != lodemark.OriginDeclared {
			continue
		}
		provider := d.elsewhere(c, provider(c))
		if c.Kind == lodemark.KindModelCall && strings.Contains(strings.ToLower(c.Name), "embed") {
			c.Kind, c.Origin = lodemark.KindEmbeddingModel, lodemark.OriginUnresolved
		}
		if c.Kind == lodemark.KindModelCall {
			if len(c.Detail["provider"]) == 0 || !slices.Contains([]string{"openai", "anthropic", "google", "groq", "mistral", "cohere", "azure-openai", "bedrock", "vertex", "ollama", "together", "replicate", "xai", "deepseek"}, c.Detail["provider"]) {
				continue
			}
		}
		onlyNamed := c.Detail["found_by"] == "name"
		switch {
		case provider == "" || provider == "langchain" || provider == "vercel-ai" || provider == "litellm" || provider == "llamaindex":
			unclear = append(unclear, c)
			continue
		case onlyNamed && !called[provider] && !installed[provider] && !d.asked(c.Path):
			unclear = append(unclear, c)
			continue
		}
		p := d.hosted(provider, c)
		if onlyNamed && !d.asked(c.Path) {
			p.named[c.Path] = true
		} else {
			delete(p.named, c.Path)
		}
	}
	// Where the provider cannot be told, one model stands for all of them.
	if len(d.kinds("hosted_model_api")) == 0 || slices.ContainsFunc(unclear, func(c lodemark.Component) bool { return c.Kind == lodemark.KindEmbeddingModel }) {
		for _, c := range unclear {
			if c.Kind == lodemark.KindEmbeddingModel && len(d.kinds("embedding_model")) > 0 || c.Kind == lodemark.KindHostedModel && slices.ContainsFunc(d.kinds("hosted_model_api"), func(p *part) bool { return p.name != "hosted model" }) {
				continue
			}
			d.hosted("", c)
		}
	}
	for _, f := range d.order {
		if evaluates(f) {
			continue
		}
		for _, g := range asking {
			if line, ok := d.code[f].find(g.re); ok {
				d.hosted(g.provider, lodemark.Component{Kind: lodemark.KindHostedModel, Path: f, Line: line, Origin: lodemark.OriginUnresolved})
			}
		}
	}
	d.loaded()
	for c := range d.sys.Of(lodemark.KindServer) {
		if !d.aside(c) && !draws(c.Name) {
			t := cmp.Or(c.Detail["technology"], c.Detail["engine"], c.Name)
			p := d.add("server "+t, "model_server", cmp.Or(titles[t], t)+" server", "serving", "it serves a model", place{c.Path, c.Line})
			p.tech(t)
			p.is("generative", "")
			p.unknown("authn")
		}
	}
}

// draws says whether what the inventory has as a server draws a page; whose page it is, the entries say.
func draws(name string) bool {
	first, _, _ := strings.Cut(strings.ToLower(name), ".")
	return slices.Contains([]string{"gr", "gradio", "st", "streamlit", "chainlit", "cl"}, first)
}

var openAIClient = pattern.New(`\b(Async)?(Chat)?OpenAI(Embeddings)?\(|\bcreateOpenAI\(`)

var otherHost = pattern.New(`\bbase_?url\b\s*[:=]|\bbaseURL\s*:|OPENAI_(API_)?BASE`)

// elsewhere says who is asked by a client of OpenAI's that is given another address: the one provider that is declared, else nobody
// known. A name that is OpenAI's own is believed.
func (d *drafter) elsewhere(c lodemark.Component, provider string) string {
	s := d.code[c.Path]
	if provider != "openai" || s == nil || !otherHost.MatchString(s.text) || strings.Contains(s.text, "api.openai.com") {
		return provider
	}
	if c.Origin != lodemark.OriginUnresolved && c.Kind != lodemark.KindModelCall {
		for _, b := range byName {
			if b[1] == "openai" && strings.HasPrefix(strings.ToLower(c.Name), b[0]) {
				return provider
			}
		}
	}
	for _, at := range openAIClient.FindAllStringIndex(s.text, 20) {
		call := s.text[at[1]:min(len(s.text), at[1]+600)]
		depth := 1
		end := strings.IndexFunc(call, func(r rune) bool {
			switch r {
			case '(':
				depth++
			case ')':
				depth--
			}
			return depth == 0
		})
		if end >= 0 && !otherHost.MatchString(call[:end]) {
			return provider // one of its clients has OpenAI's own address
		}
	}
	declared := ""
	for o := range d.sys.Of(lodemark.KindHostedModel) {
		if p := strings.ToLower(o.Detail["provider"]); o.Origin == lodemark.OriginDeclared && p != "" && p != declared {
			if declared != "" {
				return ""
			}
			declared = p
		}
	}
	return declared
}

// asked says whether a file asks a model or makes an agent: a name there is the name of what is asked.
func (d *drafter) asked(file string) bool {
	for c := range d.sys.Of(lodemark.KindModelCall, lodemark.KindAgent) {
		if c.Path == file {
			return true
		}
	}
	return false
}

func provider(c lodemark.Component) string {
	if p := strings.ToLower(c.Detail["provider"]); p != "" && p != "langchain" && p != "llamaindex" && p != "vercel-ai" && p != "litellm" {
		return p
	}
	n := strings.ToLower(c.Name)
	for _, b := range byName {
		if strings.HasPrefix(n, b[0]) {
			return b[1]
		}
	}
	return ""
}

func (d *drafter) hosted(provider string, c lodemark.Component) *part {
	at := place{c.Path, c.Line}
	title := cmp.Or(titles[provider], provider, "hosted")
	var p *part
	switch {
	case slices.Contains(local, provider):
		p = d.add("server "+provider, "model_server", title+" server", "serving", "code asks a model there", at)
		p.is("generative", "")
		p.unknown("authn")
	case c.Kind == lodemark.KindEmbeddingModel:
		if c.Detail["source"] == "hub" || strings.Contains(c.Name, "/") && titles[provider] == "" || provider == "huggingface" || provider == "sentence-transformers" {
			p = d.add("embedding local", "embedding_model", "embedding model", "serving", "code loads it", at)
			if s := d.code[c.Path]; s != nil && s.lang == "typescript" {
				p.boundary, p.why = "vendor", "code asks it"
			}
			p.text("origin", "hub", "")
		} else {
			p = d.add("embedding "+provider, "embedding_model", title+" embeddings", "vendor", "code asks it", at)
			p.text("hosting", "vendor", "")
			p.text("origin", "third_party", "")
		}
		pin(p, c)
	default:
		p = d.add("hosted "+provider, "hosted_model_api", title+" "+map[bool]string{true: "models", false: "model"}[provider != ""], "vendor", "code asks it", at)
		p.text("hosting", "vendor", "")
		pin(p, c)
	}
	p.tech(provider)
	if c.Origin != lodemark.OriginUnresolved && c.Kind != lodemark.KindModelCall {
		p.tech(c.Name)
	}
	return p
}

// pin keeps the loosest reference among those folded into one.
func pin(p *part, c lodemark.Component) {
	state := map[lodemark.Pin]string{lodemark.PinTag: "tag", lodemark.PinDigest: "digest", lodemark.PinCommit: "digest", lodemark.PinNone: "none", lodemark.PinBranch: "none"}[c.Pin]
	if c.Origin == lodemark.OriginUnresolved {
		state = ""
	}
	had, known := p.attributes["pinned"]
	switch {
	case state == "":
		p.unknown("pinned")
	case !known || had.Unknown || had.Text == "digest" || state == "none":
		p.attributes["pinned"] = threat.Value{Text: state}
		p.because["pinned"] = "by its name at " + place{c.Path, c.Line}.String()
	}
}

// formats of weight files by the scanner's names.
var formats = map[string]string{"safetensors": "safetensors", "gguf": "gguf", "onnx": "onnx", "pickle": "pickle", "torch-zip": "torch", "torch-legacy": "torch", "torch": "torch", "torchscript": "torchscript", "keras": "keras", "keras_h5": "keras_h5", "savedmodel": "savedmodel", "joblib": "joblib"}

// loaded draws models whose weights lie here or are fetched from a hub.
func (d *drafter) loaded() {
	var all []lodemark.Component
	names := map[string]bool{}
	for c := range d.sys.Of(lodemark.KindModel) {
		if d.aside(c) || c.Detail["lfs_pointer"] == "" && c.Detail["found_by"] == "name" && !d.loads(c.Path) || c.Detail["role"] == "file" {
			continue
		}
		if p := strings.ToLower(c.Detail["provider"]); slices.Contains(local, p) {
			d.hosted(p, c)
			continue
		}
		all = append(all, c)
		names[c.Name] = true
	}
	resolved := slices.ContainsFunc(all, func(c lodemark.Component) bool { return c.Origin != lodemark.OriginUnresolved })
	for _, c := range all {
		at, file := place{c.Path, c.Line}, c.Format != "" && c.Line == 0
		if c.Origin == lodemark.OriginUnresolved && resolved {
			continue
		}
		key, name := "model "+slug(c.Name), path.Base(c.Name)
		switch {
		case file:
			key, name = "model files "+path.Dir(c.Path), path.Base(path.Dir(c.Path))
			if name == "." {
				name = c.Name
			}
		case c.Origin == lodemark.OriginUnresolved || len(names) > 5:
			key, name = "models", "models that code loads"
		}
		p := d.add(key, "model", name, "serving", map[bool]string{true: "its weights lie here", false: "code loads it"}[file], at)
		switch {
		case formats[c.Format] != "":
			p.text("format", formats[c.Format], "")
		default:
			p.unknown("format")
		}
		if file {
			p.text("pinned", "digest", "its file lies in the tree")
			p.unknown("origin")
		} else {
			if strings.Contains(c.Name, "/") && c.Origin != lodemark.OriginUnresolved {
				p.text("origin", "hub", "")
				p.tech(c.Name)
			}
			p.unknown("origin")
			pin(p, c)
		}
		if c.Detail["trust_remote_code"] == "true" || c.Detail["remote_code"] == "true" {
			p.is("remote_code", "the loader is told so, at "+at.String())
		}
	}
}

// loads says whether code, and not a list of names, speaks of a model at a file.
func (d *drafter) loads(file string) bool {
	for c := range d.sys.Of(lodemark.KindModel, lodemark.KindTraining) {
		if c.Path == file && (c.Kind == lodemark.KindTraining || c.Detail["found_by"] != "name") {
			return true
		}
	}
	return false
}
