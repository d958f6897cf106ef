package report

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// makers are the organisations whose hosted models bear names that no one else's do. A name may be served by another provider than its
// maker, so nothing about where data goes follows from it.
var makers = []struct{ prefix, name string }{
	{"gpt-", "OpenAI"}, {"chatgpt-", "OpenAI"}, {"text-embedding-3-", "OpenAI"}, {"text-embedding-ada-", "OpenAI"}, {"text-davinci-", "OpenAI"}, {"dall-e-", "OpenAI"}, {"whisper-1", "OpenAI"},
	{"o1-", "OpenAI"}, {"o3-", "OpenAI"}, {"o4-", "OpenAI"}, {"omni-moderation-", "OpenAI"},
	{"claude-", "Anthropic"}, {"gemini-", "Google"}, {"text-bison", "Google"}, {"chat-bison", "Google"}, {"palm-", "Google"},
	{"mistral-", "Mistral AI"}, {"codestral-", "Mistral AI"}, {"ministral-", "Mistral AI"}, {"command-r", "Cohere"}, {"embed-english-", "Cohere"}, {"embed-multilingual-", "Cohere"},
	{"deepseek-", "DeepSeek"}, {"grok-", "xAI"}, {"voyage-", "Voyage AI"}, {"jina-", "Jina AI"}, {"nova-", "Amazon"}, {"amazon.", "Amazon"}, {"anthropic.", "Anthropic"}, {"cohere.", "Cohere"},
	{"meta.", "Meta"}, {"mistral.", "Mistral AI"},
}

// frameworks are libraries that the inventory notes where it would note who runs a model. They pass the call on, and say nothing of to whom.
var frameworks = []string{"ai-sdk", "autogen", "crewai", "langchain", "langgraph", "litellm", "llamaindex", "mcp", "openai-agents", "pydantic-ai", "smolagents"}

// providersOf names who runs a hosted model, where files say it.
func providersOf(p part) []string {
	var out []string
	for _, v := range p.values("provider") {
		if !slices.Contains(frameworks, v) {
			out = append(out, v)
		}
	}
	return out
}

// hosted says whether a model runs at a provider's.
func hosted(p part) bool {
	switch {
	case p.Kind == lodemark.KindHostedModel:
		return true
	case p.Kind != lodemark.KindEmbeddingModel, p.Scan != nil, p.value("source") == "local", slices.Contains(ownRuntimes, p.value("provider")):
		return false
	}
	return !strings.Contains(p.Name, "/") || makerOf(path.Base(p.Name)) != ""
}

// ownRuntimes are libraries that run a model where the system runs.
var ownRuntimes = []string{"huggingface", "ollama", "llama.cpp", "vllm", "torch-hub"}

// makerOf names who alone makes models of such names.
func makerOf(name string) string {
	name = strings.ToLower(name)
	for _, m := range makers {
		if strings.HasPrefix(name, m.prefix) {
			return m.name
		}
	}
	return ""
}

// producerOf names who made a model, and what says so.
func producerOf(p part) (name, from string) {
	if author := p.fact("author"); author != "" {
		return author, "the model's own metadata"
	}
	if owner, _, ok := strings.Cut(p.Name, "/"); ok && (onHub(p) || hosted(p) && makerOf(path.Base(p.Name)) == "" && isHubName(p.Name)) {
		return owner, "the owner in its name"
	}
	if hosted(p) {
		if who := makerOf(path.Base(cmp.Or(p.value("model"), p.Name))); who != "" {
			return who, "the model's name"
		}
	}
	return "", ""
}

// suppliedBy names who made a model, or who supplies it as a service.
func suppliedBy(p part) string {
	if who, _ := producerOf(p); who != "" {
		return who
	}
	if who := providersOf(p); hosted(p) && len(who) > 0 {
		return who[0]
	}
	return ""
}

// isHubName says whether a text is owner/name, each of the characters that hubs allow.
func isHubName(s string) bool {
	owner, name, ok := strings.Cut(s, "/")
	return ok && isHubWord(owner) && isHubWord(name)
}

func isHubWord(s string) bool {
	for i := range len(s) {
		if !isWordByte(s[i]) && (i == 0 || strings.IndexByte("._-", s[i]) < 0) || s[i] >= 0x80 {
			return false
		}
	}
	return s != "" && len(s) <= 96
}

// onHub says whether a part is fetched from the hub by the name it has. Models that a gateway serves have such names too, and are none.
func onHub(p part) bool {
	if hosted(p) || p.unresolved() || p.Scan != nil || p.isFile() || p.value("source") == "local" || p.value("role") == "file" || !isHubName(p.Name) {
		return false
	}
	switch p.value("provider") { // the two runtimes fetch from the hub as well
	case "", "huggingface", "vllm", "llama.cpp":
		return p.Kind.IsModel() || p.Kind == lodemark.KindDataset
	}
	return false
}

// hubAddress is the page of a model or dataset on the hub; empty for what is not from there.
func hubAddress(p part) string {
	switch {
	case !onHub(p):
		return ""
	case p.Kind == lodemark.KindDataset:
		return "https://huggingface.co/datasets/" + p.Name
	}
	return "https://huggingface.co/" + p.Name
}

// firmVersion says whether a reference names one snapshot.
func firmVersion(p part) bool {
	return p.Digest != "" || p.Version != "" && (p.Pin == lodemark.PinCommit || p.Pin == lodemark.PinDigest || p.Pin == lodemark.PinTag)
}

var dayInName = regexp.MustCompile(`(?:^|\D)(20\d\d)-?([01]\d)-?([0-3]\d)(?:\D|$)`)

// datedModel is the day that a hosted model's version names, as YYYY-MM-DD.
func datedModel(p part) string {
	if m := dayInName.FindStringSubmatch(p.Version); m != nil && hosted(p) {
		return m[1] + "-" + m[2] + "-" + m[3]
	}
	return ""
}

// trainedOn are the datasets that a model's card or metadata names.
func trainedOn(p part) []string {
	var out []string
	for name := range strings.SplitSeq(p.fact("datasets"), ",") {
		if name = strings.Trim(strings.TrimSpace(name), `"'[]`); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// spdxIDs are the licences that hubs name in lower case, as SPDX writes them. Others are named as they are.
var spdxIDs = map[string]string{
	"apache-2.0": "Apache-2.0", "mit": "MIT", "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause", "isc": "ISC", "mpl-2.0": "MPL-2.0", "unlicense": "Unlicense",
	"cc0-1.0": "CC0-1.0", "cc-by-4.0": "CC-BY-4.0", "cc-by-sa-4.0": "CC-BY-SA-4.0", "cc-by-nc-4.0": "CC-BY-NC-4.0", "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0", "cc-by-nd-4.0": "CC-BY-ND-4.0",
	"odc-by": "ODC-By-1.0", "pddl": "PDDL-1.0", "ecl-2.0": "ECL-2.0", "artistic-2.0": "Artistic-2.0", "eupl-1.2": "EUPL-1.2",
}
