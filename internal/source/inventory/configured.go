package inventory

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// Files of tools whose form is known say more than their keys alone: suites of evaluations, workflows, containers, agents' settings.

// teller takes assets at nodes of settings.
type teller func(a Asset, n *settings.Node)

// configured notes what a file of a known form shows.
func (b *Book) configured(name string, roots []*settings.Node, tell teller) {
	base := strings.ToLower(path.Base(name))
	dirs := "/" + path.Dir(name) + "/"
	for _, root := range roots {
		switch {
		case strings.Contains(dirs, "/.github/workflows/") || base == "action.yml" || base == "action.yaml":
			b.workflow(root, tell)
		case strings.Contains(dirs, "/.claude/") && strings.HasPrefix(base, "settings"), strings.Contains(dirs, "/hooks/") && base == "hooks.json":
			hooks(root, tell)
		case isSuite(base, root):
			b.suite(path.Base(name), root, tell)
		case isWorkflows(base, root):
			tell(Asset{Kind: lodemark.KindEvaluation, Name: path.Base(name), Seen: ByCall, Detail: map[string]string{"technology": "mcpvals"}}, root.Children[0])
		case root.Child("FROM") != nil:
			b.image(root, tell)
		case base == "langgraph.json":
			for _, n := range childrenOf(root.Child("graphs")) {
				tell(Asset{Kind: lodemark.KindAgent, Name: short(n.Key), Seen: ByCall, Detail: map[string]string{"framework": "langgraph"}}, n)
			}
		}
		b.containers(root, 0, tell)
		if app := root.Child("ray_serve_config"); app.Child("import_path") != nil {
			serves("ray-serve", app.Child("import_path"), tell)
		}
		for _, app := range root.Find("applications.*.import_path") { // of Ray Serve
			serves("ray-serve", app, tell)
		}
		if recorded(root) {
			continue
		}
		stores(root, tell)
		recipe(root, tell)
		provided(root, tell)
		rows(root, 0, tell)
		within(root, tell)
		crew(root, tell)
		rails(root, tell)
	}
}

func serves(technology string, n *settings.Node, tell teller) {
	if n.Scalar && n.Value != "" {
		tell(Asset{Kind: lodemark.KindServer, Name: n.Value, Seen: ByCall, Detail: map[string]string{"technology": technology}}, n)
	}
}

// isSuite says whether a file is a suite of promptfoo: by its name, or by what only such a file holds.
func isSuite(base string, root *settings.Node) bool {
	if strings.HasPrefix(base, "promptfooconfig") {
		return true
	}
	models := root.Child("providers")
	if models == nil {
		models = root.Child("targets")
	}
	return models != nil && (root.Child("tests") != nil || root.Child("defaultTest") != nil || root.Child("redteam") != nil) && (root.Child("prompts") != nil || root.Child("redteam") != nil)
}

// isWorkflows knows a suite that tries an MCP server out with a model: how the server is started, and what it is asked.
func isWorkflows(base string, root *settings.Node) bool {
	flows := root.Child("workflows")
	return flows != nil && flows.List && root.Child("server") != nil && (root.Child("llmJudge") != nil || root.Child("passThreshold") != nil || root.Child("judgeModel") != nil || strings.Contains(base, "eval"))
}

// suite notes an evaluation, its models, its data and the prompts that stand in it.
func (b *Book) suite(name string, root *settings.Node, tell teller) {
	if len(root.Children) == 0 {
		return
	}
	first := *root.Children[0]
	tell(Asset{Kind: lodemark.KindEvaluation, Name: name, Seen: ByCall, Detail: map[string]string{"technology": "promptfoo"}}, &first)
	for _, key := range []string{"providers", "targets"} {
		for _, p := range append([]*settings.Node{root.Child(key)}, childrenOf(root.Child(key))...) {
			switch id := p.Child("id"); {
			case p == nil:
			case p.Scalar:
				namedByRoute(p.Value, p, tell)
			case id != nil:
				namedByRoute(id.Value, id, tell)
			case p.Parent != root && len(p.Children) == 1: // the id is the key
				namedByRoute(p.Children[0].Key, p.Children[0], tell)
			}
		}
	}
	walk(root, 0, func(n *settings.Node) {
		if n.Key == "provider" || n.Key == "id" && n.Parent.Key == "provider" {
			namedByRoute(n.Value, n, tell)
		}
	})
	tests := root.Child("tests")
	for _, t := range append([]*settings.Node{tests}, childrenOf(tests)...) {
		if t == nil || !t.Scalar {
			continue
		}
		file := strings.TrimPrefix(t.Value, "file://")
		if dataFile.MatchString(file) || strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".yml") {
			tell(Asset{Kind: lodemark.KindDataset, Name: file, Seen: ByCall, Pin: lodemark.PinNone, Detail: map[string]string{"role": "evaluation"}}, t)
		}
	}
	for _, p := range childrenOf(root.Child("prompts")) {
		if p.Scalar && len(strings.Fields(filledIn.ReplaceAllString(p.Value, ""))) >= 3 && !strings.HasPrefix(p.Value, "file:") {
			tell(Asset{Kind: lodemark.KindPrompt, Name: "prompts", Seen: ByCall, Digest: digestOf(p.Value), Detail: map[string]string{"role": "template"}}, p)
		}
	}
}

// filledIn is a place in a prompt that each test fills.
var filledIn = pattern.New(`\{\{[^{}]*\}\}`)

func childrenOf(n *settings.Node) []*settings.Node {
	if n == nil {
		return nil
	}
	return n.Children
}

// namedByRoute notes the model of a name with the way to it in front: anthropic:messages:claude-3-haiku-20240307, ollama:chat:llama3.
func namedByRoute(text string, n *settings.Node, tell teller) {
	parts := strings.Split(text, ":")
	way := strings.ToLower(parts[0])
	if len(parts) < 2 || len(text) > 160 || strings.ContainsAny(text, " /{$") && !strings.Contains(text, ":") {
		return
	}
	local := false
	switch way {
	case "openai", "anthropic", "google", "vertex", "azure", "azureopenai", "bedrock", "mistral", "cohere", "groq", "openrouter", "deepseek", "xai", "perplexity", "togetherai", "together", "fireworks", "cerebras", "replicate", "voyage", "ai21", "palm",
		"cloudflare-ai", "watsonx", "sagemaker", "github", "databricks", "alibaba", "hyperbolic", "litellm", "aimlapi":
	case "ollama", "localai", "huggingface", "llama", "transformers", "llamafile", "vllm":
		local = true
	default:
		return
	}
	rest := parts[1:]
	kind := lodemark.KindHostedModel
	for len(rest) > 1 {
		switch rest[0] {
		case "embedding", "embeddings", "feature-extraction", "sentence-similarity":
			kind = lodemark.KindEmbeddingModel
		case "chat", "completion", "completions", "messages", "responses", "text-generation", "image", "realtime", "moderation", "assistant", "converse", "text-classification", "token-classification":
		default:
			if len(rest[0]) > 24 || strings.ContainsAny(rest[0], "0123456789./") {
				goto named
			}
		}
		rest = rest[1:]
		if len(rest) == 1 || strings.ContainsAny(rest[0], "0123456789/") {
			break
		}
	}
named:
	model := strings.Join(rest, ":")
	if len(model) < 2 || !modelID.MatchString(model) || model == "chat" || model == "completion" || model == "embedding" || strings.HasPrefix(model, "//") {
		return
	}
	if kind == lodemark.KindHostedModel {
		switch {
		case local:
			kind = lodemark.KindModel
		default:
			kind = kindOfHosted(model)
		}
	}
	a := Asset{Kind: kind, Name: model, Seen: ByCall, Pin: lodemark.PinNone, Detail: map[string]string{"provider": way, "written": text}}
	if m := dated.FindStringSubmatch(model); m != nil && !local {
		a.Pin, a.Version = lodemark.PinTag, m[1]
	}
	tell(a, n)
}

// agentActions are actions that run an agent in a workflow.
var agentActions = pattern.New(`(?i)^(?:anthropics/claude-code(?:-base)?-action|anthropics/claude-code-security-review|openai/codex-action|google-github-actions/run-gemini-cli|google-gemini/gemini-cli-action|qodo-ai/pr-agent|codium-?ai/pr-agent|` +
	`coderabbitai/[\w-]*(?:pr-reviewer|openai)[\w-]*|all-hands-ai/openhands[\w-]*(?:/[\w./-]+)?|openhands/[\w-]+(?:/[\w./-]+)?|sweepai/[\w-]+|augmentcode/[\w-]+|block/goose[\w-]*|mentatbot/[\w-]+|presubmit/ai-reviewer|freeedcom/ai-codereviewer|paul-gauthier/aider[\w-]*|mirrajabi/aider-github-action|` +
	`factory-ai/droid-action|warpdotdev/[\w-]*agent[\w-]*|charmbracelet/crush[\w-]*|sst/opencode(?:/github)?|anomalyco/opencode(?:/github)?|grll/claude-code-action|cursor/[\w-]*agent[\w-]*|dependabot/[\w-]*ai[\w-]*)(?:/[\w./-]+)?@(.+)$`)

// workflow notes the agents that run in a workflow, and what they are told.
func (b *Book) workflow(root *settings.Node, tell teller) {
	walk(root, 0, func(n *settings.Node) {
		if n.Key != "uses" {
			return
		}
		m := agentActions.FindStringSubmatch(n.Value)
		if m == nil {
			return
		}
		name, _, _ := strings.Cut(n.Value, "@")
		a := Asset{Kind: lodemark.KindAgent, Name: name, Seen: ByCall, Version: m[1], Pin: lodemark.PinBranch}
		switch {
		case commitID.MatchString(m[1]):
			a.Pin = lodemark.PinCommit
		case strings.HasPrefix(m[1], "v") && len(m[1]) > 1 && m[1][1] >= '0' && m[1][1] <= '9', m[1][0] >= '0' && m[1][0] <= '9':
			a.Pin = lodemark.PinTag
		}
		tell(a, n)
		for _, key := range []string{"claude_args", "codex-args", "prompt", "settings"} {
			b.agentArguments(n.Parent.Child("with").Child(key), tell)
		}
	})
}

var (
	systemOption = pattern.New(`--(?:append-)?system-prompt[ =]+"((?:[^"\\]|\\.){12,})"`)
	modelFlag    = pattern.New(`--model[ =]+"?([\w.:/@-]+)`)
)

// agentArguments notes the system prompt and the model among the arguments of an agent.
func (b *Book) agentArguments(n *settings.Node, tell teller) {
	if n == nil || !n.Scalar || !strings.Contains(n.Value, "--") {
		return
	}
	at := func(offset int) *settings.Node {
		here := *n
		here.Line += strings.Count(n.Value[:offset], "\n")
		here.EndLine = here.Line
		return &here
	}
	if m := systemOption.FindStringSubmatchIndex(n.Value); m != nil {
		tell(Asset{Kind: lodemark.KindPrompt, Name: "append-system-prompt", Seen: ByCall, Digest: digestOf(n.Value[m[2]:m[3]]), Detail: map[string]string{"role": "system"}}, at(m[0]))
	}
	if m := modelFlag.FindStringSubmatchIndex(n.Value); m != nil && hostedName.MatchString(n.Value[m[2]:m[3]]) {
		b.hosted(n.Value[m[2]:m[3]], at(m[0]), tell)
	}
}

func (b *Book) hosted(id string, n *settings.Node, tell teller) {
	a := Asset{Kind: kindOfHosted(id), Name: id, Seen: ByCall, Pin: lodemark.PinNone}
	if m := dated.FindStringSubmatch(id); m != nil {
		a.Pin, a.Version = lodemark.PinTag, m[1]
	}
	tell(a, n)
}

// hooks notes each command that an agent's settings have run on their own.
func hooks(root *settings.Node, tell teller) {
	for _, n := range root.Find("hooks.*.*.hooks.*.command") {
		name := n.Value
		for _, w := range strings.Fields(n.Value) {
			w = strings.Trim(w, `"'`)
			if script := path.Base(w); strings.Contains(script, ".") && !strings.HasPrefix(script, "-") && !strings.HasPrefix(script, ".") {
				name = script
				break
			}
		}
		tell(Asset{Kind: lodemark.KindAgentConfig, Name: short(name), Seen: ByCall, Detail: map[string]string{"role": "hook"}}, n)
	}
}

// image notes what a container is built to start.
func (b *Book) image(root *settings.Node, tell teller) {
	for _, n := range root.Children {
		if n.Key == "CMD" || n.Key == "ENTRYPOINT" || n.Key == "RUN" {
			b.command(nil, []*settings.Node{n}, n.Key != "RUN", tell)
		}
	}
	var entry, cmd *settings.Node
	for _, n := range root.Children {
		switch n.Key {
		case "FROM":
			entry, cmd = nil, nil
		case "ENTRYPOINT":
			entry = n
		case "CMD":
			cmd = n
		}
	}
	if entry != nil && cmd != nil && entry.List && cmd.List { // one command in two parts
		b.command(nil, []*settings.Node{entry, cmd}, true, tell)
	}
}

// containers notes what the commands of containers start, in files of Compose, of Kubernetes and the like.
func (b *Book) containers(n *settings.Node, depth int, tell teller) {
	if depth > 60 || n == nil {
		return
	}
	if n.Child("image") != nil || n.Child("build") != nil || n.Child("image_uri") != nil {
		var parts []*settings.Node
		for _, key := range []string{"entrypoint", "command", "args"} {
			if c := n.Child(key); c != nil {
				parts = append(parts, c)
			}
		}
		if len(parts) > 0 {
			b.command(n.Child("image"), parts, true, tell)
		}
	}
	for _, c := range n.Children {
		b.containers(c, depth+1, tell)
	}
}

// command reads the parts of one command: lists of words, or texts for a shell.
func (b *Book) command(image *settings.Node, parts []*settings.Node, starts bool, tell teller) {
	var all [][]Word
	var words []Word
	size := 0
	for _, p := range parts {
		for _, w := range append([]*settings.Node{p}, p.Children...) {
			if !w.Scalar {
				continue
			}
			if size += len(w.Value); size > 64<<10 {
				return
			}
			if w == p || strings.ContainsAny(strings.TrimSpace(w.Value), "\n") || strings.Contains(w.Value, " -") { // a text for a shell
				all = append(all, shellWords(w)...)
				continue
			}
			words = append(words, Word{Text: w.Value, Line: w.Line})
		}
	}
	if len(words) > 0 {
		all = append(all, words)
	}
	at := parts[0]
	for _, a := range b.Commands(all) {
		if a.Kind == lodemark.KindServer && image != nil && a.Line == 0 {
			a.Line = image.Line
		}
		here := *at
		here.Line, here.EndLine = a.Line, a.Line
		tell(a, &here)
	}
}

var shellBreak = pattern.New(`&&|\|\||[;|]`)

// shellWords cuts a text for a shell into commands.
func shellWords(n *settings.Node) [][]Word {
	var all [][]Word
	line := n.Line
	var words []Word
	for text := range strings.SplitSeq(n.Value, "\n") {
		more := strings.HasSuffix(strings.TrimSpace(text), "\\")
		text = strings.TrimSuffix(strings.TrimSpace(text), "\\")
		pieces := shellBreak.Split(text, -1)
		for i, piece := range pieces {
			for _, w := range strings.Fields(piece) {
				if w = strings.Trim(w, `"'`); w == "exec" || w == "eval" || w == "" {
					continue
				}
				words = append(words, Word{Text: w, Line: line})
			}
			if i+1 < len(pieces) {
				all, words = append(all, words), nil
			}
		}
		if !more {
			all, words = append(all, words), nil
		}
		line++
	}
	return append(all, words)
}

var (
	storeKey   = pattern.New(`(?i)^vector[_-]?(?:store|db|database)s?(?:[_-]?(?:config|settings))?$`)
	storeType  = pattern.New(`(?i)^(?:database|provider|type|kind|backend|engine|name|driver)$`)
	storeName  = pattern.New(`(?i)^(?:default_)?(?:collection|index)(?:_?name)?$`)
	chartStore = pattern.New(`(?i)^(?:[\w./:-]+/)?(?:qdrant|chroma(?:db)?|weaviate|milvus|vespa|marqo|pgvecto-rs)$`)
	storeKind  = pattern.New(`(?i)^(?:qdrant|chroma(?:db)?|pinecone|weaviate|milvus|zilliz|faiss|pg_?vector|lancedb|elasticsearch|opensearch|redis|vespa|marqo|astra(?:db)?|mongodb|azure_?(?:ai_?)?search|clickhouse|supabase|turbopuffer|upstash|vald|pgvecto_?rs|oceanbase|tidb|couchbase)$`)
)

// stores notes a store of vectors that settings choose.
func stores(root *settings.Node, tell teller) {
	walk(root, 0, func(n *settings.Node) {
		value := orDefault(n.Value)
		switch p := n.Parent; {
		case n.Key == "chart" && chartStore.MatchString(value): // of Helm
			tell(Asset{Kind: lodemark.KindVectorStore, Name: strings.ToLower(path.Base(value)), Seen: ByName, Detail: map[string]string{"technology": strings.ToLower(path.Base(value))}}, n)
		case storeKey.MatchString(n.Key) && storeKind.MatchString(value),
			p != nil && storeKey.MatchString(p.Key) && storeType.MatchString(n.Key) && storeKind.MatchString(value):
			tell(Asset{Kind: lodemark.KindVectorStore, Name: strings.ToLower(value), Seen: ByName, Detail: map[string]string{"technology": strings.ToLower(value)}}, n)
		case p != nil && storeKey.MatchString(p.Key) && storeName.MatchString(n.Key) && value != "" && len(value) < 100 && !strings.ContainsAny(value, " ${}<>"):
			tell(Asset{Kind: lodemark.KindVectorStore, Name: value, Seen: ByName, Detail: map[string]string{"role": "collection"}}, n)
		}
	})
}

var defaulted = pattern.New(`^\$\{\w+:-?([^{}$]+)\}$`)

// orDefault is a value with the default of the variable that it is.
func orDefault(value string) string {
	value = strings.TrimSpace(value)
	if m := defaulted.FindStringSubmatch(value); m != nil {
		return strings.TrimSpace(m[1])
	}
	return value
}

var trackers = map[string]bool{"wandb": true, "mlflow": true, "tensorboard": true, "comet_ml": true, "neptune": true, "clearml": true, "trackio": true, "swanlab": true, "dvclive": true, "aim": true}

// recipe notes what a recipe of training asks for in ways of its own: data in a mixture, trackers.
func recipe(root *settings.Node, tell teller) {
	walk(root, 0, func(n *settings.Node) {
		p := n.Parent
		if p == nil {
			return
		}
		key := n.Key
		if p.List && p.Parent != nil {
			key = p.Key
		}
		value := strings.TrimSpace(n.Value)
		switch {
		case strings.HasPrefix(p.Key, "dataset_mixer") && isHub(n.Key):
			tell(Asset{Kind: lodemark.KindDataset, Name: n.Key, Seen: ByName, Pin: lodemark.PinNone}, n)
		case (n.Key == "path" || n.Key == "id" || n.Key == "name") && p.Parent != nil && p.Parent.List && datasetList.MatchString(p.Parent.Key) && isHub(value):
			a := Asset{Kind: lodemark.KindDataset, Name: value, Seen: ByName, Pin: lodemark.PinNone}
			if r := p.Child("revision"); r != nil && r.Scalar && r.Value != "" {
				a.Version, a.Pin = r.Value, lodemark.PinTag
				if commitID.MatchString(r.Value) {
					a.Pin = lodemark.PinCommit
				} else if r.Value == "main" || r.Value == "master" {
					a.Pin = lodemark.PinBranch
				}
			}
			tell(a, n)
		case key == "report_to" && trackers[value]:
			tell(Asset{Kind: lodemark.KindMonitoring, Name: value, Seen: ByCall, Detail: map[string]string{"role": "tracker"}}, n)
		case key == "wandb_project" && value != "" && !strings.ContainsAny(value, "${"):
			tell(Asset{Kind: lodemark.KindMonitoring, Name: value, Seen: ByCall, Detail: map[string]string{"role": "tracker", "technology": "wandb"}}, n)
		}
	})
}

var datasetList = pattern.New(`(?i)^(?:\w+_)?datasets?$`)
