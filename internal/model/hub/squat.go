package hub

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// popular are packages of machine learning under whose names, misspelt by a letter, others have put packages that steal.
// Names of less than five letters are within a letter of too much that is honest.
var popular = [...]string{"transformers", "tensorflow", "safetensors", "huggingface-hub", "diffusers", "accelerate", "sentencepiece", "scikit-learn", "bitsandbytes", "tokenizers", "datasets",
	"torchvision", "torchaudio", "tensorboard", "pytorch-lightning", "sentence-transformers", "onnxruntime", "tensorflow-gpu", "langchain", "openai", "numpy", "pandas", "scipy", "torch", "keras",
	"matplotlib", "requests", "protobuf", "xformers", "flash-attn", "deepspeed", "gradio", "streamlit", "opencv-python", "pillow", "tiktoken", "llama-cpp-python", "xgboost", "lightgbm",
	"catboost", "joblib", "mlflow", "ultralytics", "anthropic", "chromadb", "faiss-cpu", "ctransformers"}

// neighbours of theirs that are honest and in use.
func honest(name string) bool {
	switch name {
	case "dataset", "datazets", "faiss-gpu", "grequests", "ngboost", "openapi", "panda", "scapy", "scipp", "tensorboardx", "tensorflow-cpu", "tensorflow-tpu", "torchx", "willow", "wand", "ktransformers",
		"tokenizer", "transformer", "numpyro", "scilpy", "scirpy", "hcipy", "bitsandbytes2", "openap", "openaq", "evaluate", "pytorch", "scikits-learn", "einops", "jinja", "radio", "kerasx", "touch", "xtorch", "gumpy",
		"sumpy", "diffuser", "diffuzers", "request", "openpi":
		return true
	}
	return false
}

// squat says so of a name that is one letter away from a well known one.
func squat(p *inspect.Part, at int64, name string, said map[string]bool) {
	name = normal(name)
	if len(name) < 4 || len(name) > 40 || said[name] || honest(name) {
		return
	}
	said[name] = true
	like := ""
	for _, known := range popular {
		if name == known {
			return
		}
		if like == "" && (oneAway(name, known) && (len(known) > 6 || name[0] == known[0]) || strings.ReplaceAll(name, "-", "") == strings.ReplaceAll(known, "-", "")) {
			like = known
		}
	}
	if like != "" {
		p.Say(inspect.Dangerous, "requirements-lookalike", at, "installs %s, which is spelt almost like %s and is not it", inspect.Quote(name), inspect.Quote(like))
	}
}

// normal is the name as the index compares it.
func normal(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	return strings.NewReplacer("_", "-", ".", "-").Replace(name)
}

// oneAway says whether a letter changed, added, left out or two swapped make one of the other.
func oneAway(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) {
		return false
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
