package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
)

// provider is who runs a model behind an API, with the beginnings of variable names that speak of it.
type provider struct {
	name     string
	prefixes []string
}

// providers are tried in order: a longer beginning before a shorter one that it contains.
var providers = []provider{
	{"azure-openai", []string{"AZURE_OPENAI_", "AZURE_OPEN_AI_", "AZURE_AI_", "AZUREAI_"}},
	{"openai", []string{"OPENAI_", "OPEN_AI_"}},
	{"anthropic", []string{"ANTHROPIC_", "CLAUDE_"}},
	{"bedrock", []string{"BEDROCK_", "AWS_BEDROCK_", "AMAZON_BEDROCK_"}},
	{"vertex", []string{"VERTEX_", "VERTEXAI_", "VERTEX_AI_", "GOOGLE_VERTEX_"}},
	{"google", []string{"GEMINI_", "GOOGLE_GENERATIVE_AI_", "GOOGLE_GENAI_", "GOOGLE_GEMINI_", "GOOGLE_AI_"}},
	{"mistral", []string{"MISTRAL_", "MISTRALAI_"}},
	{"cohere", []string{"COHERE_", "CO_API_KEY"}},
	{"groq", []string{"GROQ_"}},
	{"together", []string{"TOGETHER_", "TOGETHERAI_"}},
	{"fireworks", []string{"FIREWORKS_"}},
	{"deepseek", []string{"DEEPSEEK_"}},
	{"xai", []string{"XAI_", "GROK_"}},
	{"perplexity", []string{"PERPLEXITY_", "PPLX_"}},
	{"openrouter", []string{"OPENROUTER_", "OPEN_ROUTER_"}},
	{"replicate", []string{"REPLICATE_"}},
	{"voyage", []string{"VOYAGE_", "VOYAGEAI_"}},
	{"jina", []string{"JINA_", "JINAAI_"}},
	{"cerebras", []string{"CEREBRAS_"}},
	{"nvidia", []string{"NVIDIA_NIM_", "NVIDIA_API_", "NVIDIA_LLM_"}},
	{"dashscope", []string{"DASHSCOPE_", "QWEN_", "TONGYI_"}},
	{"zhipu", []string{"ZHIPU_", "ZHIPUAI_", "GLM_"}},
	{"moonshot", []string{"MOONSHOT_", "KIMI_"}},
	{"minimax", []string{"MINIMAX_"}},
	{"sambanova", []string{"SAMBANOVA_"}},
	{"watsonx", []string{"WATSONX_"}},
	{"databricks", []string{"DATABRICKS_MODEL", "DATABRICKS_LLM"}},
	{"elevenlabs", []string{"ELEVENLABS_", "ELEVEN_LABS_"}},
	{"assemblyai", []string{"ASSEMBLYAI_"}},
	{"deepgram", []string{"DEEPGRAM_"}},
	{"stability", []string{"STABILITY_", "STABILITYAI_"}},
	{"huggingface", []string{"HUGGINGFACE_INFERENCE_", "HF_INFERENCE_"}},
}

// models are beginnings of model names that one provider alone uses.
var models = []struct{ prefix, provider string }{
	{"gpt-3", "openai"}, {"gpt-4", "openai"}, {"gpt-5", "openai"}, {"o1-", "openai"}, {"o3-", "openai"}, {"o4-", "openai"}, {"chatgpt-", "openai"}, {"text-embedding-3", "openai"},
	{"text-embedding-ada", "openai"}, {"dall-e-", "openai"}, {"whisper-1", "openai"}, {"gpt-image", "openai"}, {"tts-1", "openai"}, {"omni-moderation", "openai"},
	{"claude-", "anthropic"}, {"gemini-", "google"}, {"models/gemini-", "google"}, {"text-embedding-004", "google"}, {"mistral-large", "mistral"}, {"mistral-small-", "mistral"}, {"mistral-medium", "mistral"},
	{"codestral-", "mistral"}, {"ministral-", "mistral"}, {"pixtral-large", "mistral"}, {"mistral-embed", "mistral"}, {"command-r", "cohere"}, {"command-a", "cohere"}, {"embed-english-v", "cohere"},
	{"embed-multilingual-v", "cohere"}, {"deepseek-chat", "deepseek"}, {"deepseek-reasoner", "deepseek"}, {"grok-", "xai"}, {"sonar", "perplexity"}, {"voyage-", "voyage"},
	{"anthropic.claude-", "bedrock"}, {"us.anthropic.", "bedrock"}, {"eu.anthropic.", "bedrock"}, {"amazon.nova", "bedrock"}, {"amazon.titan", "bedrock"}, {"meta.llama", "bedrock"}, {"qwen-max", "dashscope"},
	{"qwen-plus", "dashscope"}, {"qwen-turbo", "dashscope"}, {"moonshot-v1", "moonshot"}, {"glm-4", "zhipu"},
}

// routes are first parts of a model's name by which libraries choose the provider: "openai/gpt-4o".
var routes = map[string]string{"openai": "openai", "anthropic": "anthropic", "azure": "azure-openai", "bedrock": "bedrock", "vertex_ai": "vertex", "gemini": "google", "mistral": "mistral",
	"cohere": "cohere", "groq": "groq", "together_ai": "together", "fireworks_ai": "fireworks", "deepseek": "deepseek", "xai": "xai", "perplexity": "perplexity", "openrouter": "openrouter",
	"replicate": "replicate", "sagemaker": "sagemaker", "databricks": "databricks", "watsonx": "watsonx", "cerebras": "cerebras", "voyage": "voyage", "nvidia_nim": "nvidia"}

// modelSuffixes end names of variables that choose a model.
var modelSuffixes = []string{"_MODEL", "_MODEL_NAME", "_MODEL_ID", "_CHAT_MODEL", "_LLM_MODEL", "_DEPLOYMENT", "_DEPLOYMENT_NAME", "_DEPLOYMENT_ID", "_ENGINE", "_MODELS", "_EMBEDDINGS_DEPLOYMENT"}

// providerOfName finds the provider that a variable's name speaks of, and whether it names a model or a key.
func providerOfName(name string) (who string, model, key bool) {
	upper := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(name), "NEXT_PUBLIC_"), "VITE_"), "REACT_APP_")
	for i := range providers {
		for _, p := range providers[i].prefixes {
			if strings.HasPrefix(upper, p) {
				return providers[i].name, isModelVariable(upper), strings.HasSuffix(upper, "_API_KEY") || strings.HasSuffix(upper, "_API_TOKEN") || upper == "CO_API_KEY" || upper == "CLAUDE_CODE_OAUTH_TOKEN"
			}
		}
	}
	return "", isModelVariable(upper), false
}

func isModelVariable(upper string) bool {
	if upper == "MODEL" || upper == "MODEL_NAME" || upper == "MODEL_ID" || upper == "LLM" {
		return true
	}
	for _, s := range modelSuffixes {
		if strings.HasSuffix(upper, s) {
			return true
		}
	}
	return false
}

// providerOfModel finds the provider by the model's name alone. bare is the name without the route before it.
func providerOfModel(value string) (who, bare string) {
	lower := strings.ToLower(value)
	if route, rest, ok := strings.Cut(value, "/"); ok {
		if who = routes[strings.ToLower(route)]; who != "" && rest != "" {
			return who, rest
		}
	}
	if route, rest, ok := strings.Cut(value, ":"); ok { // "openai:gpt-4o"
		if who = routes[strings.ToLower(route)]; who != "" && rest != "" {
			return who, rest
		}
	}
	for _, m := range models {
		if strings.HasPrefix(lower, m.prefix) {
			return m.provider, value
		}
	}
	if lower == "o1" || lower == "o3" {
		return "openai", value
	}
	return "", value
}

// menuOf is how many providers one file may name by their keys alone. A file with more offers a choice and does not say
// which of them is used.
const menuOf = 4

// addHosted notes the hosted models that variables name: a model by its own name or its variable's, and a provider by its
// key. Values that are variables themselves or placeholders name nothing.
func (v *visit) addHosted(all []setting) {
	var keys []setting
	var named []string
	for _, s := range all {
		who, model, key := providerOfName(s.name)
		value := strings.TrimSpace(s.value)
		switch {
		case model && isModelName(value):
			by, bare := providerOfModel(value)
			if who == "azure-openai" || who == "openrouter" || who == "vertex" || who == "bedrock" {
				by, bare = who, value // one that resells models of others
			}
			if by == "" {
				by = who
			}
			if by != "" {
				v.addHostedModel(by, bare, s)
				named = append(named, by)
			}
		case key:
			keys = append(keys, setting{who, s.name, s.line})
		case who == "openai" && strings.Contains(strings.ToUpper(s.name), "BASE") && value != "":
			v.out.hints.baseURL = true
		}
	}
	distinct := map[string]bool{}
	for _, k := range keys {
		distinct[k.name] = true
	}
	for _, n := range named {
		delete(distinct, n)
	}
	for _, k := range keys {
		if !distinct[k.name] {
			continue
		}
		if len(distinct) > menuOf {
			v.out.hints.choice = append(v.out.hints.choice, k)
			continue
		}
		delete(distinct, k.name)
		v.addHostedModel(k.name, "", setting{k.value, "", k.line})
	}
}

func (v *visit) addHostedModel(who, model string, s setting) {
	name := who
	detail := map[string]string{"provider": who, "from": s.name}
	if model != "" {
		name, detail["model"] = who+" "+model, model
	}
	if v.hosted[name] { // once for each file
		return
	}
	if v.hosted == nil {
		v.hosted = map[string]bool{}
	}
	v.hosted[name] = true
	v.add(lodemark.Component{Kind: lodemark.KindHostedModel, Name: name, Line: s.line, Version: datedVersion(model), Pin: pinOfModel(model), Detail: detail})
}

// isModelName says whether a value can be a model's name.
func isModelName(value string) bool {
	if len(value) < 2 || len(value) > 120 || strings.ContainsAny(value, " ${}<>\"'(),;\t|") || strings.Contains(value, "://") {
		return false
	}
	lower := strings.ToLower(value)
	for _, w := range []string{"your", "xxx", "changeme", "todo", "example", "..."} {
		if strings.Contains(lower, w) {
			return false
		}
	}
	return lower != "true" && lower != "false" && lower != "none" && lower != "null" && lower != "auto" && lower != "default" && strings.Trim(value, "0123456789.") != ""
}

// datedVersion takes the date off a model's name: gpt-4o-2024-08-06, claude-3-5-sonnet-20241022.
func datedVersion(model string) string {
	for i := 0; i+8 <= len(model); i++ {
		if i > 0 && model[i-1] != '-' && model[i-1] != '@' {
			continue
		}
		if digits(model[i:min(i+8, len(model))]) && model[i:i+2] == "20" {
			return model[i : i+8]
		}
		if i+10 <= len(model) && digits(model[i:i+4]) && model[i+4] == '-' && digits(model[i+5:i+7]) && model[i+7] == '-' && digits(model[i+8:i+10]) {
			return model[i : i+10]
		}
	}
	return ""
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// pinOfModel: a dated name is one model; a name without a date is moved by its provider.
func pinOfModel(model string) lodemark.Pin {
	if datedVersion(model) != "" {
		return lodemark.PinTag
	}
	return lodemark.PinNone
}

// isGatewayConfig knows the model lists of gateways.
func (v *visit) isGatewayConfig() bool {
	return (v.ext == ".yaml" || v.ext == ".yml") && lineBegins(v.head, []byte("model_list:"))
}

func (v *visit) readGatewayConfig() {
	data, ok := v.smallText(settingsBytes)
	if !ok || !bytes.Contains(data, []byte("litellm_params")) {
		return
	}
	root, err := v.parse(data)
	if err != nil {
		v.malformed(err)
		return
	}
	for _, m := range root.get("model_list").list() {
		ref := m.get("litellm_params", "model")
		if who, model := providerOfModel(ref.str()); who != "" && isModelName(model) {
			v.addHostedModel(who, model, setting{"litellm", model, ref.line})
		}
	}
}
