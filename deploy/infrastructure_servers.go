package deploy

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/infra"
)

// openServer is a program that lets everybody in unless it is told otherwise, or that can be told to. What is known stands
// in its documentation; a program that asks for a login by default is listed only with the setting that turns it off.
type openServer struct {
	name    string
	image   *pattern.Pattern // of the image's name in lower case, without registry and tag
	command *pattern.Pattern // of the command line, for images that are built here; nil: none
	harm    string           // what whoever reaches it can do
	keys    []string         // variables that make it ask for a key; "NAME=true" must be true
	flags   []string         // arguments that do
	config  *pattern.Pattern // a file mounted there, or named in the command, may do so too; nil: none
	off     []string         // only where one of these variables or arguments is there does it let everybody in
	ports   []string         // only these ports of it count; none: all
}

const (
	usesModel    = "use the model and its hardware at will and read what others asked"
	runsModels   = "use, replace and delete models at will"
	readsStore   = "read, change and delete everything stored in it"
	runsPrograms = "run programs on it"
)

func image(names string) *pattern.Pattern { return pattern.New(`(?:^|/)(?:` + names + `)$`) }

// openServers is the table; the first that matches counts.
var openServers = []openServer{
	{name: "vLLM", image: image(`vllm[\w.-]*|vllm/[\w.-]+`), command: pattern.New(`\bvllm serve\b|\bvllm\.entrypoints\b`), harm: usesModel, keys: []string{"VLLM_API_KEY"}, flags: []string{"--api-key"}, config: pattern.New(`--config\b`)},
	{name: "Ollama", image: image(`ollama`), command: pattern.New(`\bollama serve\b`), harm: runsModels},
	{name: "Text Generation Inference", image: image(`text-generation-inference|tgi`), command: pattern.New(`\btext-generation-launcher\b`), harm: usesModel, keys: []string{"API_KEY"}, flags: []string{"--api-key"}},
	{name: "Text Embeddings Inference", image: image(`text-embeddings-inference`), command: pattern.New(`\btext-embeddings-router\b`), harm: usesModel, keys: []string{"API_KEY"}, flags: []string{"--api-key"}},
	{name: "Triton", image: image(`tritonserver`), command: pattern.New(`\btritonserver\s+-`), harm: runsModels, flags: []string{"--http-restricted-api", "--grpc-restricted-protocol"}},
	{name: "the llama.cpp server", image: image(`llama\.cpp[\w.-]*|llama-cpp[\w.-]*|llama-server`), command: pattern.New(`\bllama-server\b|\bllama_cpp\.server\b`), harm: usesModel, keys: []string{"LLAMA_API_KEY", "API_KEY"}, flags: []string{"--api-key", "--api_key", "--api-key-file"}},
	{name: "LocalAI", image: image(`local-?ai`), harm: runsModels, keys: []string{"LOCALAI_API_KEY", "API_KEY"}, flags: []string{"--api-keys"}},
	{name: "SGLang", image: image(`sglang`), command: pattern.New(`\bsglang\.launch_server\b`), harm: usesModel, keys: []string{"SGLANG_API_KEY"}, flags: []string{"--api-key"}},
	{name: "LMDeploy", image: image(`lmdeploy`), command: pattern.New(`\blmdeploy serve\b`), harm: usesModel, flags: []string{"--api-keys"}},
	{name: "Infinity", image: image(`michaelf34/infinity`), harm: usesModel, keys: []string{"INFINITY_API_KEY"}, flags: []string{"--api-key"}},
	{name: "Xinference", image: image(`xprobe/xinference|xinference`), command: pattern.New(`\bxinference-local\b`), harm: runsModels, flags: []string{"--auth-config"}},
	{name: "TensorFlow Serving", image: image(`tensorflow/serving`), harm: usesModel},
	{name: "OpenVINO Model Server", image: image(`openvino/model_server`), harm: usesModel, keys: []string{"API_KEY"}, flags: []string{"--api_key_file"}},
	{name: "a NIM", image: image(`nim/[\w./-]+`), harm: usesModel},
	{name: "TorchServe", image: image(`torchserve`), harm: runsModels, off: []string{"TS_DISABLE_TOKEN_AUTHORIZATION=true", "--disable-token-auth"}},
	{name: "Ray", image: image(`rayproject/[\w.-]+`), harm: runsPrograms, ports: []string{"8265", "10001", "6379", "dashboard", "client"}},
	{name: "MLflow", image: pattern.New(`^(?:[\w.-]+/)?mlflow$`), command: pattern.New(`\bmlflow (?:server|ui)\b`), harm: readsStore, flags: []string{"--app-name"}},
	{name: "Jupyter", image: image(`[\w.-]*notebook|jupyter[\w.-]*`), command: pattern.New(`\bjupyter[ -](?:lab|notebook|server)\b|\bstart-notebook`), harm: runsPrograms, off: []string{"--NotebookApp.token=", "--ServerApp.token=", "--IdentityProvider.token="}},
	{name: "Qdrant", image: image(`qdrant`), harm: readsStore, keys: []string{"QDRANT__SERVICE__API_KEY"}, config: pattern.New(`^/qdrant/config(?:/|$)|--config-path`)},
	{name: "Chroma", image: image(`chromadb/chroma|chroma-core/chroma|chroma`), command: pattern.New(`\bchroma run\b`), harm: readsStore, keys: []string{"CHROMA_SERVER_AUTHN_PROVIDER", "CHROMA_SERVER_AUTHN_CREDENTIALS", "CHROMA_SERVER_AUTHN_CREDENTIALS_FILE", "CHROMA_SERVER_AUTH_PROVIDER", "CHROMA_SERVER_AUTH_CREDENTIALS", "CHROMA_SERVER_AUTH_CREDENTIALS_FILE"}},
	{name: "Weaviate", image: image(`weaviate`), harm: readsStore, off: []string{"AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=true"}},
	{name: "Weaviate", image: image(`weaviate`), harm: readsStore, keys: []string{"AUTHENTICATION_APIKEY_ENABLED=true", "AUTHENTICATION_OIDC_ENABLED=true", "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED"}},
	{name: "Milvus", image: image(`milvus`), harm: readsStore, keys: []string{"COMMON_SECURITY_AUTHORIZATIONENABLED=true"}, config: pattern.New(`^/milvus/configs(?:/|$)`)},
	{name: "Vespa", image: image(`vespaengine/vespa`), harm: readsStore},
	{name: "Marqo", image: image(`marqo`), harm: readsStore},
	{name: "LiteLLM", image: image(`litellm[\w.-]*`), harm: "spend the keys of the model providers behind it", keys: []string{"LITELLM_MASTER_KEY"}, config: pattern.New(`--config\b|\.ya?ml$`)},
	{name: "Phoenix", image: image(`arizephoenix/phoenix|phoenix`), harm: "read every prompt and answer", keys: []string{"PHOENIX_ENABLE_AUTH=true"}},
	{name: "ComfyUI", image: image(`[\w.-]*comfyui[\w.-]*`), harm: runsPrograms},
	{name: "Open WebUI", image: image(`open-webui`), harm: "act as its administrator", off: []string{"WEBUI_AUTH=false"}},
	{name: "Langflow", image: image(`langflow[\w.-]*`), harm: runsPrograms, off: []string{"LANGFLOW_AUTO_LOGIN=true"}},
	{name: "Redis", image: image(`redis|redis-stack|redis-stack-server|valkey|keydb|dragonfly`), harm: readsStore, keys: []string{"REDIS_PASSWORD", "REDIS_ARGS", "REDIS_PASSWORD_FILE", "VALKEY_PASSWORD"}, flags: []string{"--requirepass", "--aclfile"}, config: pattern.New(`\.conf$|^/(?:usr/local/)?etc/redis(?:/|$)`)},
	{name: "MongoDB", image: image(`mongo|mongodb-community-server`), harm: readsStore, keys: []string{"MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_USERNAME_FILE", "MONGODB_INITDB_ROOT_USERNAME"}, flags: []string{"--auth", "--keyFile"}, config: pattern.New(`mongod\.conf`)},
	{name: "Elasticsearch", image: image(`elasticsearch`), harm: readsStore, off: []string{"xpack.security.enabled=false"}},
	{name: "OpenSearch", image: image(`opensearch`), harm: readsStore, off: []string{"DISABLE_SECURITY_PLUGIN=true", "plugins.security.disabled=true"}},
	{name: "Neo4j", image: image(`neo4j`), harm: readsStore, off: []string{"NEO4J_AUTH=none"}},
	{name: "PostgreSQL", image: image(`postgres|pgvector|timescaledb`), harm: readsStore, off: []string{"POSTGRES_HOST_AUTH_METHOD=trust"}},
	{name: "etcd", image: image(`etcd`), harm: readsStore, keys: []string{"ETCD_ROOT_PASSWORD"}, flags: []string{"--client-cert-auth", "--trusted-ca-file"}},
}

// notServers are images around a server that carry its name.
var notServers = pattern.New(`exporter|operator|router|gateway|webhook|proxy|sidecar|init|cli$|client|backup|insight|commander|attu|dashboard|-ui$|webui$|web-ui`)

// launch is what is known of how a program is started, in compose or in a cluster.
type launch struct {
	image     infra.Image
	words     []string
	env       []infra.Setting
	mounts    []string // where files are put into it
	elsewhere bool     // more variables come from files or objects that were not read
}

// asks says how firmly a server asks for a key.
type asks int

const (
	asksNobody asks = iota
	asksUnless      // a key is asked for only where a variable is given from outside, whose default is empty
	asksMaybe       // a file that was not read decides
	asksForAKey
)

// find looks up what a launch starts. What comes back is nil where it is no server of the table; a server that must be
// opened by a setting comes back as asking for a key where that setting is missing.
func (l launch) find() (*openServer, asks) {
	name := strings.ToLower(l.image.Name)
	line := strings.Join(l.words, " ")
	for i := range openServers {
		s := &openServers[i]
		known := name != "" && s.image.MatchString(name) && (s.name == "Open WebUI" || s.name == "ComfyUI" || !notServers.MatchString(name))
		if !known && (s.command == nil || !s.command.MatchString(line)) {
			continue
		}
		if len(s.off) > 0 && s.keys == nil {
			if l.turnedOff(s.off) {
				return s, asksNobody
			}
			if i+1 < len(openServers) && openServers[i+1].name == s.name {
				continue
			}
			return s, asksForAKey
		}
		return s, l.keyed(s)
	}
	return nil, asksForAKey
}

func (l launch) turnedOff(off []string) bool {
	for _, o := range off {
		name, want, _ := strings.Cut(o, "=")
		if strings.HasPrefix(o, "--") {
			if slices.ContainsFunc(l.words, func(w string) bool {
				flag, value, valued := strings.Cut(w, "=")
				return flag == name && (!strings.Contains(o, "=") || valued && strings.Trim(value, `"'`) == want)
			}) {
				return true
			}
			continue
		}
		for _, e := range l.env {
			if sameName(e.Name, name) && truth(e.Value.Text) == truth(want) {
				return true
			}
		}
	}
	return false
}

// keyed says whether a server that lets everybody in by default was given a key.
func (l launch) keyed(s *openServer) asks {
	for _, w := range l.words {
		flag, _, _ := strings.Cut(w, "=")
		for piece := range strings.FieldsSeq(flag) { // a shell's -c has the whole command in one word
			piece, _, _ = strings.Cut(piece, "=")
			if slices.Contains(s.flags, piece) {
				return asksForAKey
			}
		}
	}
	least := asksNobody
	for _, e := range l.env {
		for _, k := range s.keys {
			name, want, valued := strings.Cut(k, "=")
			switch text, open := infra.Expand(e.Value.Text, nil); {
			case !sameName(e.Name, name):
			case open || e.Value.Text == infra.FromElsewhere, e.Value.Text == "": // a bare name hands the variable of the host on
				return asksForAKey
			case text == "":
				least = asksUnless
			case !valued && truth(text) != "false", valued && truth(text) == truth(want), name == "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED":
				return asksForAKey
			}
		}
	}
	if s.config != nil && (slices.ContainsFunc(l.mounts, s.config.MatchString) || slices.ContainsFunc(l.words, s.config.MatchString)) {
		return asksMaybe
	}
	if l.elsewhere && len(s.keys) > 0 {
		return asksMaybe
	}
	return least
}

// sameName compares names of variables as the servers do that take theirs from dotted settings: case, dots and
// underscores make no difference.
func sameName(a, b string) bool {
	plain := strings.NewReplacer(".", "", "_", "")
	return strings.EqualFold(plain.Replace(a), plain.Replace(b))
}

// truth brings the ways to write yes and no together.
func truth(text string) string {
	if t, open := infra.Expand(text, nil); !open {
		text = t
	}
	switch strings.ToLower(strings.Trim(strings.TrimSpace(text), `"'`)) {
	case "true", "1", "yes", "on", "enabled":
		return "true"
	case "false", "0", "no", "off", "disabled":
		return "false"
	}
	return strings.ToLower(strings.TrimSpace(text))
}
