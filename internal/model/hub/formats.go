package hub

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Formats are the files around the weights.
func Formats() []inspect.Format {
	return []inspect.Format{
		pointerFormat(),
		{
			Name:   "hub-config",
			Names:  []string{"config.json", "tokenizer_config.json", "generation_config.json", "model_index.json", "adapter_config.json", "processor_config.json", "preprocessor_config.json", "special_tokens_map.json"},
			Doc:    "Loaders import classes that a configuration names, from this repository or another one, and render its templates.",
			Claims: claimsConfig, Scan: scanConfig,
			Canary: func() (string, []byte) {
				return "config.json", []byte(`{"model_type":"inert","auto_map":{"AutoModel":"elsewhere/inert--modeling.Model"}}`)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "hub-index",
			Doc:    "Loaders open the files that an index names, wherever their paths lead.",
			Claims: claimsIndex, Scan: scanIndex,
			Canary: func() (string, []byte) {
				return "model.safetensors.index.json", []byte(`{"metadata":{},"weight_map":{"w":"../../inert.safetensors"}}`)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "hub-tokenizer",
			Names:  []string{"tokenizer.json"},
			Doc:    "Loading one runs nothing; its patterns and templates are applied to every text.",
			Claims: func(p *inspect.Part) bool { return roleOf(p.Name) == tokenizer && isText(p.Head()) }, Scan: scanTokenizer,
			Canary: func() (string, []byte) {
				return "tokenizer.json", []byte(`{"version":"1.0","model":{"type":"BPE","vocab":{}`)
			},
			CanaryWant: inspect.NotRead,
		},
		{
			Name: "hub-vocabulary",
			Doc:  "Loading one runs nothing.",
			Claims: func(p *inspect.Part) bool {
				return roleOf(p.Name) == vocabulary && (p.Ending() == ".txt" || first(p.Head()) == '{')
			}, Scan: scanVocabulary,
			Canary:     func() (string, []byte) { return "vocab.json", []byte(`{"a":0,"b"`) },
			CanaryWant: inspect.NotRead,
		},
		{
			Name:    "sentencepiece",
			Doc:     "Loading one runs nothing; sizes that lie have broken readers of it.",
			Endings: []string{".spm"},
			Claims:  claimsPieces, Scan: scanPieces,
			Canary: func() (string, []byte) {
				return "tokenizer.model", []byte("\x0a\x0e\x0a\x05<unk>\x15\x00\x00\x00\x00\x18\x02\x0a\x7f\x0a")
			},
			CanaryWant: inspect.NotRead,
		},
		{
			Name:   "hub-recipe",
			Doc:    "Loaders of YAML recipes import and call what they name as _target_, class_path or loader_module, and Python tags make any object.",
			Claims: claimsRecipe, Scan: scanRecipe,
			Canary: func() (string, []byte) {
				return "config.yaml", []byte("model:\n  _target_: os.system\n  command: \"true\"\n")
			},
			CanaryWant: inspect.Malicious,
		},
		{
			Name: "requirements",
			Doc:  "Whoever installs them runs code of the packages, and of whatever other place they are fetched from.",
			Claims: func(p *inspect.Part) bool {
				return roleOf(p.Name) == packages && (isText(p.Head()) || isWide(p.Head()))
			}, Scan: scanRequirements,
			Canary: func() (string, []byte) {
				return "requirements.txt", []byte("--extra-index-url http://packages.example.org/simple\ntorch\n")
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "hub-code",
			Doc:    "A loader that was told to trust remote code imports it.",
			Claims: claimsCode, Scan: scanCode,
			Canary:     func() (string, []byte) { return "modeling_inert.py", []byte("import os\nos.system(\"true\")\n") },
			CanaryWant: inspect.Malicious,
		},
		{
			Name:   "chat-template",
			Doc:    "Programs that use the model render it, and some of them outside of a sandbox: a hostile template runs code.",
			Claims: claimsTemplate, Scan: scanTemplate,
			Canary: func() (string, []byte) {
				return "chat_template.jinja", []byte("{{ ''.__class__.__mro__[1].__subclasses__() }}")
			},
			CanaryWant: inspect.Malicious,
		},
		{
			Name:   "modelfile",
			Doc:    "Ollama builds a model from the files that it names.",
			Claims: claimsModelfile, Scan: scanModelfile,
			Canary:     func() (string, []byte) { return "Modelfile", []byte("FROM http://models.example.org/inert.gguf\n") },
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "model-card",
			Doc:    "Nothing loads it; it says what the model is.",
			Claims: claimsCard, Scan: scanCard,
			Canary: func() (string, []byte) {
				return "README.md", []byte("---\nlicense: mit\ntags: !!python/name:os.system\n---\n# Inert\n")
			},
			CanaryWant: inspect.Malicious,
		},
	}
}

// claimsConfig takes files by name where nothing else has it, and other JSON files if they have words of a configuration.
// claimsIndex takes indexes by their names; Keras calls its own model.weights.json, which other files are called too.
func claimsIndex(p *inspect.Part) bool {
	if first(p.Head()) != '{' {
		return false
	}
	return roleOf(p.Name) == index || strings.HasSuffix(strings.ToLower(p.Name), ".weights.json") && bytes.Contains(p.Head(), []byte(`"weight_map"`))
}

func claimsConfig(p *inspect.Part) bool {
	if p.Ending() != ".json" {
		return false
	}
	lower, head := strings.ToLower(p.Name), p.Head()
	switch {
	case jsonRole(lower) != config || !isText(head):
		return false
	case listed(lower), lower == "config.json":
		return true
	}
	c := first(head)
	switch {
	case c != '{' && c != '[':
		return false
	case lower == "configuration.json":
		return true
	case lower == "modules.json":
		return c == '[' && bytes.Contains(head, []byte(`"type"`))
	}
	return hasAny(head, jsonWords[:]) || common(lower) && neighbour(p, models...)
}
