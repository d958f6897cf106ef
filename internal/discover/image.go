package discover

import (
	"strings"

	"github.com/lodemark/lodemark"
)

// imageKind tells what a container image is for an AI system.
type imageKind struct {
	part       string // of the name without registry and tag
	kind       lodemark.Kind
	technology string
}

// imageKinds are tried in order; a part must begin and end at a mark.
var imageKinds = []imageKind{
	{"vllm", lodemark.KindServer, "vllm"}, {"vllm-openai", lodemark.KindServer, "vllm"}, {"vllm-cpu", lodemark.KindServer, "vllm"}, {"llm-d-cuda", lodemark.KindServer, "vllm"}, {"llm-d-xpu", lodemark.KindServer, "vllm"}, {"llm-d-cpu", lodemark.KindServer, "vllm"},
	{"vllm-openai-cpu", lodemark.KindServer, "vllm"}, {"vllm-openai-rocm", lodemark.KindServer, "vllm"}, {"vllm-rocm", lodemark.KindServer, "vllm"}, {"vllm-gaudi", lodemark.KindServer, "vllm"},
	{"ollama/ollama", lodemark.KindServer, "ollama"}, {"ollama", lodemark.KindServer, "ollama"},
	{"text-generation-inference", lodemark.KindServer, "tgi"}, {"text-embeddings-inference", lodemark.KindServer, "tei"}, {"tgi", lodemark.KindServer, "tgi"},
	{"tritonserver", lodemark.KindServer, "triton"}, {"llama.cpp", lodemark.KindServer, "llama.cpp"}, {"llama-cpp-python", lodemark.KindServer, "llama.cpp"},
	{"llamacpp", lodemark.KindServer, "llama.cpp"}, {"localai", lodemark.KindServer, "localai"}, {"local-ai", lodemark.KindServer, "localai"},
	{"torchserve", lodemark.KindServer, "torchserve"}, {"tensorflow/serving", lodemark.KindServer, "tensorflow-serving"}, {"tf-serving", lodemark.KindServer, "tensorflow-serving"},
	{"sglang", lodemark.KindServer, "sglang"}, {"lmdeploy", lodemark.KindServer, "lmdeploy"}, {"xinference", lodemark.KindServer, "xinference"},
	{"michaelf34/infinity", lodemark.KindServer, "infinity"}, {"ray-llm", lodemark.KindServer, "ray-serve"}, {"ray-ml", lodemark.KindServer, "ray-serve"},
	{"model_server", lodemark.KindServer, "openvino"}, {"openvino/model_server", lodemark.KindServer, "openvino"}, {"litellm", lodemark.KindServer, "litellm"},
	{"nvcr.io/nim", lodemark.KindServer, "nim"}, {"aphrodite-engine", lodemark.KindServer, "aphrodite"}, {"tabby", lodemark.KindServer, "tabby"},
	{"koboldcpp", lodemark.KindServer, "koboldcpp"}, {"text-generation-webui", lodemark.KindServer, "text-generation-webui"}, {"comfyui", lodemark.KindServer, "comfyui"},
	{"stable-diffusion-webui", lodemark.KindServer, "stable-diffusion-webui"}, {"faster-whisper-server", lodemark.KindServer, "whisper"}, {"speaches", lodemark.KindServer, "whisper"},
	{"openai-whisper-asr-webservice", lodemark.KindServer, "whisper"}, {"whisper.cpp", lodemark.KindServer, "whisper"}, {"mlserver", lodemark.KindServer, "mlserver"},
	{"sklearnserver", lodemark.KindServer, "kserve"}, {"xgbserver", lodemark.KindServer, "kserve"}, {"lgbserver", lodemark.KindServer, "kserve"}, {"huggingfaceserver", lodemark.KindServer, "kserve"},
	{"pmmlserver", lodemark.KindServer, "kserve"}, {"paddleserver", lodemark.KindServer, "kserve"}, {"seldon-core", lodemark.KindServer, "seldon"}, {"tensorrt-llm", lodemark.KindServer, "tensorrt-llm"},
	{"t2v-transformers", lodemark.KindServer, "t2v-transformers"}, {"transformers-inference", lodemark.KindServer, "t2v-transformers"}, {"lemonade", lodemark.KindServer, "lemonade"},
	{"mistral.rs", lodemark.KindServer, "mistral.rs"}, {"lmstudio", lodemark.KindServer, "lmstudio"}, {"deepspeed-mii", lodemark.KindServer, "deepspeed-mii"},

	{"qdrant", lodemark.KindVectorStore, "qdrant"}, {"milvus", lodemark.KindVectorStore, "milvus"}, {"weaviate", lodemark.KindVectorStore, "weaviate"},
	{"chroma", lodemark.KindVectorStore, "chroma"}, {"chromadb", lodemark.KindVectorStore, "chroma"}, {"pgvector", lodemark.KindVectorStore, "pgvector"}, {"pgvecto-rs", lodemark.KindVectorStore, "pgvector"},
	{"vchord-postgres", lodemark.KindVectorStore, "pgvector"}, {"timescaledb-ha", lodemark.KindVectorStore, "pgvector"}, {"vespa", lodemark.KindVectorStore, "vespa"}, {"marqo", lodemark.KindVectorStore, "marqo"},
	{"redis-stack", lodemark.KindVectorStore, "redis-stack"}, {"redis-stack-server", lodemark.KindVectorStore, "redis-stack"}, {"redisearch", lodemark.KindVectorStore, "redis-stack"},
	{"myscaledb", lodemark.KindVectorStore, "myscale"}, {"vald", lodemark.KindVectorStore, "vald"}, {"infiniflow/infinity", lodemark.KindVectorStore, "infinity"}, {"vearch", lodemark.KindVectorStore, "vearch"},
	{"lancedb", lodemark.KindVectorStore, "lancedb"}, {"pinecone-local", lodemark.KindVectorStore, "pinecone"}, {"turbopuffer", lodemark.KindVectorStore, "turbopuffer"},
}

// notServers are parts of names of tools around a store or server.
var notServers = []string{"exporter", "backup", "operator", "web-ui", "-ui", "attu", "webui-", "/open-webui", "proxy-", "-init", "dashboard", "etcd", "minio", "console", "migrat", "-cli", "controller"}

// kindOfImage finds what an image is for an AI system; ok is false for all others, and for names that only a variable tells.
func kindOfImage(ref string) (imageKind, bool) {
	name, _, _ := strings.Cut(strings.ToLower(ref), "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name = name[:i]
	}
	for _, n := range notServers {
		if strings.Contains(name, n) {
			return imageKind{}, false
		}
	}
	for _, k := range imageKinds {
		if namesPart(name, k.part) {
			return k, true
		}
	}
	return imageKind{}, false
}

// namesPart says whether a part of a name stands between slashes, whole.
func namesPart(name, part string) bool {
	for i := strings.Index(name, part); i >= 0; {
		end := i + len(part)
		if (i == 0 || name[i-1] == '/') && (end == len(name) || name[end] == '/') {
			return true
		}
		next := strings.Index(name[i+1:], part)
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// addImage notes a model server or vector store that an image stands for.
func (v *visit) addImage(name, ref string, line int, from string) {
	if c, ok := imageComponent(name, ref, line, from); ok {
		v.add(c)
	}
}

// imageComponent is what an image stands for.
func imageComponent(name, ref string, line int, from string) (c lodemark.Component, ok bool) {
	if i := strings.Index(ref, ":-"); strings.HasPrefix(ref, "${") && i > 0 { // a variable with a default
		ref = strings.TrimSuffix(ref[i+2:], "}")
	}
	k, ok := kindOfImage(ref)
	if !ok {
		return c, false
	}
	detail := map[string]string{"image": ref, "technology": k.technology, "from": from}
	if k.kind == lodemark.KindServer {
		detail["engine"] = k.technology
	}
	return lodemark.Component{Kind: k.kind, Name: firstNonEmpty(name, k.technology), Line: line, Address: ref, Version: tagOf(ref), Pin: pinOfImage(ref), Detail: detail}, true
}

func tagOf(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		return name[i+1:]
	}
	return ""
}

func pinOfImage(ref string) lodemark.Pin {
	switch tag := tagOf(ref); {
	case strings.Contains(ref, "@sha256:"):
		return lodemark.PinDigest
	case tag == "" || tag == "latest" || strings.Contains(tag, "$"):
		return lodemark.PinNone
	}
	return lodemark.PinTag
}
