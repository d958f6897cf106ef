package rules

import (
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
		"@xenova/transformers.*.from_pretrained", "@huggingface/transformers.*.from_pretrained", "adapters.*.from_pretrained", "colpali_engine.**.from_pretrained", "liger_kernel.transformers.*.from_pretrained")
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
			if k := t.Kind(callee); k != syntax.Ident && (k != syntax.Attribute || !hubCalls().Might(t.Name(callee))) {
				continue
			}
			done := false
			hubCalls().Find(l.f.Called(id), func(c hubCall) {
				if done || c.dataset != dataset {
					return
				}
				if value := l.floatingID(id, c); value != 0 {
					done = true
					l.tell(m.rule, id, value, "")
				}
			})
		}
	}
}

// floatingID is the id that a call takes without a commit; 0: there is none that is surely one of the hub.
func (l *look) floatingID(call syntax.ID, c hubCall) syntax.ID {
	value, _ := l.f.Argument(call, c.name, c.position)
	v, ok := l.f.Constant(value)
	if !ok || !v.String || v.Partial || !l.onHub(v.Text, c) {
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
		if open {
			return 0
		}
		return value
	}
	if r, known := l.f.Constant(revision); !known || r.Partial || commit.MatchString(r.Text) {
		return 0
	}
	return value
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
