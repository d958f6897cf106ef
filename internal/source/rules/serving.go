package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// server is a program that serves models or shows what belongs to them, and how it is opened and closed.
type server struct {
	name     string
	programs []string         // names, `name subcommand`, or modules of `python -m`
	image    *pattern.Pattern // its containers start it by themselves
	host     []string         // options with the address to listen at
	listens  []string         // options without a value that make it listen everywhere
	public   bool             // it listens everywhere unless told otherwise
	keys     []string         // options that ask clients for a key
	env      []string         // variables that do the same
	ports    []string         // inside of a container
}

// modelServers answer for a model.
var modelServers = []server{
	{name: "vLLM", programs: []string{"vllm serve", "vllm.entrypoints.openai.api_server", "vllm.entrypoints.api_server"}, image: pattern.New(`(^|/)vllm-openai(:|@|$)`), host: []string{"--host"}, public: true,
		keys: []string{"--api-key", "--api_key"}, env: []string{"VLLM_API_KEY"}, ports: []string{"8000"}},
	{name: "Text Generation Inference", programs: []string{"text-generation-launcher"}, image: pattern.New(`(^|/)text-generation-inference(:|@|$)`), host: []string{"--hostname"}, public: true,
		keys: []string{"--api-key"}, env: []string{"API_KEY"}, ports: []string{"80", "3000", "8080"}},
	{name: "SGLang", programs: []string{"sglang.launch_server", "sglang serve", "sglang.srt.entrypoints.http_server"}, host: []string{"--host"}, keys: []string{"--api-key"}, ports: []string{"30000"}},
	{name: "FastChat", programs: []string{"fastchat.serve.openai_api_server", "fastchat.serve.controller", "fastchat.serve.model_worker", "fastchat.serve.vllm_worker", "fastchat.serve.sglang_worker"}, host: []string{"--host"}, keys: []string{"--api-keys"}},
	{name: "llama.cpp", programs: []string{"llama-server", "llama_cpp.server"}, image: pattern.New(`ggml-org/llama\.cpp:server|ggerganov/llama\.cpp:server`), host: []string{"--host"}, keys: []string{"--api-key", "--api-key-file", "--api_key"}, env: []string{"LLAMA_API_KEY", "API_KEY"}, ports: []string{"8080", "8000"}},
	{name: "LMDeploy", programs: []string{"lmdeploy serve"}, host: []string{"--server-name"}, public: true, keys: []string{"--api-keys"}, ports: []string{"23333"}},
	{name: "LocalAI", programs: []string{"local-ai"}, image: pattern.New(`(^|/)localai/localai(:|@|$)|go-skynet/local-ai`), host: []string{"--address"}, public: true, keys: []string{"--api-keys"}, env: []string{"API_KEY", "LOCALAI_API_KEY"}, ports: []string{"8080"}},
	{name: "text-generation-webui", programs: []string{"server.py"}, image: pattern.New(`text-generation-webui(:|@|$)`), listens: []string{"--listen"}, keys: []string{"--api-key", "--gradio-auth", "--gradio-auth-path"}, ports: []string{"7860", "5000"}},
	{name: "LiteLLM", programs: []string{"litellm"}, image: pattern.New(`berriai/litellm(-database)?(:|@|$)`), host: []string{"--host"}, public: true, keys: []string{"--config"}, env: []string{"LITELLM_MASTER_KEY"}, ports: []string{"4000"}},
	{name: "Xinference", programs: []string{"xinference-local", "xinference-supervisor"}, image: pattern.New(`xprobe/xinference(:|@|$)`), host: []string{"-H", "--host"}, keys: []string{"--auth-config"}, ports: []string{"9997"}},
}

// trackers show and change experiments and models.
var trackers = []server{
	{name: "MLflow", programs: []string{"mlflow server", "mlflow ui"}, host: []string{"--host", "-h"}, keys: []string{"--app-name"}, ports: []string{"5000"}},
	{name: "TensorBoard", programs: []string{"tensorboard"}, host: []string{"--host"}, listens: []string{"--bind_all"}, ports: []string{"6006"}},
	{name: "Argo", programs: []string{"argo server"}, listens: []string{"--auth-mode=server"}},
	{name: "Aim", programs: []string{"aim up"}, host: []string{"--host", "-h"}},
	{name: "Optuna Dashboard", programs: []string{"optuna-dashboard"}, host: []string{"--host"}},
	{name: "Langflow", programs: []string{"langflow run"}, host: []string{"--host"}, env: []string{"LANGFLOW_SUPERUSER_PASSWORD"}},
}

// openServer finds servers that listen on all networks and ask nobody for a key. Of compose, only what is published counts: inside of
// its own network a container has to listen everywhere.
func openServer(servers []server) func(*file, *matcher) {
	return func(f *file, m *matcher) {
		for _, c := range f.commands() {
			for i := range servers {
				if s := &servers[i]; c.runs(s) {
					f.openServerAt(m, &c, s)
				}
			}
		}
	}
}

func (c *command) runs(s *server) bool {
	if c.starts(s.programs...) >= 0 {
		return true
	}
	if c.in == nil || s.image == nil || !s.image.MatchString(c.in.image) {
		return false
	}
	return len(c.words) == 0 || strings.HasPrefix(c.words[0].text, "-") || !strings.Contains(c.in.image, "vllm") && !strings.Contains(c.in.image, "inference")
}

func (f *file) openServerAt(m *matcher, c *command, s *server) {
	if c.open {
		return
	}
	if _, _, given := c.flag(s.keys...); given {
		return
	}
	host, at, given := c.flag(s.host...)
	host = f.variable(host)
	open := given && everywhere(host)
	for _, l := range s.listens {
		if slices.ContainsFunc(c.words, func(w word) bool { return w.text == l }) {
			open = true
		}
	}
	if c.in != nil {
		if c.in.open || slices.ContainsFunc(s.env, func(n string) bool { _, ok := c.in.env[n]; return ok }) {
			return
		}
		if c.in.compose {
			if !c.in.published() || given && !open {
				return
			}
			open = open || s.public
		}
	}
	if !open {
		return
	}
	if slices.ContainsFunc(s.env, func(n string) bool { return strings.Contains(f.data, n) }) {
		return // it is set somewhere in the file
	}
	line, end := c.lines()
	if at.line > 0 {
		line, end = at.line, at.line
	}
	f.tellLine(m, line, end, c.text(), s.name)
}

// variable is the value of a variable of a script that the same script sets; of anything else, itself.
func (f *file) variable(value string) string {
	name := strings.Trim(strings.TrimPrefix(value, "$"), "{}")
	if !strings.HasPrefix(value, "$") || name == "" || !slices.Contains(f.kinds, kindShell) {
		return value
	}
	for line := range strings.Lines(f.data) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		if rest, ok := strings.CutPrefix(line, name+"="); ok {
			rest, _, _ = strings.Cut(rest, " ")
			return strings.Trim(rest, `"'`)
		}
	}
	return value
}

// tellLine reports a line of a command, with a note for the message's {source}.
func (f *file) tellLine(m *matcher, line, end int, code, note string) {
	for _, old := range f.found {
		if old.Rule == m.rule && old.Line == line {
			return
		}
	}
	f.report(m.rule, line, end, "", code)
	last := &f.found[len(f.found)-1]
	last.Message = told(m.rule.Message, "", quoteCode(code), note)
}

// openRay finds clusters of Ray whose dashboard, which runs jobs for whoever asks, is on all networks.
func openRay(f *file, m *matcher) {
	for _, c := range f.commands() {
		if c.starts("ray start") < 0 {
			continue
		}
		if host, at, given := c.flag("--dashboard-host"); given && everywhere(host) {
			f.tellLine(m, at.line, at.line, c.text(), "Ray")
		}
	}
	for _, root := range f.roots {
		for _, n := range root.Find("**.rayStartParams.dashboard-host") {
			if everywhere(n.Value) {
				f.tell(m.rule, n, "Ray")
			}
		}
	}
}

// openJupyter finds notebooks that run code for whoever connects. One that listens to its own machine only is passed over.
func openJupyter(f *file, m *matcher) {
	for _, c := range f.commands() {
		if c.starts("jupyter", "jupyter-lab", "jupyter-notebook", "start-notebook.sh", "start-notebook.py", "start.sh") < 0 {
			continue
		}
		if host, _, given := c.flag("--ip", "--ServerApp.ip", "--NotebookApp.ip"); given && loopback(host) {
			continue
		}
		if _, _, given := c.flag("--NotebookApp.password", "--ServerApp.password", "--PasswordIdentityProvider.hashed_password", "--IdentityProvider.hashed_password"); given {
			if v, _, _ := c.flag("--NotebookApp.password", "--ServerApp.password", "--PasswordIdentityProvider.hashed_password", "--IdentityProvider.hashed_password"); strings.Trim(v, `"'`) != "" {
				continue
			}
		}
		if token, at, given := c.flag("--NotebookApp.token", "--ServerApp.token", "--IdentityProvider.token", "--LabApp.token"); given && strings.Trim(token, `"'`) == "" {
			f.tellLine(m, at.line, at.line, c.text(), "")
		}
	}
}

// tritonControl finds Triton servers that load and unload models for whoever asks, or that take up what is put into their folder.
func tritonControl(f *file, m *matcher) {
	for _, c := range f.commands() {
		at := c.starts("tritonserver")
		if at < 0 && (c.in == nil || !strings.Contains(c.in.image, "tritonserver")) {
			continue
		}
		mode, place, given := c.flag("--model-control-mode")
		if !given || mode != "explicit" && mode != "poll" {
			continue
		}
		if _, _, limited := c.flag("--http-restricted-api", "--grpc-restricted-protocol"); limited {
			continue
		}
		if host, _, bound := c.flag("--http-address"); bound && loopback(host) {
			continue
		}
		f.tellLine(m, place.line, place.line, c.text(), mode)
	}
}

// servesRemoteCode finds commands that let a model's repository run its code. A revision that is a commit has been looked at.
func servesRemoteCode(f *file, m *matcher) {
	if !slices.ContainsFunc([]string{kindShell, kindDockerfile, kindCompose, kindKubernetes}, func(k string) bool { return slices.Contains(f.kinds, k) }) {
		f.remoteCodeSetting(m)
		return
	}
	for _, c := range f.commands() {
		value, at, given := c.flag("--trust-remote-code", "--trust_remote_code")
		if !given || strings.EqualFold(value, "false") || value == "0" || strings.HasPrefix(value, "$") {
			continue
		}
		if rev, _, pinned := c.flag("--code-revision", "--revision", "--tokenizer-revision"); pinned && commit.MatchString(rev) {
			continue
		}
		f.tellLine(m, at.line, at.line, c.text(), "")
	}
	for _, c := range f.containers() {
		for _, name := range []string{"TRUST_REMOTE_CODE", "HF_TRUST_REMOTE_CODE", "VLLM_TRUST_REMOTE_CODE"} {
			if v := strings.ToLower(strings.Trim(c.env[name], `"'`)); v == "true" || v == "1" {
				for _, n := range append(c.node.Find("environment.*"), c.node.Find("env.*")...) {
					if n.Key == name || strings.HasPrefix(n.Value, name) || n.Child("name").Text() == name {
						f.tellLine(m, n.Line, n.Line, name+"="+v, "")
					}
				}
			}
		}
	}
}

// remoteCodeSetting finds the option among the settings that a server of models is started with.
func (f *file) remoteCodeSetting(m *matcher) {
	if slices.Contains(f.kinds, kindWorkflow) || !strings.Contains(f.data, "remote") {
		return
	}
	for _, root := range f.roots {
		for _, n := range root.Find("**") {
			if !n.Scalar {
				continue
			}
			switch option := strings.Trim(n.Value, `"'`); option {
			case "--trust-remote-code", "--trust_remote_code", "--trust-remote-code=true", "--trust-remote-code=True":
				f.tellLine(m, n.Line, n.Line, option, "")
			}
		}
	}
}

// aiImage is the image of a server of models, of a notebook or of a framework for training.
var aiImage = pattern.New(`(?i)(vllm|text-generation-inference|text-embeddings-inference|ollama|tritonserver|sglang|llama\.?cpp|localai|lmdeploy|torchserve|pytorch/pytorch|tensorflow|huggingface|mlserver|huggingfaceserver|ray-ml|rayproject|xinference|open-webui|litellm|text-generation-webui|comfyui|stable-diffusion|jupyter|nvcr\.io/(nvidia|nim)|whisper|transformers|langflow|flowise|n8n|dify|openclaw|anything-?llm|mcp|vllmserver|kserve|[-_/]llms?\b|\bllms?[-_])`)

// isAI says whether a container serves or trains models, or is an agent, as far as its image, its name and its command tell.
func (c *container) isAI() bool {
	if aiImage.MatchString(c.image) {
		return true
	}
	for _, part := range splitCommands(c.command.words) {
		p := command{words: part, in: c}
		for i := range modelServers {
			if p.starts(modelServers[i].programs...) >= 0 {
				return true
			}
		}
		if p.starts("tritonserver", "torchserve", "ollama", "ray", "tensorflow_model_server") >= 0 {
			return true
		}
	}
	for _, n := range c.node.Find("resources.limits.*") {
		if strings.Contains(n.Key, "nvidia.com/") || strings.Contains(n.Key, "amd.com/gpu") {
			return true
		}
	}
	return false
}

// providerEnv is a variable that holds the key or the address of a model.
var providerEnv = pattern.New(`^(?:\w+_)?(?:OPENAI|AZURE_OPENAI|ANTHROPIC|CLAUDE|GEMINI|GOOGLE_(?:GENERATIVE_)?AI|GROQ|MISTRAL|COHERE|DEEPSEEK|OPENROUTER|TOGETHER|HUGGINGFACE(?:HUB)?|HF|REPLICATE|OLLAMA|LITELLM|LLM)_(?:API_)?(?:KEY|TOKEN|BASE(?:_URL)?|HOST|URL|ENDPOINT|MODEL|ACCESS_TOKEN|HUB_TOKEN)$`)

// asksModel says whether a container is one that asks models: it serves them, or is told of the key or the address of one.
func (c *container) asksModel() bool {
	if c.isAI() {
		return true
	}
	for name := range c.env {
		if providerEnv.MatchString(name) {
			return true
		}
	}
	return false
}
