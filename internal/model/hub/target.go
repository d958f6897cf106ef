package hub

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// What a call can do, in the order of harm, for names that a configuration gives to a loader to call.
const (
	harms   = globals.Executes | globals.Interprets | globals.Native
	reaches = globals.Imports | globals.Deserialises | globals.Network | globals.Writes | globals.Environment
)

// callable is the verdict on a dotted name that a loader imports and calls, with words for what it does.
func callable(name string) (v inspect.Verdict, id, what string) {
	name = strings.TrimSpace(name)
	name = strings.ReplaceAll(name, ":", ".") // entry points: module:function
	name = through(name)
	g, module := lookup(name)
	c := g.Capability
	switch {
	case !g.Known && hydraCalls(name):
		return inspect.Clean, "target-known", ""
	case framework(module):
		// what a framework is listed with is what its whole modules can do; its classes, and its functions that fetch weights,
		// read data and write results, are what recipes are for
		if g.Known && callLike(name) && !coarse(module) && c&(harms|globals.Deserialises|globals.Imports|globals.Walks) != 0 {
			return inspect.Dangerous, "target-reaches", words(g)
		}
		return inspect.Clean, "target-known", ""
	case g.Known && c&harms != 0:
		return inspect.Malicious, "target-executes", words(g)
	case g.Known && c&reaches != 0, g.Known && c&globals.Walks != 0, g.Known && c&globals.Reads != 0 && module == "builtins":
		return inspect.Dangerous, "target-reaches", words(g)
	case g.Known:
		return inspect.Clean, "target-known", ""
	}
	return inspect.Unknown, "target-unknown", ""
}

// through follows a way to Python's own modules: "transformers.utils.os.system" is os's system.
func through(name string) string {
	for dot := strings.IndexByte(name, '.'); dot >= 0; {
		rest := name[dot+1:]
		first, _, more := strings.Cut(rest, ".")
		if !more {
			return name
		}
		switch first {
		case "os", "subprocess", "sys", "builtins", "ctypes", "socket", "shutil", "importlib", "posix", "nt", "pty", "runpy", "pickle", "marshal", "__builtins__":
			return rest
		}
		next := strings.IndexByte(rest, '.')
		if next < 0 {
			return name
		}
		dot += 1 + next
	}
	return name
}

// lookup resolves a dotted name: where the module ends and the name within it begins is not written in it.
func lookup(name string) (globals.Global, string) {
	if !strings.Contains(name, ".") {
		return globals.Lookup("builtins", name), "builtins"
	}
	var first globals.Global
	module := name[:strings.IndexByte(name, '.')]
	for dot := strings.LastIndexByte(name, '.'); dot > 0; dot = strings.LastIndexByte(name[:dot], '.') {
		m, n := globals.Python2(name[:dot], name[dot+1:])
		g := globals.Lookup(m, n)
		if g.Known && (!first.Known || g.Capability&^globals.Constructs != 0 && first.Capability&^globals.Constructs == 0) {
			first = g
		}
	}
	return first, module
}

func words(g globals.Global) string {
	if g.What != "" {
		return g.What
	}
	return "has an effect that no model needs"
}

// hydraCalls tells Hydra's own ways to name a function, whose argument is judged where it stands.
func hydraCalls(name string) bool {
	switch name {
	case "hydra.utils.get_method", "hydra.utils.get_class", "hydra.utils.get_object", "hydra.utils.get_static_method", "hydra.utils.call", "hydra.utils.instantiate":
		return true
	}
	return false
}

// framework tells the packages of machine learning whose classes configurations name, so that a class of theirs that nobody
// has listed is no surprise.
func framework(module string) bool {
	first, _, _ := strings.Cut(module, ".")
	switch first {
	case "torch", "torchvision", "torchaudio", "torchmetrics", "torchtext", "torchrl", "torchdata", "torch_geometric", "torch_optimizer", "torch_ema", "torchtune", "torchao", "torchtitan",
		"pytorch_lightning", "lightning", "lightning_fabric", "transformers", "diffusers", "accelerate", "peft", "trl", "datasets", "tokenizers", "evaluate", "sentence_transformers", "setfit",
		"timm", "kornia", "albumentations", "monai", "einops", "xformers", "flash_attn", "deepspeed", "apex", "megatron", "transformer_engine", "bitsandbytes", "safetensors", "optimum",
		"nemo", "nemo_text_processing", "omegaconf", "hydra", "hydra_plugins", "tensorflow", "keras", "jax", "flax", "optax", "haiku", "orbax", "numpy", "scipy", "sklearn", "pandas", "xgboost",
		"lightgbm", "catboost", "gluonts", "neuralforecast", "pytorch_forecasting", "gym", "gymnasium", "stable_baselines3", "ray", "optuna", "wandb", "mlflow", "tensorboard", "detectron2",
		"mmengine", "mmcv", "mmdet", "mmseg", "speechbrain", "espnet", "espnet2", "fairseq", "fairseq2", "encodec", "vocos", "audiocraft", "julius", "librosa", "open_clip", "clip", "ldm", "sgm",
		"segment_anything", "sam2", "ultralytics", "spacy", "flair", "allennlp", "gpytorch", "botorch", "pyro", "braindecode", "nibabel", "rdkit", "dgl", "ogb", "e3nn", "mace", "composer",
		"streaming", "llmfoundry", "axolotl", "unsloth", "vllm", "langchain", "langchain_core", "langchain_community", "langchain_openai", "llama_index", "haystack", "shap", "matplotlib",
		"huggingface_hub", "fvcore", "iopath", "webdataset", "ffcv", "lpips", "pytorch3d", "nerfstudio", "mlx", "nemo_run", "nv_one_logger", "kaldifeat", "editdistance", "sacrebleu", "jiwer":
		return true
	}
	return false
}

// coarse tells frameworks of which package globals lists whole modules, each of their names with all that any of them can do.
func coarse(module string) bool {
	first, _, _ := strings.Cut(module, ".")
	switch first {
	case "speechbrain", "huggingface_hub", "omegaconf", "wandb", "mlflow", "fvcore", "iopath", "hydra", "hydra_plugins", "nemo", "sam2", "lightning", "pytorch_lightning", "datasets", "transformers", "diffusers", "megatron":
		return true
	}
	return false
}

// ownPackage tells names under which people keep the code that a recipe belongs to.
func ownPackage(name string) bool {
	for part := range strings.SplitSeq(name, ".") {
		if ownPart(part) {
			return true
		}
	}
	return false
}

func ownPart(part string) bool {
	switch part {
	case "src", "models", "model", "modules", "networks", "network", "nets", "datamodules", "data", "dataset", "utils", "losses", "loss", "trainers", "training", "train", "engine", "core",
		"lib", "common", "project", "scripts", "experiments", "tasks", "agents", "envs", "policies", "layers", "metrics", "transforms", "callbacks", "components", "configs", "config", "my_project", "app":
		return true
	}
	return false
}

// callLike tells a name whose last part is written as functions are, not as classes.
func callLike(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return last != "" && last == strings.ToLower(last)
}

// target judges a name that the configuration gives to a loader to import.
func (j *judge) target(at int64, key, name string) {
	if !dottedName(name) && !executesBare(name) {
		return
	}
	sayTarget(j.p, at, key, name, j.said)
}

// sayTarget says what is thought of a name under a key.
func sayTarget(p *inspect.Part, at int64, key, name string, said map[string]bool) {
	v, id, what := callable(name)
	if said[id+"\x00"+name] {
		return
	}
	said[id+"\x00"+name] = true
	switch {
	case v >= inspect.Dangerous:
		p.Say(v, id, at, "names %s as %q, which the loader imports and calls: %s", inspect.Quote(name), key, what)
	case v == inspect.Unknown && (ownPackage(name) || !callLike(name)):
		p.Say(inspect.Clean, "target-own", at, "names %s as %q, code that lies with the recipe", inspect.Quote(name), key)
	case v == inspect.Unknown:
		p.Say(v, id, at, "names %s as %q, which the loader imports and calls: its effect is not known", inspect.Quote(name), key)
	}
}

// harmful judges a name under a key that some loaders import and others do not: only what no honest recipe names counts.
func (j *judge) harmful(at int64, key, name string) {
	if !dottedName(name) && !executesBare(name) || strings.HasSuffix(name, ".py") {
		return
	}
	g, module := lookup(name)
	if g.Known && g.Capability&harms != 0 && !framework(module) && (strings.Contains(name, ".") || key == "target") {
		j.say(inspect.Dangerous, "target-executes", at, name, "names %s as %q, which loaders import and call: %s", inspect.Quote(name), key, words(g))
	}
}

// dottedName tells module.name from other values that such keys have.
func dottedName(s string) bool {
	if len(s) > 300 || !strings.Contains(s, ".") || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r == '_' || r == '.' || r == ':' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80)
	}) < 0 && (s[0] < '0' || s[0] > '9')
}

// executesBare tells builtins that a name alone reaches.
func executesBare(s string) bool {
	switch s {
	case "eval", "exec", "compile", "__import__", "open", "getattr", "execfile", "input", "breakpoint":
		return true
	}
	return false
}
