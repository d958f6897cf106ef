package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// aiPackages are packages whose version decides how a model is loaded, called or guarded.
var aiPackages = wordSet(`torch torchvision torchaudio tensorflow keras jax flax transformers diffusers accelerate peft trl datasets tokenizers safetensors sentence-transformers huggingface-hub
	vllm sglang llama-cpp-python ctransformers auto-gptq autoawq bitsandbytes xformers flash-attn deepspeed onnxruntime onnxruntime-gpu openvino tensorrt optimum gguf ollama openai anthropic cohere mistralai
	google-generativeai google-genai groq together replicate litellm langchain langchain-core langchain-community langchain-openai langchain-anthropic langchain-experimental langgraph langsmith langserve
	llama-index llama-index-core llamaindex haystack-ai semantic-kernel autogen pyautogen autogen-agentchat crewai smolagents pydantic-ai openai-agents dspy dspy-ai guidance instructor outlines guardrails-ai
	nemoguardrails llm-guard chromadb pinecone pinecone-client qdrant-client weaviate-client pymilvus faiss-cpu faiss-gpu lancedb mcp fastmcp gradio chainlit streamlit unstructured tiktoken mlflow bentoml
	ray spacy nltk gensim openai-whisper faster-whisper whisperx ultralytics scikit-learn xgboost lightgbm catboost joblib skops
	ai @ai-sdk/openai @ai-sdk/anthropic @ai-sdk/google @anthropic-ai/sdk @anthropic-ai/claude-agent-sdk @modelcontextprotocol/sdk @google/generative-ai @google/genai @langchain/core @langchain/openai @langchain/community
	@langchain/anthropic @langchain/langgraph @huggingface/inference @huggingface/transformers @xenova/transformers @mistralai/mistralai @openai/agents @mastra/core @pinecone-database/pinecone @qdrant/js-client-rest
	@mlc-ai/web-llm groq-sdk cohere-ai langchain-js llamaindex @tensorflow/tfjs onnxruntime-node`)

func wordSet(text string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(text) {
		all[w] = true
	}
	return all
}

// lockNames fix the versions of a manifest beside them, or of those in the folders below.
var lockNames = []string{"poetry.lock", "uv.lock", "pdm.lock", "pipfile.lock", "pixi.lock", "conda-lock.yml", "requirements.lock", "requirements.lock.txt", "requirements-lock.txt", "pylock.toml",
	"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock"}

var (
	requirement = pattern.New(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*([^;#]*)`)
	tomlEntry   = pattern.New(`^\s*"([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]"]*\])?\s*([^";]*)[^"]*"\s*,?\s*$`)
	poetryEntry = pattern.New(`^\s*"?([A-Za-z0-9][A-Za-z0-9._-]*)"?\s*=\s*"([^"]*)"\s*$`)
)

// entry is one dependency of a manifest.
type entry struct {
	name, version string
	line          int
}

func (f *file) entries() []entry {
	var all []entry
	base := path.Base(strings.ToLower(f.path))
	switch {
	case base == "package.json":
		for _, root := range f.roots {
			for _, section := range []string{"dependencies.*", "devDependencies.*", "optionalDependencies.*"} {
				for _, n := range root.Find(section) {
					all = append(all, entry{n.Key, n.Text(), n.Line})
				}
			}
		}
	case base == "pyproject.toml" || base == "pipfile":
		section, list := "", false
		for line, text := range logicalLines(f.data, false) {
			switch trimmed := strings.TrimSpace(text); {
			case strings.HasPrefix(trimmed, "["):
				section, list = strings.Trim(trimmed, "[] "), false
			case strings.HasSuffix(trimmed, "["):
				list = strings.HasPrefix(trimmed, "dependencies") || strings.Contains(section, "dependencies") || strings.Contains(section, "dependency-groups")
			case trimmed == "]":
				list = false
			case list:
				if m := tomlEntry.FindStringSubmatch(text); m != nil {
					all = append(all, entry{m[1], strings.TrimSpace(m[3]), line})
				}
			case strings.HasSuffix(section, "dependencies") || section == "packages" || section == "dev-packages":
				if m := poetryEntry.FindStringSubmatch(text); m != nil {
					all = append(all, entry{m[1], m[2], line})
				}
			}
		}
	case slices.Contains(f.kinds, kindRequirements):
		for line, text := range logicalLines(f.data, true) {
			if m := requirement.FindStringSubmatch(text); m != nil && !strings.HasPrefix(strings.TrimSpace(text), "-") {
				all = append(all, entry{m[1], strings.TrimSpace(m[3]), line})
			}
		}
	}
	return all
}

// open says whether a version leaves the newest one in.
func (e *entry) open() bool {
	v := strings.TrimSpace(e.version)
	switch {
	case v == "", v == "*", v == "latest", v == "x":
		return true
	case strings.ContainsAny(v, "<=~^@/") && !strings.HasPrefix(v, ">="):
		return strings.HasPrefix(v, "^") || strings.HasPrefix(v, "~") && !strings.HasPrefix(v, "~=")
	}
	return strings.HasPrefix(v, ">") && !strings.Contains(v, "<") && !strings.Contains(v, "==")
}

// unpinnedPackages tells once of a manifest whose AI packages are whatever is newest on the day of the installation.
func unpinnedPackages(f *file, m *matcher) {
	if f.target.beside(f.path, lockNames...) || strings.Contains(f.data, "--hash=") || library(f) {
		return
	}
	if stem, compiled := strings.CutSuffix(path.Base(strings.ToLower(f.path)), ".in"); compiled && f.target.beside(f.path, stem+".txt") {
		return // pip-compile writes the versions into the list beside it, which is looked at by itself
	}
	var names []string
	line := 0
	for _, e := range f.entries() {
		if name := strings.ToLower(strings.ReplaceAll(e.name, "_", "-")); aiPackages[name] && e.open() && !slices.Contains(names, name) {
			if names = append(names, name); line == 0 {
				line = e.line
			}
		}
	}
	if line == 0 {
		return
	}
	told := strings.Join(names[:min(len(names), 3)], ", ")
	if len(names) > 3 {
		told = fmt.Sprintf("%s and %d more", told, len(names)-3)
	}
	f.report(m.rule, line, line, "", told)
}

// library says whether a manifest is of a package for others to build on, which leaves versions open on purpose.
func library(f *file) bool {
	switch path.Base(strings.ToLower(f.path)) {
	case "pyproject.toml":
		return strings.Contains(f.data, "[build-system]")
	case "package.json":
		for _, root := range f.roots {
			private := root.Child("private").Text() == "true"
			if !private && (root.Child("exports") != nil || root.Child("main") != nil || root.Child("files") != nil || root.Child("peerDependencies") != nil) {
				return true
			}
		}
	}
	return false
}

// wrongPackages are names that look like an AI package and are none: names that models make up, and names that were registered with
// malware. Each stands with what was known of it when it was written down, 2026-11.
var wrongPackages = map[string]string{
	"huggingface-cli":             "models make this name up; the command comes with huggingface_hub",
	"deepseeek":                   "a package that stole credentials had this name (January 2025)",
	"deepseekai":                  "a package that stole credentials had this name (January 2025)",
	"gptplus":                     "a package that stole credentials had this name (November 2024)",
	"claudeai-eng":                "a package that stole credentials had this name (November 2024)",
	"aliyun-ai-labs-snippets-sdk": "a package with a malicious model inside had this name (May 2025)",
	"ai-labs-snippets-sdk":        "a package with a malicious model inside had this name (May 2025)",
	"aliyun-ai-labs-sdk":          "a package with a malicious model inside had this name (May 2025)",
	"postmark-mcp":                "a server that copied mail to its author had this name (September 2025)",
}

var installed = pattern.New(`(?:pip3?|uv pip|uv|pipx|poetry|npm|pnpm|yarn|bun)\s+(?:install|add|i)\s+([^|&;\n]*)`)

// wrongPackage finds those names where something is installed.
func wrongPackage(f *file, m *matcher) {
	tell := func(name string, line int) {
		note, wrong := wrongPackages[strings.ToLower(strings.ReplaceAll(name, "_", "-"))]
		if !wrong {
			return
		}
		f.report(m.rule, line, line, "", name)
		last := &f.found[len(f.found)-1]
		last.Message = told(m.rule.Message, "", quoteCode(name), note)
	}
	for _, e := range f.entries() {
		tell(e.name, e.line)
	}
	if !slices.Contains(f.kinds, kindShell) && !slices.Contains(f.kinds, kindDockerfile) && !slices.Contains(f.kinds, kindWorkflow) {
		return
	}
	for line, text := range logicalLines(f.data, true) {
		for _, at := range installed.FindAllSubmatchIndex([]byte(text), 20) {
			for word := range strings.FieldsSeq(text[at[2]:at[3]]) {
				name, _, _ := strings.Cut(strings.Trim(word, `"'\`), "=")
				if i := strings.IndexAny(name, "[<>~"); i > 0 {
					name = name[:i]
				}
				if i := strings.LastIndexByte(name, '@'); i > 0 {
					name = name[:i]
				}
				tell(name, line+strings.Count(text[:at[0]], "\n"))
			}
		}
	}
}

var (
	pipInstall = pattern.New(`(?:^|[;&|]\s*|\s)(?:python3? -m )?(?:uv )?pip3?\s+install\s+([^|&;\n\\]*(?:\\\n?[^|&;\n\\]*)*)`)
	qr         = pattern.New(`^(-\w*r|--requirement)$`)
	pinnedWord = pattern.New(`===?|@[0-9a-f]{7,40}\b|#sha256=|^(git\+|https?:).*@v?\d`)
)

// installsLoose finds the `pip install` of a notebook that take whatever is newest, or what lies at an address. Each line is told, as each
// is mended by itself.
func installsLoose(f *file, m *matcher) {
	for line, text := range logicalLines(f.data, true) {
		at := pipInstall.FindSubmatchIndex([]byte(text))
		if at == nil || !loosePip(text[at[2]:at[3]]) {
			continue
		}
		f.report(m.rule, line+strings.Count(text[:at[0]], "\n"), line+strings.Count(strings.TrimRight(text[:at[1]], "\n"), "\n"), "", strings.Join(strings.Fields(strings.ReplaceAll(text[at[0]:at[1]], "\\\n", " ")), " "))
	}
}

// loosePip says whether any of the packages behind `pip install` is left open: no version, or an address.
func loosePip(words string) bool {
	skip, list := false, false
	for word := range strings.FieldsSeq(strings.ReplaceAll(words, "\\\n", " ")) {
		word = strings.Trim(word, `"'`)
		switch {
		case strings.HasPrefix(word, "#"):
			return false
		case skip && !(list && strings.Contains(word, "://")):
			skip, list = false, false
			continue
		case skip: // a list at an address
			return true
		case qr.MatchString(word) || word == "-c" || word == "-e" || word == "--index-url" || word == "-i" || word == "--extra-index-url" || word == "-f" || word == "--find-links" || word == "-t" || word == "--target":
			skip, list = true, qr.MatchString(word)
			continue
		case word == "pip", word == "setuptools", word == "wheel", strings.HasPrefix(word, "-"), strings.HasPrefix(word, "."), strings.HasPrefix(word, "/"), strings.ContainsAny(word, "{$"), strings.HasSuffix(word, ".whl") && !strings.Contains(word, "://"), pinnedWord.MatchString(word):
			continue
		}
		return true
	}
	return false
}
