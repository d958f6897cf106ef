package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// image is the reference of a container image: [host/]path[:tag][@digest].
type image struct {
	text, name, tag string
	digest          bool
}

var (
	imageForm = pattern.New(`^[a-z0-9][a-z0-9._-]*(?::\d+)?(?:/[a-z0-9][a-z0-9._-]*)*(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]+)?$`)
	// defaulted is a variable with the value that it has where nobody sets it: ${TAG:-latest}.
	defaulted = pattern.New(`\$\{\w+:?-([^{}$]*)\}`)
	// floatingTag is the tag of a branch, a channel or a flavour. What holds a number is a version or a day.
	floatingTag = pattern.New(`^(?:latest|main|master|nightly|dev|devel|develop|edge|canary|stable|release|beta|alpha|rolling|current|lts|head|snapshot|preview)(?:[._-].*)?$|^[a-zA-Z_-]+$`)
	channelTag  = pattern.New(`^(?:latest|main|master|nightly|dev|devel|develop|edge|canary|stable|release|beta|alpha|rolling|current|lts|head|snapshot|preview|slim|alpine)(?:[._-].*)?$`)
	datedTag    = pattern.New(`20\d\d[-._]?[01]\d[-._]?[0-3]\d`)
	// filledIn are tags that stand for one that is put in later.
	filledIn = pattern.New(`(?i)^(?:replace|placeholder|tag|version|changeme|todo|x+|local|test|your[-_]?\w*|my[-_]?\w*)$`)
	fileName = pattern.New(`(?i)\.(?:png|jpe?g|gif|svg|webp|bmp|ico|mp4|tiff?|pdf|avif|html?|json|py|ts|js|md|txt|img|iso|qcow2|sif)$`)
)

// imageOf reads a reference. Not ok: it is none, or a part of it is known only later.
func imageOf(text string) (image, bool) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "docker://"), "docker:")
	if strings.Contains(text, "${") {
		text = defaulted.Regexp().ReplaceAllString(text, "$1")
	}
	i := image{text: text}
	if len(text) > 250 || !imageForm.MatchString(text) || fileName.MatchString(text) {
		return i, false
	}
	i.name, _, i.digest = strings.Cut(text, "@")
	if at := strings.LastIndexByte(i.name, ':'); at > strings.LastIndexByte(i.name, '/') {
		i.name, i.tag = i.name[:at], i.name[at+1:]
	}
	return i, !filledIn.MatchString(i.tag)
}

// moves says whether the image is another one whenever somebody pushes.
func (i *image) moves() bool {
	return !i.digest && (i.tag == "" || floatingTag.MatchString(i.tag) && !datedTag.MatchString(i.tag))
}

// flavour says of a tag without a number that it names a kind of the image, as `nonroot` does, and no branch or channel. There may be
// nothing else to name, so only those of AI images are spoken of.
func (i *image) flavour() bool { return i.tag != "" && !channelTag.MatchString(i.tag) }

// imageOfAI are the names of what serves, trains, searches or runs models and agents: owners on registries, and words of images' names.
var imageOfAI = pattern.New(`(?:^|/)(?:vllm|ollama|huggingface|nvcr\.io/(?:nvidia|nim)|nvidia/cuda|rocm|pytorch|tensorflow|rayproject|anyscale|qdrant|chromadb|chroma-core|semitechnologies|cr\.weaviate\.io|milvusdb|zilliz|pgvector|ankane/pgvector|berriai|langflowai|flowiseai|open-webui|` +
	`localai|go-skynet|lmsysorg|langfuse|langchain|mlflow|langgenius|mintplexlabs|ggml-org|ggerganov|mcp|zylonai|kserve|kubeflow\w*|seldonio|bentoml|openclaw|argilla|lancedb|lanced|jupyter|unslothai|unsloth|axolotlai|` +
	`winglian|llm-d|letta|infiniflow|khoj-ai|khulnasoft|danswer|onyxdotapp|deepset|marqoai|nomic-ai|xprobe|opea|nousresearch|all-hands-ai|trypromptfoo|promptfoo|arizephoenix|comet-ml/opik|lightningai|determinedai|allenai|feastdev|zenmldocker|predibase|` +
	`ultralytics|roboflow|stabilityai|runwayml|mistralai|deepseek-ai|replicate|r8\.im|runpod)/` +
	`|(?:^|[/_.-])(?:vllm|sglang|sgl|ollama|llms?|llama|llamacpp|tgi|text-generation|textgen|text-embeddings?|embeddings?|tritonserver|triton|tensorrt|trtllm|pytorch|torch|torchserve|tensorflow|tf-serving|jax|cuda|rocm|transformers|diffusers|` +
	`comfyui|stable-diffusion|whisper|mlserver|mlflow|litellm|langchain|langfuse|langgraph|langflow|flowise|dify|open-webui|anythingllm|localai|mcp|rag|ragflow|chroma|chromadb|weaviate|milvus|pgvector|lancedb|deepspeed|gpt|chatgpt|gpt4all|` +
	`openai|claude|anthropic|gemini|mistral|deepseek|qwen|inference|openclaw|openhands|autogpt|autogen|crewai|label-studio|openvino|sklearnserver|xgbserver|jupyterlab|notebook|huggingfaceserver|ml|ai|mlops|model-server|modelserver|faster-whisper|xinference|lmdeploy|` +
	`infinity|aibrix|dynamo|nim|nemo|guardrails|presidio|phoenix|copilot|chatbot)\d*(?:[/_.:-]|$)`)

// ofAI says whether an image is known to serve, train or search.
func (i *image) ofAI() bool { return imageOfAI.MatchString(strings.ToLower(i.name)) }

// looseImages finds images in settings, build files and scripts: those that move, or those of a version that could be pushed again.
func looseImages(moving bool) func(*file, *matcher) {
	return func(f *file, m *matcher) {
		told := map[int]bool{}
		for _, u := range f.imagesUsed() {
			i, ok := imageOf(u.text)
			switch {
			case !ok || i.digest || told[u.line] || i.moves() != moving || i.name == "scratch":
			case i.ofAI() && (u.base || u.command || strings.Contains(i.name, "/")), u.base && !(moving && i.flavour()) && f.target.usesAI():
				told[u.line] = true
				f.report(m.rule, u.line, u.line, "", u.text)
			}
		}
	}
}

// imageUse is a place that names an image.
type imageUse struct {
	text    string
	line    int
	base    bool // what a Dockerfile builds on
	command bool // of a command line
	waits   bool // for its tag, which stands on another line
}

// imagesUsed are the images that a file names, in order.
func (f *file) imagesUsed() []imageUse {
	is := func(kinds ...string) bool {
		return slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(f.kinds, k) })
	}
	var all []imageUse
	if is(kindDockerfile) {
		all = f.baseImages()
	}
	if is(kindYAML, kindJSON, kindTOML, kindTerraform, kindTemplate, kindShell) && !is(kindWorkflow) {
		all = append(all, f.imageSettings()...)
	}
	return append(all, f.imageCommands()...)
}
