package hub

import (
	"bytes"
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// role is what a file's name says that it is in a repository of models.
type role uint8

const (
	none role = iota
	config
	index
	tokenizer
	vocabulary
	recipe // YAML
	packages
	code
	template
	modelfile
	card
	pieces // SentencePiece
)

// roleOf tells the role from the name alone. Where the name is one that files of other kinds have too, the content must speak
// for it (see claims).
func roleOf(name string) role {
	lower := strings.ToLower(name)
	switch ext := path.Ext(lower); ext {
	case ".json":
		return jsonRole(lower)
	case ".yaml", ".yml":
		return recipe
	case ".txt", ".in":
		switch {
		case strings.Contains(lower, "requirements") || strings.HasPrefix(lower, "constraints"):
			return packages
		case lower == "vocab.txt" || lower == "merges.txt":
			return vocabulary
		}
	case ".py":
		return code
	case ".jinja", ".jinja2", ".j2", ".template", ".tmpl":
		return template
	case ".md":
		if lower == "readme.md" || strings.Contains(lower, "model_card") || strings.Contains(lower, "modelcard") {
			return card
		}
	case ".model", ".spm", ".tiktoken":
		if ext == ".spm" || ext == ".tiktoken" || strings.Contains(lower, "token") || strings.Contains(lower, "spiece") || strings.Contains(lower, "sentencepiece") || lower == "source.spm" || lower == "vocab.model" {
			return pieces
		}
	case ".modelfile":
		return modelfile
	}
	switch path.Ext(lower) {
	case ".md", ".mdx", ".rst", ".html", ".go", ".ts", ".js", ".rs":
		return none // about such files
	}
	switch {
	case lower == "mlmodel":
		return recipe
	case lower == "modelfile" || strings.HasPrefix(lower, "modelfile.") || strings.HasPrefix(lower, "modelfile-") || strings.HasPrefix(lower, "modelfile_"):
		return modelfile
	}
	return none
}

func jsonRole(lower string) role {
	switch lower {
	case "tokenizer.json":
		return tokenizer
	case "vocab.json", "encoder.json":
		return vocabulary
	}
	if strings.HasSuffix(lower, ".index.json") || strings.HasSuffix(lower, ".index.fp16.json") {
		return index
	}
	return config // if the name is listed, or the content says so
}

// listed tells the names that nothing but a model's configuration has.
func listed(lower string) bool {
	switch lower {
	case "generation_config.json", "tokenizer_config.json", "processor_config.json", "preprocessor_config.json", "video_preprocessor_config.json", "feature_extractor_config.json",
		"image_processor_config.json", "adapter_config.json", "model_index.json", "modular_model_index.json", "config_sentence_transformers.json", "sentence_bert_config.json",
		"special_tokens_map.json", "added_tokens.json", "chat_template.json", "scheduler_config.json", "quantize_config.json", "quant_config.json", "hf_quant_config.json",
		"config_setfit.json", "open_clip_config.json", "trainer_state.json":
		return true
	}
	return false
}

// common tells names that a model's configurations have, and files of other kinds too: they count beside a model.
func common(lower string) bool {
	switch lower {
	case "params.json", "args.json", "recipe.json", "training_args.json", "all_results.json", "train_results.json", "eval_results.json", "model_args.json", "normalizer.json",
		"quantization_config.json", "inference_config.json", "adapter_model.json":
		return true
	}
	return false
}

// The words of a JSON file that some loader of models acts on, or that only their configurations have.
var jsonWords = [...]string{`"auto_map"`, `"_target_"`, `"chat_template"`, `"weight_map"`, `"trust_remote_code"`, `"custom_pipelines"`, `"_class_name"`, `"model_type"`, `"architectures"`,
	`"tokenizer_class"`, `"transformers_version"`, `"peft_type"`, `"base_model_name_or_path"`, `"py/object"`, `"py/reduce"`, `"py/function"`, `"py/type"`, `"class_path"`, `"added_tokens_decoder"`,
	`"_diffusers_version"`, `"_attn_implementation"`, `"custom_generate"`, `"auto_mapping"`, `"loader_module"`}

func hasAny(head []byte, words []string) bool {
	for _, w := range words {
		if bytes.Contains(head, []byte(w)) {
			return true
		}
	}
	return false
}

// first is the first byte of content that is no space.
func first(head []byte) byte {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for _, c := range head {
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
	}
	return 0
}

// isText says that there is no zero byte in the beginning, which text of any kind of ours has not.
func isText(head []byte) bool { return bytes.IndexByte(head, 0) < 0 }

// neighbour says whether a file of this name lies beside.
func neighbour(p *inspect.Part, names ...string) bool {
	for _, n := range names {
		if _, err := p.SizeBeside(n); err == nil {
			return true
		}
	}
	return false
}

// models are names one of which every repository of models has.
var models = []string{"config.json", "model.safetensors", "model_index.json", "tokenizer_config.json", "adapter_config.json", "pytorch_model.bin", "modules.json", "MLmodel",
	"model.safetensors.index.json", "hyperparams.yaml"}
