package rules

import (
	"cmp"
	"path"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// hubCall is a call that takes something from a hub by its id.
type hubCall struct {
	name     string // of the argument that is the id
	position int
	dataset  bool
	bare     bool // an id without an owner is one of the hub too, and no folder
	kwargs   bool // the revision stands in model_kwargs
	always   bool // whatever the id is, it is one of the hub
}

var hubCalls = sync.OnceValue(func() *resolve.Table[hubCall] {
	var t resolve.Table[hubCall]
	add := func(c hubCall, patterns ...string) {
		for _, p := range patterns {
			t.Add(p, c)
		}
	}
	add(hubCall{name: "pretrained_model_name_or_path"}, "transformers.**.from_pretrained", "diffusers.**.from_pretrained", "peft.Auto*.from_pretrained", "peft.*Config.from_pretrained", "setfit.*.from_pretrained",
		"optimum.**.from_pretrained", "trl.**.from_pretrained", "gliner.GLiNER.from_pretrained", "ctransformers.*.from_pretrained", "auto_gptq.*.from_quantized", "auto_gptq.*.from_pretrained",
		"awq.*.from_quantized", "awq.*.from_pretrained", "timm.models.*.from_pretrained", "AutoModel*.from_pretrained", "AutoTokenizer.from_pretrained", "AutoProcessor.from_pretrained", "AutoConfig.from_pretrained",
		"@xenova/transformers.*.from_pretrained", "@huggingface/transformers.*.from_pretrained", "adapters.*.from_pretrained", "colpali_engine.**.from_pretrained", "liger_kernel.transformers.*.from_pretrained",
		"**.AutoModel*.from_pretrained", "**.*ForCausalLM.from_pretrained", "**.*ForConditionalGeneration.from_pretrained", "**.*ForSequenceClassification.from_pretrained", "**.*TokenizerFast.from_pretrained", "**.AutoTokenizer.from_pretrained", "**.AutoProcessor.from_pretrained", "**.AutoConfig.from_pretrained", "ragatouille.*.from_pretrained", "colbert.**.from_pretrained",
		"outlines.models.transformers", "guidance.models.Transformers", "mlx_lm.load", "InstructorEmbedding.INSTRUCTOR", "faster_whisper.WhisperModel", "sglang.Engine", "parler_tts.*.from_pretrained", "llm2vec.LLM2Vec.from_pretrained",
		"chronos.*.from_pretrained", "open_clip.create_model_from_pretrained", "lightning.pytorch.**.from_pretrained", "nemo.collections.**.from_pretrained", "speechbrain.**.from_hparams", "pyannote.audio.*.from_pretrained",
		"kokoro-js.*.from_pretrained", "parakeet.*.from_pretrained")
	add(hubCall{position: 0}, "**.load_adapter", "**.load_lora_weights", "**.load_textual_inversion", "**.load_ip_adapter")
	add(hubCall{name: "model_id", always: true}, "bentoml.models.HuggingFaceModel")
	add(hubCall{name: "model", position: -1}, "haystack.**.SentenceTransformers*", "haystack.**.Transformers*Ranker", "haystack.**.HuggingFaceLocal*", "vllm.AsyncEngineArgs", "vllm.EngineArgs", "vllm.engine.arg_utils.*EngineArgs", "lmdeploy.pipeline")
	add(hubCall{name: "model_path", position: -1}, "sglang.Engine", "sglang.Runtime", "sglang.srt.**.ServerArgs")
	add(hubCall{name: "model_id", position: 0, kwargs: true}, "langchain*.**.HuggingFacePipeline.from_model_id")
	add(hubCall{name: "model_name", bare: true, position: 0}, "llama_index.**.HuggingFaceEmbedding", "llama_index.**.HuggingFaceLLM")
	add(hubCall{name: "model", position: -1}, "llama_index.**.SentenceTransformerRerank")
	add(hubCall{name: "model_id", position: 1}, "peft.PeftModel*.from_pretrained", "peft.PeftMixedModel.from_pretrained")
	add(hubCall{name: "model", position: 1}, "transformers.pipeline", "transformers.pipelines.pipeline", "@xenova/transformers.pipeline", "@huggingface/transformers.pipeline")
	add(hubCall{name: "model_name_or_path", bare: true}, "sentence_transformers.SentenceTransformer", "sentence_transformers.CrossEncoder", "sentence_transformers.SparseEncoder")
	add(hubCall{name: "model_name", bare: true, kwargs: true, position: -1}, "langchain*.**.HuggingFaceEmbeddings", "langchain*.**.HuggingFaceBgeEmbeddings", "langchain*.**.HuggingFaceInstructEmbeddings", "langchain*.**.HuggingFaceCrossEncoder")
	add(hubCall{name: "model"}, "vllm.LLM", "vllm.entrypoints.llm.LLM")
	add(hubCall{name: "model_name"}, "unsloth.*.from_pretrained", "FlagEmbedding.FlagModel", "FlagEmbedding.BGEM3FlagModel", "FlagEmbedding.FlagReranker")
	add(hubCall{name: "path", dataset: true, bare: true}, "datasets.load_dataset", "datasets.load.load_dataset", "datasets.load_dataset_builder")
	return &t
})

var (
	withOwner  = pattern.New(`^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$`)
	noOwner    = pattern.New(`^[A-Za-z0-9][\w.-]{1,95}$`)
	commit     = pattern.New(`^[0-9a-f]{40}$`)
	fileEnding = pattern.New(`(?i)\.(gguf|ggml|bin|pt|pth|ckpt|onnx|safetensors|json|jsonl|csv|tsv|txt|py|parquet|arrow|zip|gz|h5|pkl|yaml|yml|model)$`)
	// Models that the hub knows without an owner, since the first days.
	oldModels = pattern.New(`^(bert|distilbert|roberta|distilroberta|gpt2|distilgpt2|openai-gpt|t5|xlm|xlm-roberta|albert|xlnet|camembert|ctrl|transfo-xl)(-(base|small|large|medium|xl|xxlarge|tiny|\d+b|cased|uncased|multilingual|chinese|german|wt103|v[12]|mlm|clm|finetuned|squad|sst|2|english|whole|word|masking|openai|detector|enfr|ende|xnli\d*|tlm))*$`)
	// What reads files rather than a set of the hub.
	builders = map[string]bool{"json": true, "csv": true, "text": true, "parquet": true, "pandas": true, "arrow": true, "imagefolder": true, "audiofolder": true, "videofolder": true, "webdataset": true, "sql": true,
		"generator": true, "xml": true, "pdffolder": true, "hdf5": true, "spark": true}
	// First parts of paths that are folders on somebody's disk.
	localFolders = map[string]bool{"models": true, "model": true, "data": true, "datasets": true, "dataset": true, "output": true, "outputs": true, "out": true, "result": true, "results": true, "checkpoint": true,
		"checkpoints": true, "ckpt": true, "ckpts": true, "weights": true, "saved": true, "saved_models": true, "saved_model": true, "tmp": true, "temp": true, "cache": true, "runs": true, "logs": true,
		"experiments": true, "train": true, "test": true, "artifacts": true, "assets": true, "resources": true, "path": true, "to": true, "home": true, "mnt": true, "content": true, "workspace": true, "trained": true,
		"pretrained": true, "pretrained_models": true, "finetuned": true, "adapters": true, "adapter": true, "lora": true, "exp": true, "src": true, "app": true, "local": true, "files": true, "final": true,
		"username": true, "user": true, "your-username": true, "org": true, "repo": true, "owner": true, "some": true, "foo": true, "namespace": true, "hf": true}
)

// hubReference finds what is taken from a hub in whatever state it is there today. Ids that are not known, and names that could be a
// folder, are passed over.
func hubReference(dataset bool) func(*look, *matcher) {
	return func(l *look, m *matcher) {
		t := l.t
		for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
			if t.Kind(id) != syntax.Call {
				continue
			}
			callee := t.Child(id, 0)
			if k := t.Kind(callee); k != syntax.Ident && (k != syntax.Attribute || !hubCalls().Might(t.Name(callee)) && !strings.HasSuffix(t.Name(callee), "Pipeline")) {
				continue
			}
			done := false
			name := l.f.Called(id)
			if t.Language == syntax.JavaScript && !dataset && l.localPipeline(id) {
				name = "@huggingface/transformers.pipeline"
			}
			hubCalls().Find(name, func(c hubCall) {
				if done || c.dataset != dataset {
					return
				}
				if value := l.floatingID(id, c); value != 0 {
					done = true
					l.tell(m.rule, id, value, cmp.Or(l.movingRevision(id), "in whatever state the repository is in"))
				}
			})
		}
	}
}

// movingRevision tells of a call that names a revision, which is a branch or a tag, what that means; "": it names none.
func (l *look) movingRevision(call syntax.ID) string {
	revision, _ := l.f.Argument(call, "revision", -1)
	if revision == 0 {
		return ""
	}
	v, ok := l.f.Constant(l.otherwise(revision))
	if !ok || v.Text == "" || v.Text == "main" || v.Text == "None" || v.Text == "null" || v.Text == "undefined" {
		return ""
	}
	return "by the name " + quoteCode(v.Text) + ", which its owner can move to another state"
}

// pipelineTasks are what transformers.js makes pipelines for.
var pipelineTasks = set("feature-extraction", "text-generation", "text2text-generation", "text-classification", "sentiment-analysis", "token-classification", "question-answering", "fill-mask", "summarization", "translation",
	"zero-shot-classification", "automatic-speech-recognition", "text-to-speech", "text-to-audio", "image-to-text", "image-classification", "image-segmentation", "object-detection", "zero-shot-image-classification",
	"zero-shot-object-detection", "image-feature-extraction", "depth-estimation", "image-to-image", "document-question-answering", "audio-classification", "background-removal")

// localPipeline says whether a call is of transformers.js's pipeline, taken out of a module that is imported while the program runs; or of
// what a project calls it by: usePipeline("feature-extraction", "owner/model").
func (l *look) localPipeline(call syntax.ID) bool {
	t := l.t
	if name := calledLast(l, call); strings.HasSuffix(name, "Pipeline") {
		task, ok := t.Text(t.Child(call, 1))
		return ok && pipelineTasks[task]
	}
	if callee := t.Child(call, 0); t.Kind(callee) != syntax.Ident || t.Name(callee) != "pipeline" {
		return false
	}
	task, ok := t.Text(t.Child(call, 1))
	return ok && strings.Contains(task, "-") && (l.f.Holds("@xenova/transformers") || l.f.Holds("@huggingface/transformers"))
}

// floatingID is the id that a call takes without a commit; 0: there is none that is surely one of the hub.
func (l *look) floatingID(call syntax.ID, c hubCall) syntax.ID {
	t := l.t
	value, _ := l.f.Argument(call, c.name, c.position)
	if value == 0 {
		return 0
	}
	known := c.always || l.namesHub(value, c)
	if !known && (c.dataset || !l.forgets(call, value)) {
		return 0
	}
	if own, open := l.f.Argument(call, "local_files_only", -1); own != 0 || open {
		return 0
	}
	revision, open := l.f.Argument(call, "revision", -1)
	if c.kwargs {
		if options, more := l.f.Argument(call, "model_kwargs", -1); options != 0 {
			d := l.f.Literal(options)
			if d == 0 {
				return 0
			}
			revision, open = l.f.Property(d, "revision")
		} else if more {
			return 0
		}
	}
	if revision == 0 {
		if open && (known || t.Language == syntax.Python) {
			return 0
		}
		return value
	}
	if r, fixed := l.f.Constant(l.otherwise(revision)); !known || !fixed || r.Partial || commit.MatchString(r.Text) {
		return 0
	}
	return value
}

// otherwise is what `options.get("revision", "main")` comes to where nobody says more; any other expression stands for itself.
func (l *look) otherwise(expr syntax.ID) syntax.ID {
	t := l.t
	if t.Kind(expr) == syntax.Ident {
		if b := l.f.Binding(expr); b != 0 && t.Kind(b) == syntax.Assign && l.f.Value(b) != 0 {
			expr = l.f.Value(b)
		}
	}
	if callee := t.Child(expr, 0); t.Kind(expr) == syntax.Call && t.Kind(callee) == syntax.Attribute && t.Name(callee) == "get" && t.Child(expr, 2) != 0 {
		return t.Child(expr, 2)
	}
	return expr
}

// namesHub says whether the id that a call takes is surely one of the hub.
func (l *look) namesHub(value syntax.ID, c hubCall) bool {
	v, ok := l.f.Constant(value)
	if !ok {
		v, ok = l.lastValue(value)
	}
	if ok && v.String && v.Partial && v.Env == "" { // f"Helsinki-NLP/opus-mt-{lang}-en"
		begins, _ := l.t.Text(l.t.Child(l.f.Literal(value), 0)) // a name that is made of another one is most often a folder's
		owner, name, _ := strings.Cut(v.Text, "/")
		return strings.HasPrefix(begins, owner+"/") && hubOwners[strings.ToLower(owner)] && builtName.MatchString(name)
	}
	return ok && v.String && !v.Partial && l.onHub(v.Text, c)
}

// hubOwners are owners of repositories of the hub that everybody loads models of, and nobody calls a folder by.
var hubOwners = set("helsinki-nlp", "facebook", "google", "openai", "meta-llama", "mistralai", "qwen", "microsoft", "sentence-transformers", "stabilityai", "baai", "eleutherai", "bigscience", "nvidia", "deepseek-ai",
	"thebloke", "unsloth", "tiiuae", "allenai", "huggingfaceh4", "huggingfacetb", "google-bert", "google-t5", "openai-community", "facebookai", "distilbert", "laion", "salesforce", "cardiffnlp", "thudm", "internlm",
	"01-ai", "cross-encoder", "intfloat", "huggyllama", "decapoda-research", "systran", "lmsys", "codellama", "bigcode", "black-forest-labs", "ibm-granite", "coqui", "suno", "pyannote", "guillaumekln")

// builtName is the name of a repository of which parts are only known at run time.
var builtName = pattern.New(`^[\w.-]{2,}(?:\{\}[\w.-]*)+$`)

// lastValue is the constant that a name was given last before it is used, among statements that run one after the other: a notebook gives
// its names again in cell after cell.
func (l *look) lastValue(ident syntax.ID) (resolve.Constant, bool) {
	t := l.t
	if t.Kind(ident) != syntax.Ident {
		return resolve.Constant{}, false
	}
	last := syntax.ID(0)
	for _, b := range l.f.Bindings(t.Name(ident), ident) {
		if t.Node(b).Start >= t.Node(ident).Start {
			continue
		}
		if t.Kind(b) != syntax.Assign || t.Parent(b) != t.Root || l.f.Scope(ident) != l.f.Scope(b) {
			return resolve.Constant{}, false
		}
		if last == 0 || t.Node(b).Start > t.Node(last).Start {
			last = b
		}
	}
	if last == 0 {
		return resolve.Constant{}, false
	}
	return l.f.Constant(l.f.Value(last))
}

// forgets says of a call that takes an id from elsewhere whether another one of this file takes the same with a revision, or whether it
// asks if the repository's code is to be trusted, which only one of the hub can bring.
func (l *look) forgets(call, value syntax.ID) bool {
	t := l.t
	if t.Language != syntax.Python { // transformers.js takes from the hub what a class chose by itself
		at := t.Child(value, 0)
		return t.Kind(value) == syntax.Attribute && t.Code(at) == "this" && l.localPipeline(call) && !strings.Contains(t.Code(call), "revision")
	}
	if !strings.HasSuffix(l.f.Called(call), ".from_pretrained") {
		return false
	}
	code := t.Code(value)
	if trust, _ := l.f.Argument(call, "trust_remote_code", -1); trust != 0 && strings.Contains(code, "model") {
		if _, known := l.f.Constant(trust); !known {
			return true
		}
	}
	if !l.f.Holds("revision=") {
		return false
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Keyword || t.Name(id) != "revision" || t.Code(t.Node(id).First) == "None" {
			continue
		}
		other := t.Parent(id)
		if other != call && t.Kind(other) == syntax.Call && strings.HasSuffix(t.Code(t.Child(other, 0)), ".from_pretrained") && t.Code(t.Child(other, 1)) == code {
			return true
		}
	}
	return false
}

// onHub says whether a name is surely the id of a repository of the hub.
func (l *look) onHub(id string, c hubCall) bool {
	if fileEnding.MatchString(id) || strings.Contains(id, "..") || l.whole.folder(id, l.f.Path) {
		return false
	}
	if withOwner.MatchString(id) {
		owner, _, _ := strings.Cut(strings.ToLower(id), "/")
		return !localFolders[owner] && !strings.HasPrefix(owner, "your") && !strings.HasPrefix(owner, "my-") && !strings.HasPrefix(owner, "my_")
	}
	if !noOwner.MatchString(id) {
		return false
	}
	if c.dataset {
		return !builders[id] && !localFolders[strings.ToLower(id)] && !strings.HasPrefix(id, "my")
	}
	return c.bare && !localFolders[strings.ToLower(id)] || oldModels.MatchString(id)
}

// folder says whether a path names a folder or file of the target, seen from its root or from beside a file.
func (t *target) folder(name, from string) bool {
	name = strings.ToLower(name)
	for _, p := range []string{path.Clean(name), path.Join(path.Dir(strings.ToLower(from)), name)} {
		if t.paths[p] || t.folders[p] {
			return true
		}
	}
	return false
}
