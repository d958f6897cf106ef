package threat

import (
	"maps"
	"slices"
)

// Type is what an attribute holds.
type Type string

// The types of attributes. Text takes one of the attribute's values, List some of them.
const (
	Bool   Type = "bool"
	Number Type = "number"
	Text   Type = "text"
	List   Type = "list"
)

// Silence says what it means that an attribute is not declared.
type Silence string

// The meanings of silence.
const (
	Absent  Silence = "absent"  // a feature: what is not declared is not there
	Unknown Silence = "unknown" // safety rests on it: what is not declared is not known
)

// Attribute is one word of the vocabulary.
type Attribute struct {
	Name    string
	Type    Type
	Values  []string // of Text and List; nil: any text
	Silence Silence
	Kinds   []string         // the kinds to which it can belong when it is not declared; nil: all
	Implied map[string]Value // what a kind means by itself
	Derived bool             // computed along flows; cannot be declared
	Doc     string
}

// Group is a family of component kinds.
type Group struct {
	Name  string
	Kinds []string
}

// Groups are the kinds of components by family.
func Groups() []Group {
	return []Group{
		{"people", []string{"end_user", "operator", "developer", "labeller", "reviewer"}},
		{"application", []string{"app", "api", "browser_client", "edge_device", "orchestrator", "agent", "coding_assistant", "gateway", "guard_model", "hitl_console"}},
		{"model", []string{"model", "model_server", "hosted_model_api", "embedding_model"}},
		{"knowledge", []string{"vector_store", "document_store", "memory_store", "prompt_store", "cache", "web_source", "crawler"}},
		{"tools", []string{"tool", "mcp_server", "code_sandbox"}},
		{"training", []string{"dataset", "feature_store", "data_pipeline", "training_job", "finetune_job", "eval_harness", "notebook"}},
		{"supply", []string{"model_registry", "artifact_store", "ci_pipeline", "package_source"}},
		{"platform", []string{"gpu_node", "secret_store", "identity_provider", "log_store", "monitoring", "evidence_store"}},
	}
}

// Kinds are all kinds of components.
func Kinds() []string {
	var all []string
	for _, g := range Groups() {
		all = append(all, g.Kinds...)
	}
	return all
}

// GroupOf is the family of a kind; empty where it is none.
func GroupOf(kind string) string {
	for _, g := range Groups() {
		if slices.Contains(g.Kinds, kind) {
			return g.Name
		}
	}
	return ""
}

// Boundaries are the trust boundaries in which a component may lie.
func Boundaries() []string {
	return []string{"internet", "user-device", "tenant", "vendor", "build", "training", "serving", "tool-runtime", "agent-to-agent", "retrieved-content", "physical", "operator"}
}

// DataClasses are what stores hold and flows carry.
func DataClasses() []string {
	return []string{"public", "internal", "confidential", "personal", "special", "credential", "copyright", "prompt", "hidden_context", "weights", "embeddings",
		"training", "labels", "feedback", "model_output", "telemetry"}
}

// Technologies are names that the library and the drafts know. Others may be written: a stack moves faster than a list.
func Technologies() []string {
	return []string{"vllm", "triton", "tgi", "ollama", "llama.cpp", "torchserve", "ray-serve", "kserve", "bentoml", "onnxruntime",
		"openai", "anthropic", "azure-openai", "bedrock", "vertex", "mistral",
		"langchain", "langgraph", "llamaindex", "semantic-kernel", "autogen", "crewai", "haystack", "mcp", "a2a",
		"pgvector", "qdrant", "milvus", "weaviate", "chroma", "pinecone", "opensearch", "faiss",
		"pytorch", "tensorflow", "jax", "ray", "kubeflow", "mlflow", "airflow", "dvc",
		"huggingface-hub", "oci", "mlflow-registry", "s3"}
}

func yes(kinds ...string) map[string]Value {
	m := map[string]Value{}
	for _, k := range kinds {
		m[k] = Value{Bool: true}
	}
	return m
}

func implies(v Value, kinds ...string) map[string]Value {
	m := map[string]Value{}
	for _, k := range kinds {
		m[k] = v
	}
	return m
}

func either(a, b map[string]Value) map[string]Value {
	maps.Copy(a, b)
	return a
}

// ComponentAttributes is the table of what may be declared of a component, and what silence means.
func ComponentAttributes() []Attribute {
	classes := DataClasses()
	models := []string{"model", "model_server", "hosted_model_api", "embedding_model", "guard_model"}
	stores := []string{"vector_store", "document_store", "memory_store", "prompt_store", "cache", "dataset", "feature_store", "model_registry", "artifact_store", "log_store", "evidence_store"}
	jobs := []string{"data_pipeline", "training_job", "finetune_job", "eval_harness", "notebook"}
	services := []string{"app", "api", "orchestrator", "gateway", "hitl_console", "model_server", "hosted_model_api", "vector_store", "document_store",
		"memory_store", "cache", "mcp_server", "notebook", "model_registry", "artifact_store", "gpu_node",
		"log_store", "monitoring", "secret_store"}
	agents := []string{"agent", "coding_assistant"}
	join := func(a []string, more ...string) []string { return append(slices.Clone(a), more...) }
	return []Attribute{
		{Name: "boundary", Type: Text, Values: Boundaries(), Silence: Absent, Doc: "the trust boundary in which it lies"},
		{Name: "hosting", Type: Text, Values: []string{"self", "vendor", "edge"}, Silence: Absent, Implied: implies(Value{Text: "vendor"}, "hosted_model_api"), Doc: "who runs it, and where"},
		{Name: "exposure", Type: Text, Values: []string{"internet", "partner", "internal"}, Silence: Absent, Doc: "who can reach it over a network"},
		{Name: "authn", Type: Text, Values: []string{"none", "key", "oauth", "mtls", "in_process"}, Silence: Unknown, Kinds: services, Doc: "how callers prove who they are; in_process: it runs inside what uses it, and there is nobody to ask"},
		{Name: "generative", Type: Bool, Silence: Absent, Implied: yes("agent", "coding_assistant", "hosted_model_api"), Doc: "writes text, images or code, or is driven by a model that does"},
		{Name: "modality", Type: List, Values: []string{"text", "image", "audio", "video", "sensor", "tabular"}, Silence: Absent, Doc: "what it takes in"},
		{Name: "has_system_prompt", Type: Bool, Silence: Unknown, Kinds: []string{"agent", "coding_assistant", "hosted_model_api", "model_server"}, Doc: "instructions of ours stand before what users write"},
		{Name: "agentic", Type: Bool, Silence: Absent, Implied: yes(agents...), Doc: "chooses steps and tools by itself"},
		{Name: "autonomy", Type: Text, Values: []string{"suggest", "confirm", "act"}, Silence: Unknown, Kinds: agents, Doc: "whether a person confirms what it does"},
		{Name: "identity", Type: Text, Values: []string{"user", "service", "shared"}, Silence: Unknown, Kinds: agents, Doc: "with whose rights it acts"},
		{Name: "memory", Type: Text, Values: []string{"none", "session", "long", "shared"}, Silence: Absent, Doc: "what it keeps of conversations"},
		{Name: "writes_own_config", Type: Bool, Silence: Absent, Doc: "it can change its own instructions, settings or rules of approval"},
		{Name: "executes_code", Type: Bool, Silence: Absent, Implied: yes("code_sandbox", "notebook"), Doc: "runs code that others write"},
		{Name: "isolation", Type: Text, Values: []string{"none", "process", "container", "microvm", "wasm"}, Silence: Unknown, Kinds: join(jobs, "code_sandbox", "gpu_node", "tool", "mcp_server", "agent", "app", "api", "orchestrator"), Doc: "what parts it from its host"},
		{Name: "origin", Type: Text, Values: []string{"own", "hub", "third_party"}, Silence: Unknown, Kinds: join(models, "package_source", "mcp_server"),
			Implied: implies(Value{Text: "third_party"}, "hosted_model_api"), Doc: "who made it"},
		{Name: "format", Type: Text, Values: []string{"safetensors", "gguf", "onnx", "pickle", "torch", "torchscript", "keras", "keras_h5", "savedmodel", "joblib"}, Silence: Unknown, Kinds: []string{"model"}, Doc: "of the weight file"},
		{Name: "pinned", Type: Text, Values: []string{"none", "tag", "digest"}, Silence: Unknown, Kinds: join(models, "dataset", "package_source", "mcp_server"), Doc: "how exactly it is referred to"},
		{Name: "remote_code", Type: Bool, Silence: Absent, Doc: "the loader runs code that lies beside the weights"},
		{Name: "adapters", Type: Number, Silence: Absent, Doc: "how many adapters are laid over it"},
		{Name: "trained_on", Type: List, Values: classes, Silence: Absent, Doc: "what its training data held"},
		{Name: "returns", Type: List, Values: []string{"text", "labels", "scores", "logits", "embeddings", "images", "audio", "reasons"}, Silence: Absent, Doc: "what callers get; reasons are numbers that say how a result came about"},
		{Name: "serves_own_model", Type: Bool, Silence: Absent, Doc: "the model is the owner's, and worth taking"},
		{Name: "metered", Type: Bool, Silence: Absent, Implied: yes("hosted_model_api"), Doc: "each call costs money"},
		{Name: "holds", Type: List, Values: classes, Silence: Absent, Doc: "classes of data in it"},
		{Name: "writers", Type: List, Values: []string{"own", "user", "public", "third_party", "crawler", "labeller"}, Silence: Absent,
			Implied: either(implies(Value{List: []string{"public"}}, "web_source"), implies(Value{List: []string{"crawler"}}, "crawler")), Doc: "who may write to it"},
		{Name: "used_for", Type: List, Values: []string{"train", "finetune", "feedback", "eval", "retrieve"}, Silence: Absent, Doc: "what its data is used for; one or several"},
		{Name: "caches", Type: Text, Values: []string{"model_output", "other"}, Silence: Absent, Doc: "what a cache keeps"},
		{Name: "logging", Type: Text, Values: []string{"none", "meta", "full"}, Silence: Unknown, Kinds: join(agents, "orchestrator", "gateway", "api", "model_server"), Doc: "how much of what happens is written down"},
		{Name: "logs_content", Type: Bool, Silence: Absent, Doc: "prompts or answers are in the log"},
		{Name: "runs_in", Type: Text, Values: []string{"container", "vm", "function", "desktop"}, Silence: Absent, Doc: "what it runs in"},
		{Name: "updates", Type: Bool, Silence: Absent, Doc: "takes updates while in use"},
		{Name: "verification", Type: Text, Values: []string{"none", "checksum", "signature", "signature_and_rollback"}, Silence: Unknown, Kinds: []string{"edge_device", "model_server", "prompt_store"}, Doc: "what is checked before an update is taken"},
		{Name: "shared", Type: Bool, Silence: Absent, Doc: "several users or tenants share it"},
		{Name: "tenant_separation", Type: Text, Values: []string{"shared", "logical", "dedicated"}, Silence: Unknown, Kinds: join(stores, "model_server", "gpu_node", "finetune_job", "training_job", "gateway"), Doc: "what parts tenants in it"},
		{Name: "federation", Type: Text, Values: []string{"none", "identity", "learning"}, Silence: Absent, Doc: "trusts other organisations' logins, or trains with their updates"},
		{Name: "delegation", Type: Text, Values: []string{"none", "on_behalf", "passthrough"}, Silence: Absent, Doc: "whether a user's own rights travel with a call"},
		{Name: "token_scope", Type: Text, Values: []string{"none", "least", "broad"}, Silence: Unknown, Kinds: []string{"mcp_server", "data_pipeline"}, Doc: "what the credential behind it may do"},
		{Name: "public_detail", Type: Bool, Silence: Absent, Doc: "architecture, data or weights are published"},
		{Name: "cites", Type: Bool, Silence: Absent, Doc: "answers name their sources"},
		{Name: "decides", Type: Text, Values: []string{"none", "identity", "access", "money", "safety"}, Silence: Absent, Doc: "what hangs on its answer"},
		{Name: "output_used_for", Type: List, Values: []string{"chat", "advice", "code", "decision"}, Silence: Absent, Doc: "what its output is used for"},
		{Name: "transport", Type: Text, Values: []string{"http", "stdio"}, Silence: Unknown, Kinds: []string{"mcp_server"}, Doc: "how an MCP server is spoken to"},
		{Name: "effects", Type: List, Values: []string{"read", "write", "send", "network", "irreversible", "spend", "code", "computer_use"}, Silence: Unknown, Kinds: []string{"tool", "mcp_server"},
			Implied: implies(Value{List: []string{"code"}}, "code_sandbox"), Doc: "what a tool can do"},
		{Name: "derived_from", Type: List, Silence: Absent, Doc: "ids of what a model or dataset was made from"},
	}
}

// FlowAttributes is the table of what may be declared of a flow.
func FlowAttributes() []Attribute {
	return []Attribute{
		{Name: "carries", Type: List, Values: DataClasses(), Silence: Absent, Doc: "classes of data in it; a flow that names none may carry anything but weights and credentials"},
		{Name: "renders", Type: Text, Values: []string{"none", "plain", "markdown", "html"}, Silence: Absent, Doc: "how the receiver shows it"},
		{Name: "executes", Type: Text, Values: []string{"none", "sql", "shell", "code", "http"}, Silence: Absent, Doc: "what the receiver runs of it"},
		{Name: "encrypted", Type: Bool, Silence: Unknown, Doc: "whether it is encrypted on its way"},
		{Name: "authn", Type: Text, Values: []string{"none", "key", "oauth", "mtls"}, Silence: Unknown, Doc: "how the ends prove who they are"},
	}
}

// SystemAttributes is the table of what may be declared of the system.
func SystemAttributes() []Attribute {
	return []Attribute{
		{Name: "users", Type: Number, Silence: Unknown, Doc: "distinct principals: 0 none, 1 one, 2 means many"},
		{Name: "multi_tenant", Type: Bool, Silence: Absent, Doc: "several organisations share it"},
		{Name: "live", Type: Bool, Silence: Absent, Doc: "it is in use"},
		{Name: "physical", Type: Bool, Silence: Absent, Doc: "it senses or moves things in the world"},
		{Name: "human_review", Type: Bool, Silence: Absent, Doc: "people review some of its answers or inputs"},
		{Name: "egress_open", Type: Bool, Silence: Unknown, Doc: "its parts can reach any address"},
	}
}

// derivedComponentAttributes are computed in derive.go and readable in conditions.
func derivedComponentAttributes() []Attribute {
	d := func(name string, t Type, doc string) Attribute {
		return Attribute{Name: name, Type: t, Derived: true, Doc: doc}
	}
	return []Attribute{
		d("exposed", Bool, "strangers reach it: its exposure is internet, or it says none and a user or a client sends to it from outside"),
		d("user_in", Bool, "what an end user writes or shows reaches it along flows"),
		d("untrusted_in", Bool, "content that anybody may have written (web, mail, documents, tools of third parties) reaches it along flows"),
		d("model_in", Bool, "output of any model reaches it"),
		d("generated_in", Bool, "text, code or pictures of a generative model reach it"),
		d("generative_path", Bool, "is generative, or passes generated output on"),
		d("feeds_generative", Bool, "its content goes to a generative component, at most through gateways, guards and pipelines"),
		d("feeds_training", Bool, "its content goes to a training or fine-tuning job"),
		d("supplies_weights", Bool, "a flow from it carries weights"),
		d("sees_sensitive", Bool, "holds, was trained on, or is sent confidential, personal, special or credential data"),
		d("tool_effects", List, "union of the effects of the tools it can call, and of the stores and pipelines it writes to, without a person between"),
		d("approved_effects", List, "effects of the tools behind a person who approves"),
		d("tools_return_external", Bool, "a tool it can call gives back what third parties wrote"),
		d("tools_hold_credentials", Bool, "a tool it can call holds a credential"),
		d("called_by_agent", Bool, "it is a tool that an agent can call"),
		d("writes_shared_store", Bool, "it writes to a store that others read"),
		d("instructed", Bool, "instructions of ours stand before what users write: it has a system prompt, or hidden context is sent to it and it does not say that it has none"),
		d("answers_users", Bool, "end users or their clients get what it puts out, itself or by way of what serves it"),
		d("feeds_model", Bool, "what is sent to it goes on to a model, at most through agents, gateways and applications"),
		d("feeds_decision", Bool, "its output goes to what decides or moves something"),
		d("informs_decision", Bool, "it decides, or what it holds or passes on is read by what decides, at most through stores, routers and pipelines"),
		d("asked_by_user", Bool, "an end user's words come to it as a request, and not only by way of stores and tools"),
		d("answers_outsiders", Bool, "as answers_users, or partners outside can ask it or are given its weights"),
		d("foreign_code", Bool, "it runs code that comes over a flow from another organisation"),
		d("takes_names_out", Bool, "a pipeline that is sent personal data and hands on data that count as free of it"),
		d("tunes_for_users", Bool, "a tuning job whose weights end in a generative component that end users ask"),
		d("attended", Bool, "a device that staff operate, and no end user"),
		d("logged_before", Bool, "a model all of whose callers log in full what they send and get"),
		d("rewrites_itself", Bool, "an agent that says nothing of writes_own_config, and runs commands on the machine of its settings or writes to a store of its prompts"),
		d("kept_here", Bool, "its content goes into a store or dataset, at most through crawlers, pipelines and gateways"),
		d("copies_rights", Bool, "an index that pipelines fill from stores that not everybody may read, or with rights from an identity provider"),
		d("indexed", Bool, "its content goes into an index, at most through pipelines and embedding models"),
		d("opens_local_files", Bool, "a tool on a person's machine that reads or changes what lies there and reaches nothing else"),
		d("drives_computer", Bool, "a tool of which it is said that it drives a browser or a desktop"),
		d("gives_own_model", Bool, "it serves the owner's model, or passes on what that puts out"),
		d("explains", Bool, "it says that it returns reasons, or makes further numbers of what a model puts out without having asked it, and users or partners get them"),
	}
}

func derivedSystemAttributes() []Attribute {
	d := func(name string, t Type, doc string) Attribute {
		return Attribute{Name: name, Type: t, Derived: true, Doc: doc}
	}
	return []Attribute{
		d("handles_sensitive", Bool, "confidential, personal, special or credential data is held or carried anywhere"),
		d("agents", Number, "how many components are agentic"),
		d("hosted_models", Number, "how many models are hosted by a vendor"),
		d("generative", Bool, "any component is generative"),
		d("package_sources", Number, "how many sources of packages are drawn"),
	}
}
